"""What an evaluation found, as data, as text for a terminal and as HTML for a notebook."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from autograders.cases import Call, Case, Outcome
from autograders.catalogue import Entry
from autograders.comparing import described
from autograders.values import as_code, error_map, indented

UNKNOWN = "This mistake is not in the catalogue: look at the cases that fail, and how."
PRINTS = "What your function prints is not shown here: call it yourself in a new cell."
_MONOSPACE = "<pre style='font-family: monospace'>"
_KINDS = {
    "type": "a result of another type",
    "shape": "a result of another shape",
    "finite": "NaN or infinite values",
    "precision": "too little precision",
    "value": "other values",
    "chance": "random numbers of another kind",
    "error": "it raises an error",
    "time": "it takes too long",
    "changed": "an argument is changed",
    "unwritten": "not written yet",
    "not run": "not run",
    "dead": "the kernel had stopped",
}


@dataclass(frozen=True)
class CaseReport:
    """One case: `message` says what is wrong, and is empty where nothing is.

    `catalogue` is the mistake's number where the comparison itself told it, and `part` the
    position of the result that differs.
    """

    case: Case
    outcomes: Sequence[Outcome]
    kind: str = ""
    message: str = ""
    error: np.ndarray | None = None
    remarks: tuple[str, ...] = ()
    catalogue: int = 0
    part: int = 0

    @property
    def name(self) -> str:
        return self.case.name

    @property
    def passed(self) -> bool:
        return not self.kind


@dataclass(frozen=True)
class Diagnosis:
    """A likely mistake: its number in the catalogue, its name and what to do about it."""

    catalogue: int
    name: str
    message: str
    hint: str
    joined: bool = False  # made at once with the one before

    @classmethod
    def of(cls, entry: Entry, joined: bool = False) -> "Diagnosis":
        message = f"{entry.name}. {entry.explanation}"
        return cls(entry.number, entry.name, message, entry.hint, joined)


@dataclass(frozen=True)
class Counterexample:
    """The smallest input found on which the function is wrong, first in the result `part`."""

    call: Call
    outcome: Outcome
    message: str
    expected: Sequence[Any]
    part: int = 0


@dataclass
class Report:
    """The result of `evaluate`.

    Attributes
    ----------
    name : str
    arguments : names of the function's positional arguments
    weights : mapping of a case group to its share of the points
    cases : list of CaseReport, each with `name`, `passed` and `message`
    results : names of the results where there are several
    diagnoses : list of Diagnosis, each with `catalogue` and `message`, most likely first
    counterexample : Counterexample or None
    note : of a gradient, whether it or the forward function is wrong
    """

    name: str
    arguments: Sequence[str]
    weights: Mapping[str, float]
    cases: Sequence[CaseReport]
    results: Sequence[str] | None = None
    diagnoses: list[Diagnosis] = field(default_factory=list)
    counterexample: Counterexample | None = None
    note: str = ""

    @property
    def groups(self) -> dict[str, bool]:
        """Whether all cases of a group passed, by its name."""
        return {g: all(c.passed for c in self.cases if c.case.group == g) for g in self.weights}

    @property
    def passed(self) -> bool:
        return all(case.passed for case in self.cases)

    @property
    def score(self) -> float:
        """Sum of the weights of the groups that passed, from 0 to 1."""
        return (
            1.0
            if self.passed
            else round(sum(self.weights[g] for g, passed in self.groups.items() if passed), 6)
        )

    @property
    def remarks(self) -> list[str]:
        """What is right in substance and off in form; costs nothing."""
        return list(dict.fromkeys(r for case in self.cases for r in case.remarks))

    def _prints(self) -> bool:
        """Whether a failed function prints, which is not shown."""
        return not self.passed and any(o.printed for case in self.cases for o in case.outcomes)

    def points(self, maximum: float) -> float:
        """The points out of `maximum`, to hundredths."""
        return float(round(maximum * self.score, 2))

    def headline(self) -> str:
        """One line: what passed, and the likeliest mistake."""
        if self.passed:
            return f"{self.name}: all {len(self.cases)} cases pass"
        if any(case.kind == "unwritten" for case in self.cases):
            return f"{self.name}: not written yet"
        passed = sum(case.passed for case in self.cases)
        line = f"{self.name}: {passed} of {len(self.cases)} cases pass, score {self.score:.0%}"
        return f"{line}. {self.diagnoses[0].name}" if self.diagnoses else line

    def _titled(self) -> Iterator[tuple[str, str, str]]:
        """Of each diagnosis its title, its message, and the hint of what was surely made."""
        for number, diagnosis in enumerate(self.diagnoses):
            title = "Most likely" if number == 0 else "And" if diagnosis.joined else "Or"
            hint = diagnosis.hint if number == 0 or diagnosis.joined else ""
            yield f"{title} ({diagnosis.catalogue}):", diagnosis.message, hint

    def _written(self, call: Call) -> str:
        return f"{self.name}({call.written(self.arguments)})"

    def show(self) -> None:
        """Display the report in a notebook, or print it in a terminal."""
        try:
            shell = get_ipython()  # type: ignore[name-defined]
            rich = hasattr(shell, "kernel")
        except NameError:
            rich = False
        if not rich:
            print(self.text())
            return
        from IPython.display import display

        display({"text/html": self.html(), "text/plain": self.text()}, raw=True)

    # ---- text ---------------------------------------------------------------------------------

    def text(self, hidden: bool = False) -> str:
        """The report as plain text; `hidden` leaves out inputs, values and messages."""
        lines = [self.headline()]
        if not self.passed and not any(case.kind == "unwritten" for case in self.cases):
            lines += self._lines_of_groups(hidden)
        if not self.passed and not self.diagnoses:
            lines += ["", UNKNOWN]
        for title, message, hint in self._titled():
            lines += ["", f"{title} {message}", *([f"Hint: {hint}"] if hint else [])]
        if self.note:
            lines += ["", self.note]
        if self.counterexample and not hidden:
            lines += ["", *self._lines_of_counterexample(self.counterexample)]
        lines += [f"Remark (costs nothing): {remark}" for remark in self.remarks if not hidden]
        if self._prints() and not hidden:
            lines.append(PRINTS)
        return "\n".join(lines)

    def _lines_of_groups(self, hidden: bool) -> list[str]:
        lines: list[str] = []
        said: set[str] = set()
        for group, weight in self.weights.items():
            failed = [c for c in self.cases if c.case.group == group and not c.passed]
            lines.append(f"  {'FAIL' if failed else 'ok  '} {group} ({weight:.0%})")
            if hidden:
                lines += [f"         {c.name}: {_KINDS[c.kind]}" for c in failed]
            elif failed:
                lines += [f"         {line}" for line in self._first_failure(group, failed, said)]
        return lines

    def _first_failure(self, group: str, failed: Sequence[CaseReport], said: set[str]) -> list[str]:
        """What went wrong first in a group, once for all groups in which it is the same."""
        first = failed[0]
        if first.message in said:
            return ["the same"]
        said.add(first.message)
        total = sum(c.case.group == group for c in self.cases)
        count = f"{len(failed)} of {total} cases, first " if total > 1 else ""
        if first.kind == "not run" or not first.outcomes:
            return [first.message]
        return [
            f"{count}{first.name}: {self._written(first.case.calls[0])}",
            first.message,
            *self._map(first),
        ]

    def _lines_of_counterexample(self, found: Counterexample) -> list[str]:
        lines = ["The smallest input on which it shows:"]
        names = [n for n, _ in zip(self.arguments, found.call.arguments, strict=False)]
        for name, argument in zip(names, found.call.arguments, strict=True):
            lines.append(f"{name} = {as_code(argument)}")
        options = [f"{key}={value!r}" for key, value in found.call.keywords.items()]
        lines.append(f"{self.name}({', '.join([*names, *options])})")
        return lines + self._both_results(found)

    def _both_results(self, found: Counterexample) -> list[str]:
        """Yours and expected; of several results the one that differs, or all."""
        yours, names = found.outcome.value, self.results

        def of(number: int) -> str:
            return "" if names is None else f"{names[number] if names else f'result {number}'} "

        if found.outcome.error is not None:
            lines = [f"yours {found.message}"]
        elif names is None or not isinstance(yours, (tuple, list)):
            lines = indented("yours = ", yours)
        elif len(yours) == len(found.expected):
            part = found.part
            expected = indented(f"expected {of(part)}= ", found.expected[part])
            return [*indented(f"your {of(part)}= ", yours[part]), *expected]
        else:
            lines = [f"yours = {described(yours)}"]
            for name, value in zip(names, yours, strict=False):
                lines += indented(f"  {name} = ", value)
        if not found.expected:
            return [*lines, found.message]
        for number, want in enumerate(found.expected):
            lines += indented(f"expected {of(number)}= ", want)
        return lines

    def _map(self, case: CaseReport) -> list[str]:
        """Where the first failed case is wrong; nothing for the others."""
        first = next((c for c in self.cases if c.error is not None), None)
        if case.error is None or case is not first:
            return []
        rows = error_map(self._plane(case.error, case.part))
        more = ", maximum over the other axes" if case.error.ndim > 2 else ""
        return [f"where it differs (. equal, + little, # much){more}:", *rows] if rows else []

    def _plane(self, error: np.ndarray, part: int) -> np.ndarray:
        """The error by row and column, of an image or of a kernel's gradient."""
        if error.ndim < 4:
            return np.atleast_2d(error)
        kernel = self.results is not None and self.results[part] == "dw"
        return error.max((2, 3) if kernel else (0, 3))

    # ---- HTML ---------------------------------------------------------------------------------

    def html(self, hidden: bool = False) -> str:
        """The report as HTML; everything in it is escaped.

        Of the few tags that nbconvert's sanitizer leaves in a page: no style, no script.
        """
        parts = [f"<div><strong>{escape(self.headline())}</strong></div>"]
        if not self.passed and not any(case.kind == "unwritten" for case in self.cases):
            parts.append(self._list(hidden))
        if not self.passed and not self.diagnoses:
            parts.append(f"<div>{UNKNOWN}</div>")
        for title, message, hint in self._titled():
            parts.append(f"<div><strong>{title}</strong> {escape(message)}</div>")
            if hint:
                parts.append(f"<div><em>Hint:</em> {escape(hint)}</div>")
        if self.note:
            parts.append(f"<div>{escape(self.note)}</div>")
        if self.counterexample and not hidden:
            head, *rest = self._lines_of_counterexample(self.counterexample)
            parts.append(f"<div>{head}</div>{_MONOSPACE}{escape(chr(10).join(rest))}</pre>")
        if not hidden:
            parts += [f"<div>Remark (costs nothing): {escape(r)}</div>" for r in self.remarks]
            parts += [f"<div>{PRINTS}</div>"] * self._prints()
        return "\n".join(parts)

    def _list(self, hidden: bool) -> str:
        items, said = [], set[str]()
        for group, weight in self.weights.items():
            failed = [c for c in self.cases if c.case.group == group and not c.passed]
            name = f"{escape(group)} ({weight:.0%})"
            if not failed:
                items.append(f"<li>passed: {name}</li>")
                continue
            if hidden:
                lines = [f"<li>{escape(f'{c.name}: {_KINDS[c.kind]}')}</li>" for c in failed]
                content = f"<ul>{''.join(lines)}</ul>"
            else:
                text, *more = self._first_failure(group, failed, said)
                message, picture = more[:1], more[1:]
                content = f"<div>{escape(text)}</div>"
                content += "".join(f"<div>{escape(line)}</div>" for line in message)
                if picture:
                    content += f"{_MONOSPACE}{escape(chr(10).join(picture))}</pre>"
            items.append(f"<li><strong>failed: {name}</strong>{content}</li>")
        return f"<ul>{''.join(items)}</ul>"
