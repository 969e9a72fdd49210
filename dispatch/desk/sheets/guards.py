"""Look at a file before opening it: is it what its name says, and is it small enough."""

from __future__ import annotations

import gzip
import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Final

from dispatch.desk.files import is_folder
from dispatch.errors import DispatchError, NotFound, Refused, Unavailable

MOST_WORKBOOK_BYTES: Final = 10 * 1024 * 1024
MOST_UNPACKED_BYTES: Final = 100 * 1024 * 1024
MOST_RATIO: Final = 100
MOST_WORKBOOK_ROWS: Final = 50_000
MOST_TEXT_ROWS: Final = 200_000
MOST_CELLS: Final = 5_000_000


class Kind(StrEnum):
    """How a table is kept in its file."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"


_KINDS: Final = {
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".txt": Kind.CSV,
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".xls": Kind.XLS,
    ".et": Kind.XLS,
}
_TEXT_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_WEB_MARKS: Final = (
    b"<html",
    b"<!doctype",
    b"<table",
    b"<head",
    b"<meta",
    b"<style",
    b"<?xml",
    b"mime-version:",
)


def kind_by_name(path: Path) -> Kind:
    """Return how the file's name says that its table is kept; ``.csv.gz`` is CSV.

    Raises:
        Refused: It says nothing that can be read.
    """
    name = path.name.lower().removesuffix(".gz")
    kind = _KINDS.get(Path(name).suffix)
    if kind is None or (name != path.name.lower() and kind is not Kind.CSV):
        raise Refused(
            "the name of {file} does not end in .csv, .csv.gz, .xlsx or .xls",
            file=path.name,
            hint="save the table as .xlsx or .csv",
        )
    return kind


def check_kind(path: Path) -> Kind:
    """Return how the table is kept, after a look at how its file begins.

    Raises:
        NotFound: There is no such file.
        Refused: It cannot be opened, is empty, too large, or not what its name says.
    """
    kind = kind_by_name(path)
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as fault:
        raise cannot_open(path, fault) from fault
    if not head:
        raise Refused("{file} is empty", file=path.name)
    if path.name.lower().endswith(".gz"):
        if not head.startswith(b"\x1f\x8b"):
            raise Refused("{file} is named .gz but is not compressed", file=path.name, hint="take .gz off its name")
        return kind
    found = _kind_by_content(head, path)
    if found is not kind:
        raise _not_as_named(path, kind, found)
    if kind is not Kind.CSV and path.stat().st_size > MOST_WORKBOOK_BYTES:
        raise Refused(
            "{file} is larger than {most} MB",
            file=path.name,
            most=MOST_WORKBOOK_BYTES // 1024**2,
            hint="take pictures and other sheets out of it, or save the sheet as CSV",
        )
    return kind


def read_text_bytes(path: Path) -> bytes:
    """Return the whole content of a text file, unpacked where it is ``.gz``.

    Raises:
        Refused: It is larger than 100 MB, or is damaged.
    """
    try:
        if path.name.lower().endswith(".gz"):
            with gzip.open(path) as packed:
                content = packed.read(MOST_UNPACKED_BYTES + 1)
        else:
            with path.open("rb") as file:
                content = file.read(MOST_UNPACKED_BYTES + 1)
    except (gzip.BadGzipFile, EOFError) as fault:
        raise Refused("{file} is damaged: it cannot be unpacked", file=path.name) from fault
    except OSError as fault:
        raise cannot_open(path, fault) from fault
    if len(content) > MOST_UNPACKED_BYTES:
        raise Refused(
            "{file} is larger than {most} MB",
            file=path.name,
            most=MOST_UNPACKED_BYTES // 1024**2,
            hint="import it in parts",
        )
    return content


def check_archive(path: Path) -> None:
    """Raise unless an XLSX file's own directory promises a workbook of bearable size.

    Raises:
        Refused: It is damaged, no workbook, or would unpack to more than 100 MB or 100 times its size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise damaged(path) from fault
    if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
        raise Refused(
            "{file} is an archive, but no workbook is in it",
            file=path.name,
            hint="open it in the program that made it and save it as .xlsx",
        )
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(packed, 1):
        raise Refused(
            "{file} would unpack to {unpacked} MB, too much for a table of {packed} kB",
            file=path.name,
            unpacked=-(-unpacked // 1024**2),
            packed=-(-packed // 1024),
            hint="copy the cells into a new workbook, or save the sheet as CSV",
        )


def damaged(path: Path) -> Refused:
    """Return the error for a workbook that cannot be read although it looks like one."""
    return Refused(
        "{file} is damaged: it cannot be read as a workbook",
        file=path.name,
        hint="open it in the spreadsheet program and save it again as .xlsx",
    )


def cannot_open(path: Path, fault: OSError) -> DispatchError:
    """Return the error for a file that the system would not open or read."""
    if isinstance(fault, FileNotFoundError):
        return NotFound("there is no file {file}", file=str(path))
    if isinstance(fault, IsADirectoryError) or is_folder(path):
        return Refused("{file} is a folder, not a table", file=str(path))
    if isinstance(fault, PermissionError):
        return Refused(
            "{file} may not be read by this user",
            file=str(path),
            hint="close it in other programs, or copy it",
        )
    return Unavailable("{file} could not be read: {why}", file=str(path), why=fault.strerror or "")


def _kind_by_content(head: bytes, path: Path) -> Kind:
    if head.startswith(b"PK\x03\x04"):
        return Kind.XLSX
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Kind.XLS
    if head.startswith(_TEXT_MARKS[:2]):
        return Kind.CSV
    if head.removeprefix(_TEXT_MARKS[2]).lstrip().lower().startswith(_WEB_MARKS):
        raise Refused(
            "{file} is a web page, not a table",
            file=path.name,
            hint="open it in the spreadsheet program and save it as .xlsx",
        )
    if b"\0" in head or head.startswith((b"%PDF", b"\x1f\x8b", b"{\\rtf")):
        raise Refused(
            "{file} holds neither text nor a workbook", file=path.name, hint="save the table as .xlsx or .csv"
        )
    return Kind.CSV


def _not_as_named(path: Path, named: Kind, found: Kind) -> Refused:
    if found is Kind.CSV:
        return Refused(
            "{file} is named as a workbook but holds plain text",
            file=path.name,
            hint="rename it to end in .csv",
        )
    if found is Kind.XLSX:
        return Refused(
            "{file} is named .{named} but is an archive, as .xlsx workbooks are",
            file=path.name,
            named=named,
            hint="rename it to end in .xlsx",
        )
    return Refused(
        "{file} is named .{named} but is an old workbook (.xls) or one with a password",
        file=path.name,
        named=named,
        hint="open it in the spreadsheet program and save it as .xlsx, without a password",
    )
