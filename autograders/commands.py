"""The command `npfl`: parses what is asked and calls what does it."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from autograders.course import Course
    from autograders.export import Row
    from autograders.judging.box import Box

DONE, FAILED, WRONG_USAGE = 0, 1, 2

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Stop(Exception):
    """A command that cannot go on: a sentence with the fix, and the exit status."""

    def __init__(self, message: str, status: int = FAILED):
        super().__init__(message)
        self.status = status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    options = _parser().parse_args(arguments)
    # nbgrader calls alembic by name: it lies beside this interpreter, activated or not.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    log = logging.getLogger("tornado.application")  # to which nbgrader writes tracebacks
    log.addHandler(logging.NullHandler())
    log.propagate = False
    try:
        return options.run(options)
    except Stop as stop:
        err.print(f"npfl: {stop}", markup=False, soft_wrap=True)
        return stop.status
    except KeyboardInterrupt:
        err.print("\nnpfl: stopped")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="npfl", description="Grade assignments on convolutional and recurrent networks."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., int], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    demo = command("demo", _demo, "Make a small course, grade a class in the box, show the table.")
    demo.add_argument("--out", type=Path, default=Path("npfl-demo"), metavar="DIR")

    grade = command("grade", _grade, "Judge submissions in the box and write feedback.")
    grade.add_argument("assignment", metavar="ASSIGNMENT")
    grade.add_argument("--course", type=Path, metavar="DIR", help="default: the nearest course")
    grade.add_argument("--student", nargs="+", default=[], metavar="ID", help="only these")
    grade.add_argument("--force", action="store_true", help="judge what did not change as well")
    grade.add_argument(
        "--replay",
        metavar="ID",
        help="judge a graded submission again, with the same inputs, and show all of them",
    )
    grade.add_argument(
        "--trust-students",
        action="store_true",
        help="run their code without a box where none works: it can read and change anything",
    )

    check = command("check", _check, "Check your own notebook: the public cases, no grade.")
    check.add_argument("notebook", type=Path, metavar="NOTEBOOK")

    bench = command("bench", _bench, "Measure against PyTorch, NumPy and plain Numba loops.")
    bench.add_argument("--case", default="", metavar="TEXT", help="only cases whose name has it")
    bench.add_argument("--threads", type=_numbers, metavar="N,N", help="default: 1,2")
    bench.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured")
    bench.add_argument("--picture", type=Path, metavar="FILE", help="draw the roofline, PNG or SVG")

    command("precompile", _precompile, "Compile all kernels for this machine, once and for all.")
    return parser


def _numbers(text: str) -> list[int]:
    """Numbers of threads such as 1,2, in order and each once."""
    if not all(number.isdecimal() and int(number) for number in text.split(",")):
        raise argparse.ArgumentTypeError(f"expected numbers such as 1,2, got {text!r}")
    return sorted({int(number) for number in text.split(",")})


def _demo(options: argparse.Namespace) -> int:
    from autograders import demo
    from autograders.course import Course, NotFound
    from autograders.judging import box

    try:
        boxed = bool(_box())
    except box.NoBox:
        boxed = False

    def grade(course: Course, assignment: str) -> None:
        _grade_class(course, assignment, trusted=not boxed)  # then all submissions are our own

    try:
        demo.make(options.out, grade, out, hostile=boxed)
    except NotFound as error:
        raise Stop(str(error)) from None
    except demo.Occupied as error:
        raise Stop(str(error), WRONG_USAGE) from None
    return DONE


def _grade(options: argparse.Namespace) -> int:
    from autograders.course import Course, NotFound, Unable, find

    try:
        course = Course(find(options.course))
        assignment = options.assignment.rstrip("/")  # as the shell completes a folder's name
        if options.replay:
            return _replay(course, assignment, options.replay, options.trust_students)
        _grade_class(course, assignment, options.student, options.force, options.trust_students)
    except NotFound as error:
        raise Stop(str(error), WRONG_USAGE) from None
    except Unable as error:
        raise Stop(f"{error}. Mend it, then run again: npfl grade {assignment}") from None
    odd = course.odd(assignment)
    if odd:
        raise Stop(
            f"not graded: {', '.join(map(repr, odd))}, which nbgrader mistakes for other names. "
            "Rename them: no spaces at the ends, none of * ? [ ] and nothing unprintable"
        )
    return DONE


def _replay(course: "Course", assignment: str, student: str, trusted: bool) -> int:
    """Show a graded submission's check cells again; 1 where one has another result now."""
    from autograders.replay import replay

    _choose_box(course, trusted)
    same = True
    for found in replay(course, assignment, student):
        if isinstance(found, str):
            out.print(found, markup=False, soft_wrap=True)
            continue
        now, stored = found.now, found.stored
        out.rule(f"{now.grade_id}, {stored.points:g} of {stored.maximum:g}", style="none")
        again = f"The inputs again: autograders.evaluate(NAME, FUNCTION, seed={stored.seed})"
        out.print(again, found.text, sep="\n", markup=False, soft_wrap=True)
        if not found.same:
            same = False
            out.print(f"NOW DIFFERENT: {now.points:g} of {now.maximum:g}. {now.headline}")
    return DONE if same else FAILED


def _box() -> "Box":
    """The strongest box, or the one that the environment names; NoBox where none works."""
    from autograders.judging import box

    try:
        return box.choose()
    except ValueError as error:
        raise Stop(f"NPFL_BOX: {error}") from None


