"""A course: a folder with nbgrader's configuration, and what it holds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config, PyFileConfigLoader

CONFIG = "nbgrader_config.py"


class NotFound(Exception):
    """There is no such course, assignment or student; the message says what to do."""


def find(folder: Path | None = None) -> Path:
    """The folder of a course.

    The nearest one with a configuration, from the working directory upwards, then `assignments/`
    below each. A folder that is given must be one itself.
    """
    if folder is not None:
        if not (folder / CONFIG).is_file():
            raise NotFound(f"{folder} is no course: it has no {CONFIG}")
        return folder.resolve()
    here = Path.cwd()
    for above in (here, *here.parents):
        for place in (above, above / "assignments"):
            if (place / CONFIG).is_file():
                return place
    raise NotFound(
        f"no course found from {here} upwards: no folder has a {CONFIG}. Go to the course's "
        "folder or name it with --course; the course itself comes with the project's repository."
    )


class Unable(Exception):
    """No work is possible, whoever's turn it is; the message says why."""


class Course:
    """A course's configuration, folders and gradebook.

    Parameters
    ----------
    root : Path
        As returned by `find`.
    """

    def __init__(self, root: Path):
        self.root = root
        self.config: Config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()

    def directory(self, **changes: Any) -> CourseDirectory:
        """nbgrader's view of the folders, with some settings changed."""
        return CourseDirectory(config=self.config, **changes)

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """The gradebook, closed at the end.

        Raises
        ------
        Unable
            If it is locked, damaged or cannot be reached.
        """
        settings = self.directory()
        try:
            with Gradebook(settings.db_url, settings.course_id) as gradebook:
                yield gradebook
        except (SQLAlchemyError, InvalidEntry) as error:
            raise self.unusable(str(getattr(error, "orig", error))) from error

    def unusable(self, what: str) -> Unable:
        return Unable(f"the gradebook {self.directory().db_url} cannot be used ({what})")

    def submitted(self, assignment: str) -> list[str]:
        """The students who handed something in, by name."""
        return [name for name in self._folders(assignment) if not _is_odd(name)]

    def odd(self, assignment: str) -> list[str]:
        """Names of folders that nbgrader would take for other students' or for none."""
        return list(filter(_is_odd, self._folders(assignment)))

    def _folders(self, assignment: str) -> list[str]:
        folder = self.root / self.directory().submitted_directory
        return sorted(p.parent.name for p in folder.glob(f"*/{assignment}") if p.is_dir())

    def require(self, assignment: str, students: Sequence[str] = ()) -> None:
        """Raise NotFound unless the assignment was released and these students handed it in."""
        with self.gradebook() as gradebook:
            names = sorted(a.name for a in gradebook.assignments)
        if assignment not in names:
            sources = sorted(p.name for p in (self.root / "source").glob("*") if p.is_dir())
            if assignment in sources:
                raise NotFound(
                    f"the assignment {assignment} was not released yet: run "
                    f"`nbgrader generate_assignment {assignment}` in {self.root}"
                )
            listed = ", ".join(sources) or "none"
            raise NotFound(f"there is no assignment {assignment} here (there are: {listed})")
        unknown = sorted(set(students) - set(self.submitted(assignment)))
        if unknown:
            folder = self.root / self.directory().submitted_directory
            raise NotFound(f"no submission of {assignment} by {', '.join(unknown)} in {folder}")


def _is_odd(name: str) -> bool:
    """Whether nbgrader, which takes a name for a pattern and strips it, finds another."""
    return not name.isprintable() or name != name.strip() or bool(set(name) & set("*?[]"))
