"""Stands for `autograders` in the box: the judge outside does the checking."""


class CheckFailed(AssertionError):
    """Never raised here."""


def check(name, function):
    """Does nothing: what `check` says at home is said by the judge."""