def _grade_class(
    course: "Course",
    assignment: str,
    students: Sequence[str] = (),
    force: bool = False,
    trusted: bool = False,
) -> None:
    """Say which box it is, grade with a progress bar, show the table."""
    from autograders import grading
    from autograders.course import Unable

    course.require(assignment, students)
    _choose_box(course, trusted)
    columns = TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    total = len(students) or len(course.submitted(assignment))
    done = skips = 0
    with Progress(*columns, TextColumn("{task.fields[who]}", markup=False), console=err) as bar:
        task = bar.add_task("", total=total, who="")

        def progress(student: str, skipped: bool) -> None:
            nonlocal done, skips
            done, skips = done + 1, skips + skipped
            bar.update(task, advance=1, who=student)

        try:
            rows = grading.grade(course, assignment, students, force, progress)
        except KeyboardInterrupt:
            raise Stop(
                f"stopped after {done} of {total} submissions; what is graded is kept. "
                f"Go on with: npfl grade {assignment}"
            ) from None
        except Unable as error:
            raise Unable(f"{error}, after {done} of {total} submissions; these are kept") from None
    _show(rows)
    if skips:
        out.print(f"{skips} unchanged since they were graded and skipped (--force grades again).")
    out.print(f"The table: {course.root / 'grades' / f'{assignment}.csv'}", soft_wrap=True)


def _choose_box(course: "Course", trusted: bool) -> None:
    """Say which box students' code runs in, or that there is none, and check the limits."""
    from traitlets import TraitError

    from autograders.judging import box
    from autograders.judging.execute import Judged

    try:
        Judged(config=course.config)
    except TraitError as error:
        raise Stop(f"{course.root / 'nbgrader_config.py'}: {error}", WRONG_USAGE) from None
    try:
        chosen = _box()
        out.print(f"Students' code runs in a box made with {chosen.kind}.", markup=False)
        for lack in chosen.lacks:
            out.print(f"  Not covered: {lack}", markup=False)
    except box.NoBox as error:
        if not trusted:
            raise Stop(f"{error} (--trust-students)") from None
        out.print("No box works here: students' code runs with your rights, as you said.")
        course.config.Judged.trust_students = True


def _show(rows: "Sequence[Row]") -> None:
    table = Table(title=f"{rows[0].assignment}" if rows else None, title_justify="left")
    table.add_column("student", overflow="fold")
    table.add_column("checks", justify="right", no_wrap=True)
    table.add_column("status")
    table.add_column("most likely mistakes, or what happened", overflow="fold")
    for row in rows:
        late = f", {_duration(row.seconds_late)} late" if row.seconds_late else ""
        points = f"{row.checks:g} / {row.max_checks:g}" if row.max_checks else "-"
        what = row.reason or row.diagnosis
        if row.reason and row.diagnosis:
            what = f"{row.reason}. {row.diagnosis}"
        table.add_row(row.student, points, row.status + late, what)
    out.print(table, markup=False)


def _duration(seconds: int) -> str:
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name}"
    return f"{seconds} s"


def _check(options: argparse.Namespace) -> int:
    from autograders import practice

    said = []
    try:
        cells = practice.check_notebook(options.notebook)
        with Progress(TextColumn("running"), BarColumn(), MofNCompleteColumn(), console=err) as bar:
            task = bar.add_task("")
            for number, total, words in cells:
                bar.update(task, completed=number, total=total)
                said += [words] if words else []
    except practice.Unreadable as error:
        raise Stop(str(error), WRONG_USAGE) from None
    for words in said:
        out.rule(words.title, align="left", style="none")
        out.print(words.text, markup=False, soft_wrap=True)
    return DONE


def _precompile(options: argparse.Namespace) -> int:
    from npfl import kernels, precompile

    if not kernels.kept:
        raise Stop(
            "no folder to keep compiled kernels in; set NUMBA_CACHE_DIR to one you can write"
        )
    calls = list(precompile.calls())
    columns = TextColumn("compiling"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, TextColumn("{task.fields[what]}"), console=err) as bar:
        task = bar.add_task("", total=len(calls), what="")
        for name, call in calls:
            bar.update(task, what=name)
            call()
            bar.advance(task)
    out.print(f"All kernels are compiled, in {os.environ['NUMBA_CACHE_DIR']}.", soft_wrap=True)
    return DONE


def _bench(options: argparse.Namespace) -> int:
    from benchmarks import run

    for path in (options.json, options.picture):
        if path is not None and not path.absolute().parent.is_dir():
            raise Stop(f"{path}: expected a folder that exists, make it first", WRONG_USAGE)
    threads = options.threads or [count for count in (1, 2) if count <= len(run.processors())]
    columns = TextColumn("measuring"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, TextColumn("{task.fields[what]}", markup=False), console=err) as bar:
        task = bar.add_task("", what="")

        def progress(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, what=what)

        try:
            found = run.measure(threads, options.case, progress=progress)
        except run.WrongUsage as error:
            raise Stop(str(error), WRONG_USAGE) from None
        except run.Failed as error:
            raise Stop(str(error)) from None
    from benchmarks import picture, report

    if options.json:
        options.json.write_text(report.as_json(found), encoding="utf-8")
    if options.picture:
        picture.draw(found, options.picture)
    # Redirected to a file, it is as wide as it needs to be.
    Console(highlight=False, width=max(100, out.width)).print(report.report(found))
    return FAILED if report.wrong(found) else DONE


if __name__ == "__main__":
    sys.exit(main())
