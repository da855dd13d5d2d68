"""Unpacks an archive that was handed in: within limits, and nowhere else."""

import gzip
import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
PIECE = 1 << 20
BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError)
ODD = (ValueError, NotImplementedError, RuntimeError)  # names, methods, passwords


class BadArchive(Exception):
    """An archive that is not unpacked; the message says why."""


def is_archive(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIXES)


def unpack(path: Path, target: Path, most_files: int, most_bytes: int) -> None:
    """Unpack into a folder, which is made.

    Raises
    ------
    BadArchive
        If it is damaged, holds more than `most_files` or `most_bytes`, a link or a path that
        leads out of it. Some files may be there then.
    """
    if path.stat().st_size > most_bytes:
        raise BadArchive(f"is larger than {most_bytes >> 20} MB")
    left, most = most_bytes, f"holds more than {most_files} files or {most_bytes >> 20} MB"
    try:
        members = _zip(path) if path.name.lower().endswith(".zip") else _tar(path, most_bytes)
        for count, (name, source) in enumerate(members, 1):
            place = PurePosixPath(name.replace("\\", "/"))
            if place.is_absolute() or ".." in place.parts or ":" in name:
                raise BadArchive("holds a path that leads out of it")
            if count > most_files:
                raise BadArchive(most)
            copy = target / place
            copy.parent.mkdir(parents=True, exist_ok=True)
            with source, open(copy, "xb") as file:
                while piece := source.read(PIECE):
                    left -= len(piece)
                    file.write(piece if left >= 0 else b"")
                    if left < 0:
                        raise BadArchive(most)
    except (FileExistsError, NotADirectoryError):
        raise BadArchive("holds a file twice") from None
    except BROKEN:
        raise BadArchive("is damaged") from None
    except ODD as error:
        raise BadArchive(f"cannot be unpacked ({type(error).__name__})") from None


def _zip(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if stat.S_ISLNK(member.external_attr >> 16):
                raise BadArchive("holds a link")
            if not member.is_dir():
                yield member.filename, archive.open(member)


def _tar(path: Path, most_bytes: int) -> Iterator[tuple[str, IO[bytes]]]:
    """All of it in memory, because a compressed one can be a thousand times its size."""
    most = 2 * most_bytes  # with headers
    with open(path, "rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if compressed else open(path, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise BadArchive(f"holds more than {most_bytes >> 20} MB")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            if not member.isdir() and not (member.isreg() and not member.issparse()):
                raise BadArchive("holds a link or another special file")
            source = archive.extractfile(member)
            if source is not None:
                yield member.name, source
