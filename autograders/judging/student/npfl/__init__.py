"""Stands for `npfl` in the box: solutions do not use the reference."""


def __getattr__(name):
    raise AttributeError(f"npfl.{name} is not there when an assignment is graded")
