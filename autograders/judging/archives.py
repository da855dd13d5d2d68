"""Unpacks a zip that was handed in: within limits, and nowhere else."""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

PIECE = 1 << 20
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError)
ODD = (ValueError, NotImplementedError, RuntimeError)  # names, methods, passwords


class BadArchive(Exception):
    """An archive that is not unpacked; the message says why."""


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
    target.mkdir(parents=True)
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > most_files:
                raise BadArchive(most)
            for member in archive.infolist():
                if stat.S_ISLNK(member.external_attr >> 16):
                    raise BadArchive("holds a link")
                if member.is_dir():
                    continue
                copy = target / _place(member.filename)
                copy.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, open(copy, "xb") as file:
                    while piece := source.read(min(PIECE, left + 1)):
                        left -= len(piece)
                        if left < 0:
                            raise BadArchive(most)
                        file.write(piece)
    except (FileExistsError, NotADirectoryError):
        raise BadArchive("holds a file twice") from None
    except BROKEN:
        raise BadArchive("is damaged") from None
    except ODD as error:
        raise BadArchive(f"cannot be unpacked ({type(error).__name__})") from None


def _place(name: str) -> PurePosixPath:
    place = PurePosixPath(name.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts or ":" in name:
        raise BadArchive("holds a path that leads out of it")
    return place
