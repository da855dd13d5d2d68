"""The catalogue is whole, and its page is what it says."""

from pathlib import Path

from solutions.registry import WRONG, load

from autograders.catalogue import catalogue, page
from autograders.checks import CHECKS

load()


def test_all_numbers_are_there_and_say_what_to_do():
    assert set(range(1, 134)) <= set(catalogue())
    for entry in catalogue().values():
        assert entry.name and entry.explanation.endswith(".") and len(entry.hint) > 10, entry


def test_what_checks_name_is_in_the_catalogue():
    told = {n for c in CHECKS.values() for m in c.mistakes for n in (m.catalogue, m.second) if n}
    told |= {number for check in CHECKS.values() for number in check.in_place.values()}
    assert told <= set(catalogue())


def test_every_number_is_tried_or_says_why_not():
    tried = {number for solution in WRONG for number in solution.numbers}
    told = {mistake.catalogue for check in CHECKS.values() for mistake in check.mistakes}
    for number in range(1, 134):
        entry = catalogue()[number]
        assert (number in tried | told) != bool(entry.not_asked), entry


def test_the_page_is_up_to_date():
    written = Path(__file__).parents[2] / "docs" / "mistakes.md"
    assert written.read_text("utf-8") == page() + "\n", "run python -m autograders.catalogue"
