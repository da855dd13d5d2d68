"""The course: run nbgrader's commands in this folder."""

from pathlib import Path

c = get_config()  # noqa: F821, given by nbgrader

root = Path(__file__).resolve().parent
c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = "npfl"
c.CourseDirectory.db_url = f"sqlite:///{root}/gradebook.db?timeout=60"

# Students' code runs in a box and is judged outside it. See autograders/judging/.
c.Autograde.sanitize_preprocessors = [
    "autograders.judging.repair.Repair",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograders.judging.execute.Judged",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# A network is trained there: two minutes for a cell instead of half a minute.
c.Judged.patience = {"lenet": 4.0}

# Feedback and the formgrader show nothing live that a student wrote.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {
    "clean_html": "autograders.judging.rendering.clean_html",
    "markdown2html": "autograders.judging.rendering.markdown",
    "highlight_code": "autograders.judging.rendering.Highlight",
}

c.ExportApp.plugin_class = "autograders.export.Table"
