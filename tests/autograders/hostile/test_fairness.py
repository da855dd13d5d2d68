"""The cases in `cases/fairness`, see `suite.py`."""

import suite

graded = suite.fixture("fairness")
test_verdict = suite.verdict_test("fairness")


class TestFairness(suite.Suite):
    pass
