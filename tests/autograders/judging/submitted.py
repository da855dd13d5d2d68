"""A small notebook as a student hands it in, and as the gradebook has it."""

from types import SimpleNamespace

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CHECK = 'check("conv2d", conv2d)'


def mark(cell, grade_id, **marks):
    cell.metadata["nbgrader"] = {"grade_id": grade_id, "schema_version": 3, **marks}
    return cell


def notebook():
    """As a student hands it in."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Convolution"),
            mark(new_code_cell("def conv2d(): ..."), "conv2d", solution=True, grade=False),
            mark(
                new_code_cell(CHECK), "check", solution=False, grade=True, locked=True, points=5.0
            ),
            mark(new_markdown_cell("My answer"), "question", solution=True, grade=True, points=3.0),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}},
    )


def record():
    """As the gradebook has it."""

    def cell(name, kind, source, points=None, locked=False):
        return SimpleNamespace(
            name=name, cell_type=kind, source=source, max_score=points, locked=locked, checksum="0"
        )

    code = cell("conv2d", "code", "raise NotImplementedError")
    check = cell("check", "code", CHECK, 5.0, locked=True)
    question = cell("question", "markdown", "YOUR ANSWER", 3.0)
    return SimpleNamespace(
        source_cells=[code, check, question],
        grade_cells=[check, question],
        solution_cells=[code, question],
    )
