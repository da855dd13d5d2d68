"""The cases in `cases/denial`, see `suite.py`."""

import suite

graded = suite.fixture("denial")
test_verdict = suite.verdict_test("denial")


class TestDenial(suite.Suite):
    pass
