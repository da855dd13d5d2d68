"""The cases in `cases/forging`, see `suite.py`."""

import suite

graded = suite.fixture("forging")
test_verdict = suite.verdict_test("forging")


class TestForging(suite.Suite):
    pass
