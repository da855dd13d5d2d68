"""Checks that compare a student's function with the reference and say which mistake it is."""

from autograders.evaluation import CheckFailed, check, evaluate
from autograders.report import Report

__all__ = ["CheckFailed", "Report", "check", "evaluate"]
