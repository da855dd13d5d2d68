"""A class of 200 with 15 broken and 15 hostile notebooks in random places."""

import random
import shutil

import pytest
import suite

from autograders.judging.key import course_key

HONEST = ("ada", "alan", "bela", "carl", "dora", "edgar", "emmy", "fay", "gil", "grace", "hana")


@pytest.mark.full
def test_all_others_are_graded_as_if_alone(run, tmp_path):
    chance = random.Random(200)
    places = [f"s{number:03}" for number in range(197)]
    chance.shuffle(places)
    course = tmp_path / "course"
    suite.release(course, run, suite.LIMITS)
    course_key(course)
    honest = suite.BYSTANDERS | {place: chance.choice(HONEST) for place in places[:167]}
    for place, like in honest.items():
        suite.hand_in(course, place, suite.solutions(like))
    alone = shutil.copytree(course, tmp_path / "alone")
    traps = suite.Traps(tmp_path, course)
    hostile = [(k, n) for k in ("forging", "stealing", "denial") for n in suite.names(k)]
    broken = [("broken", name) for name in suite.names("broken")]
    chosen = chance.sample(hostile, 15) + chance.sample(broken, 15)
    cases = {}
    for place, (kind, name) in zip(places[167:], chosen, strict=True):
        cases[place] = suite.Case.of(suite.CASES / kind / name, suite.box.choose().kind)
        suite.hand_in_case(course, cases[place], traps, place)
    tables = []
    for folder in (course, alone):
        done = run("npfl", "grade", suite.ASSIGNMENT, cwd=folder, timeout=3600)
        assert done.returncode == 0, done.stderr
        tables.append(suite.table(folder))
    traps.close()
    together, apart = tables
    for place in honest:
        assert suite.result(course, place) == suite.result(alone, place)
        assert together[place] == apart[place]
    got = {p: (together[p]["status"], float(together[p]["checks"])) for p in cases}
    assert got == {place: (case.status, case.checks) for place, case in cases.items()}
