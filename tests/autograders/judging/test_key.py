"""The course's key is made once, kept private, and never taken for one when it is broken."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograders.judging.key import BYTES, course_key


def test_is_made_once_and_private(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(course_key, [tmp_path] * 32))
    assert len(keys) == 1 and len(keys.pop()) == BYTES
    (path,) = (tmp_path / ".npfl").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_courses_have_different_keys(tmp_path):
    assert course_key(tmp_path / "a") != course_key(tmp_path / "b")


@pytest.mark.parametrize("content", ["", "abc", "zz" * BYTES, "00" * (BYTES - 1)])
def test_broken_key_is_refused(tmp_path, content):
    path = tmp_path / ".npfl" / "key"
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(ValueError, match="restore your copy"):
        course_key(tmp_path)
    assert path.read_text() == content
