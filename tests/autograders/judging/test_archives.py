"""Zips that were handed in: what is unpacked, what is refused, and that nothing leaves."""

import os
import stat
import zipfile

import pytest

from autograders.judging.archives import BadArchive, unpack

MOST = 4, 20_000  # files, bytes


def zipped(path, files, **attributes):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.writestr(info, content)
    return path


GOOD = [("a.txt", b"1"), ("folder/b.txt", b"2" * 9000)]


def test_files_are_unpacked(tmp_path):
    unpack(zipped(tmp_path / "a.zip", GOOD), tmp_path / "out", *MOST)
    found = {p.relative_to(tmp_path / "out"): p for p in (tmp_path / "out").rglob("*.txt")}
    assert {str(name): p.read_bytes() for name, p in found.items()} == dict(GOOD)


REFUSED = {
    "out": ([("../evil", b"x")], "leads out"),
    "deep out": ([("a/../../evil", b"x")], "leads out"),
    "absolute": ([("/tmp/evil", b"x")], "leads out"),
    "Windows": ([("C:\\evil", b"x")], "leads out"),
    "backslashes": ([("..\\evil", b"x")], "leads out"),
    "many": ([(str(i), b"") for i in range(5)], "4 files or"),
    "large": ([("a", b"x" * 20_001)], "4 files or"),
    "large together": ([("a", b"x" * 12_000), ("b", b"x" * 12_000)], "4 files or"),
    "bomb": ([("a", bytes(10 << 20))], "4 files or|more than"),
    "twice": ([("a", b"1"), ("a", b"2")], "twice"),
    "a file for a folder": ([("a", b"1"), ("a/b", b"2")], "twice"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("files, reason", REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path, files, reason):
    archive = zipped(tmp_path / "a.zip", files)
    folder = tmp_path / "in" / "out"
    with pytest.raises(BadArchive, match=reason):
        unpack(archive, folder, *MOST)
    assert {p.name for p in tmp_path.rglob("*") if p.is_file()} <= {"a.zip", "a", "b", *"01234"}
    assert not (tmp_path / "in" / "evil").exists() and not os.path.exists("/tmp/evil")
    assert sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) <= MOST[1]


def test_links_in_a_zip_are_refused(tmp_path):
    mode = (stat.S_IFLNK | 0o777) << 16
    archive = zipped(tmp_path / "a.zip", [("link", b"/etc/passwd")], external_attr=mode)
    with pytest.raises(BadArchive, match="link"):
        unpack(archive, tmp_path / "out", *MOST)


@pytest.mark.parametrize("end", [0, 3, 40, 90])
def test_damaged(tmp_path, end):
    archive = zipped(tmp_path / "a.zip", GOOD)
    archive.write_bytes(archive.read_bytes()[:end])
    with pytest.raises(BadArchive, match="damaged"):
        unpack(archive, tmp_path / "out", *MOST)


def test_a_lie_about_the_size(tmp_path):
    archive = zipped(tmp_path / "a.zip", [("a", b"x" * 5000)])
    raw = archive.read_bytes()
    archive.write_bytes(raw.replace((5000).to_bytes(4, "little"), (5).to_bytes(4, "little")))
    with pytest.raises(BadArchive):
        unpack(archive, tmp_path / "out", *MOST)


def test_a_password(tmp_path):
    archive = zipped(tmp_path / "a.zip", GOOD)
    raw = bytearray(archive.read_bytes())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        raw[raw.index(start) + (6 if start[2] == 3 else 8)] |= 1
    archive.write_bytes(raw)
    with pytest.raises(BadArchive, match="cannot be unpacked"):
        unpack(archive, tmp_path / "out", *MOST)
