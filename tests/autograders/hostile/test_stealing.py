"""The cases in `cases/stealing`, see `suite.py`."""

import suite

graded = suite.fixture("stealing")
test_verdict = suite.verdict_test("stealing")


class TestStealing(suite.Suite):
    pass
