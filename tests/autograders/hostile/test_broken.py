"""The cases in `cases/broken`, see `suite.py`."""

import suite

graded = suite.fixture("broken")
test_verdict = suite.verdict_test("broken")


class TestBroken(suite.Suite):
    pass
