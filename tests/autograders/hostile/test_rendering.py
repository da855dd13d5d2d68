"""The cases in `cases/rendering`, see `suite.py`."""

import suite

graded = suite.fixture("rendering")
test_verdict = suite.verdict_test("rendering")


class TestRendering(suite.Suite):
    pass
