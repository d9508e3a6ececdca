"""More than 200 broken files, made by this script, as people and attackers would send them.

Each has the command that it is given to, and words that its answer must hold. `row` is where the
fault stands, for files that are read and whose rows are judged one by one.
"""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl

TABLE = ("table", "--map", "otp")
LOCATOR = ("findtreatment",)
HEADER = ["ID", "ADDRESS", "CITY", "STATE", "POSTAL", "Latitude", "Longitude"]
GOOD = ["Sample Clinic", "1 Sample Street", "Columbus", "OH", "43215", "39.9671", "-83.0044"]
DAMAGED = "damaged or incomplete"
_SHEET = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """One broken file: its name, how it is made, and what its answer says."""

    name: str
    make: Callable[[], bytes]
    words: str
    command: tuple[str, ...] = TABLE
    row: int | None = None


def corpus() -> list[Malformed]:
    """All of them, each under a name of its own."""
    parts = (_empty, _other_kinds, _headers, _quotes, _texts, _packed, _entries, _xml, _sheets)
    return [each for part in (*parts, _json_files, _json_rows, _rows) for each in part()]


def _file(name: str, data: bytes, words: str, **values: Any) -> Malformed:
    return Malformed(name=name, make=lambda: data, words=words, **values)


def table(*rows: list[str], header: list[str] | None = None, delimiter: str = ",") -> bytes:
    """A CSV with the header of the map and these rows."""
    lines = [delimiter.join(row) for row in (header or HEADER, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def workbook(*rows: list[Any], header: list[str] | None = None) -> bytes:
    """A sound .xlsx with the header of the map and these rows."""
    book = openpyxl.Workbook()
    for row in (header or HEADER, *(rows or [GOOD])):
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def repacked(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A sound workbook whose entries were changed before it was packed again."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return packed.getvalue()


def with_entry(name: str, data: bytes = b"x", *, attributes: int = 0, times: int = 1) -> bytes:
    """A sound workbook with one entry more, or several of one name."""
    packed = io.BytesIO(workbook())
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        for _time in range(times):
            info = zipfile.ZipInfo("placeholder")
            info.filename, info.external_attr = name, attributes
            info.compress_type = zipfile.ZIP_DEFLATED
            with warnings.catch_warnings():
                # It warns of a second entry of one name, which is what is wanted.
                warnings.simplefilter("ignore", UserWarning)
                archive.writestr(info, data)
    return packed.getvalue()


def _empty() -> Iterator[Malformed]:
    contents = (
        b"",
        b" ",
        b"\n\n\n",
        b"\t \r\n",
        b"\0" * 500,
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
    )
    for number, data in enumerate(contents):
        for ending in ("csv", "xlsx"):
            yield _file(f"empty-{number}.{ending}", data, "empty")


def _other_kinds() -> Iterator[Malformed]:
    kinds = {
        "pdf": (b"%PDF-1.7\n1 0 obj", "a PDF"),
        "rtf": (b"{\\rtf1\\ansi x}", "RTF"),
        "gzip": (b"\x1f\x8b\x08\0" + b"x" * 40, "gzip"),
        "7z": (b"7z\xbc\xaf\x27\x1c" + b"x" * 40, "7z"),
        "rar": (b"Rar!\x1a\x07" + b"x" * 40, "RAR"),
        "png": (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "a picture"),
        "jpeg": (b"\xff\xd8\xff\xe0" + b"x" * 40, "a picture"),
        "gif": (b"GIF89a" + b"x" * 40, "a picture"),
        "sqlite": (b"SQLite format 3\0" + b"x" * 40, "a database"),
        "html": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
        "html-bare": (b"\n  <HTML><table><tr><td>x</td></tr></table></HTML>", "a web page"),
        "xml": (b'<?xml version="1.0"?><rows/>', "an XML file"),
        "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "without a password"),
    }
    for kind, (data, words) in kinds.items():
        for ending in ("csv", "xlsx", "json"):
            yield _file(f"{kind}-as.{ending}", data, words)


def _headers() -> Iterator[Malformed]:
    yield _file("header-alone.csv", table(), "no rows")
    yield _file("another-table.csv", b"fruit,color\napple,red\n", "id")
    yield _file("a-word.csv", b"hello\n", "id")
    for place, name in enumerate(HEADER):
        without = [*HEADER[:place], *HEADER[place + 1 :]]
        yield _file(f"without-{name}.csv", table(GOOD[1:], header=without), name.casefold())
        twice = [*HEADER, name]
        yield _file(f"twice-{name}.csv", table([*GOOD, "x"], header=twice), "Two columns are named")
        spelt = [*HEADER[:place], f"{name}x", *HEADER[place + 1 :]]
        yield _file(f"spelt-{name}.csv", table(GOOD, header=spelt), name.casefold())
        yield _file(
            f"sheet-without-{name}.xlsx", workbook(GOOD[1:], header=without), name.casefold()
        )
    yield _file("many-columns.csv", table(header=[*HEADER, *map(str, range(300))]), "columns")
    low = b"\r\n".join([b"a title"] * 40) + b"\r\n" + table(GOOD)
    yield _file("header-too-low.csv", low, "id")


def _quotes() -> Iterator[Malformed]:
    for line in range(2, 7):
        rows = [GOOD] * (line - 2)
        open_one = ['"Sample', *GOOD[1:]]
        data = table(*rows, open_one, GOOD, GOOD)
        yield _file(f"open-quote-{line}.csv", data, f"Line {line}: a quotation mark")
    for name, delimiter in (("semicolon", ";"), ("tab", "\t"), ("bar", "|")):
        data = table(['"Sample', *GOOD[1:]], GOOD, delimiter=delimiter)
        yield _file(f"open-quote-{name}.csv", data, "Line 2: ")
    yield _file("long-field.csv", table(["x" * 140_000, *GOOD[1:]]), "Line 2: a field of")
    yield _file(
        "long-quoted-field.csv", table([f'"{"x" * 140_000}"', *GOOD[1:]]), "Line 2: a field of"
    )


def _texts() -> Iterator[Malformed]:
    for name, data in {
        "bytes": bytes(range(128, 256)) * 20,
        "half-utf-16": b"\xff\xfe" + "ID,ADDRESS".encode("utf-16-le")[:-1],
        "nul-between": b"I\0\0\0D\0\0\0,\0\0\0" * 30,
        "machine-code": b"\x7fELF\x02\x01\x01" + bytes(200) + bytes(range(256)) * 4,
    }.items():
        yield _file(f"{name}.csv", data, "")
    many = b"\r\n".join([table(), *[b",".join(cell.encode() for cell in GOOD)] * 100_050])
    yield _file("many-rows.csv", many, "100000")


def _packed() -> Iterator[Malformed]:
    whole = workbook()
    for share in range(5, 100, 6):
        yield _file(f"cut-at-{share}.xlsx", whole[: len(whole) * share // 100], DAMAGED)
    for share in range(10, 90, 10):
        place = len(whole) * share // 100
        turned = whole[:place] + bytes(byte ^ 0xFF for byte in whole[place : place + 40])
        yield _file(f"turned-at-{share}.xlsx", turned + whole[place + 40 :], "")
    yield _file("magic-alone.xlsx", b"PK\x03\x04 and no more", DAMAGED)
    yield _file("no-entry.xlsx", b"PK\x05\x06" + bytes(18), "not a workbook")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("table.csv", table(GOOD))
    yield _file("a-zip.xlsx", packed.getvalue(), "not a workbook")
    bomb = lambda: with_entry("xl/media/zeros.bin", bytes(210 * 1024 * 1024))  # noqa: E731 (made late: it is large)
    yield Malformed(name="bomb.xlsx", make=bomb, words="unpacks to far more")
    yield _file(
        "dense.xlsx", with_entry("xl/dense.bin", bytes(8 * 1024 * 1024)), "unpacks to far more"
    )
    yield _file("lying-size.xlsx", _lying(whole), "")
    encrypted = bytearray(with_entry("xl/secret.xml"))
    central = encrypted.rfind(b"PK\x01\x02")
    struct.pack_into("<H", encrypted, central + 8, 1)
    yield _file("encrypted-entry.xlsx", bytes(encrypted), "protected by a password")


def _lying(whole: bytes) -> bytes:
    """The first entry says that it unpacks to ten bytes."""
    data = bytearray(whole)
    struct.pack_into("<I", data, data.find(b"PK\x01\x02") + 24, 10)
    return bytes(data)


def _entries() -> Iterator[Malformed]:
    paths = (
        "../../etc/x.csv",
        "/etc/x",
        "C:\\x",
        "..\\x",
        "a/../../x",
        "a\x01b",
        "a\x7fb",
        "\\\\host\\x",
        "..",
    )
    for number, path in enumerate(paths):
        yield _file(f"path-{number}.xlsx", with_entry(path), "")
    for ending in ("zip", "xlsx", "xlsm", "xlsb", "docx", "7z", "rar", "gz", "tar"):
        yield _file(f"inside-{ending}.xlsx", with_entry(f"xl/a.{ending}"), "archives inside")
    yield _file(
        "link.xlsx", with_entry("xl/link", b"/etc/passwd", attributes=0o120777 << 16), "a link"
    )
    yield _file("two-of-a-name.xlsx", with_entry("xl/two.xml", times=2), "same name")

    def crowd(entries: dict[str, bytes]) -> None:
        entries.update({f"xl/{number}": b"" for number in range(1_100)})

    yield _file("crowd.xlsx", repacked(crowd), "entries")


def _xml() -> Iterator[Malformed]:
    names = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", _SHEET)
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for number, name in enumerate(names):

        def missing(entries: dict[str, bytes], name: str = name) -> None:
            del entries[name]

        yield _file(f"missing-{number}.xlsx", repacked(missing), "")
        for what, data in (("laughs", laughs), ("outside", outside)):

            def declare(entries: dict[str, bytes], name: str = name, data: bytes = data) -> None:
                entries[name] = data + entries[name]

            yield _file(f"{what}-{number}.xlsx", repacked(declare), "XML entities")
        for what, data in (
            ("nothing", b""),
            ("a word", b"hello"),
            ("an open tag", b"<worksheet><row>"),
        ):

            def put(entries: dict[str, bytes], name: str = name, data: bytes = data) -> None:
                entries[name] = data

            yield _file(f"{what}-{number}.xlsx", repacked(put), "")


def _sheets() -> Iterator[Malformed]:
    for cell in ("XFD1048576", "A1048576", "XFD1", "GT5"):
        book = openpyxl.load_workbook(io.BytesIO(workbook()))
        book.active[cell] = "x"
        packed = io.BytesIO()
        book.save(packed)
        yield _file(f"cell-{cell}.xlsx", packed.getvalue(), f'"Sheet" has something in cell {cell}')
    yield _file("empty-sheet.xlsx", workbook(header=[""]), "")
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book.create_sheet("Notes")
    book["Sheet"].sheet_state = "hidden"
    packed = io.BytesIO()
    book.save(packed)
    yield _file("table-hidden.xlsx", packed.getvalue(), "id")


def _json_files() -> Iterator[Malformed]:
    row = json.dumps({"rows": [{"name1": "Sample Clinic", "zip": "43215"}]}).encode()
    for cut in range(3, len(row), 6):
        yield _file(f"cut-at-{cut}.json", row[:cut], DAMAGED, command=LOCATOR)
    for name, data in {
        "deep-list": b"[" * 100_000,
        "deep-closed": b'{"rows":[' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
        "no-rows": b'{"page": 1}',
        "rows-null": b'{"rows": null}',
        "rows-object": b'{"rows": {}}',
        "rows-text": b'{"rows": "x"}',
        "rows-number": b'{"rows": 5}',
        "rows-empty": b'{"rows": []}',
        "list-empty": b"[]",
        "comma": b'{"rows": [{},]}',
        "single-quotes": b"{'rows': []}",
        "comment": b'{"rows": [] /* x */}',
        "two-values": b'{"rows": []}{"rows": []}',
        "not-a-number": b'{"rows": [{"name1": NaN}]}',
        "surrogate": b'{"rows": [{"name1": "\\ud800"}]}',
        "deep-row": b'{"rows": [{"name1": ' + b"[" * 5_000 + b"]" * 5_000 + b"}]}",
        "infinity": b'{"rows": [{"name1": Infinity}]}',
    }.items():
        yield _file(f"{name}.json", data, "", command=LOCATOR)


def _json_rows() -> Iterator[Malformed]:
    for name, row in {
        "text": b'"x"',
        "number": b"5",
        "null": b"null",
        "list": b"[]",
        "empty": b"{}",
        "huge-number": b'{"name1": "Sample", "zip": ' + b"9" * 5_000 + b"}",
        "latin-1": b'{"name1": "Jos\xe9"}',
        "name-object": b'{"name1": {"a": 1}, "zip": "43215"}',
        "no-place": b'{"name1": "Sample Clinic"}',
        "nul": b'{"name1": "\\u0000", "zip": "43215"}',
    }.items():
        data = b'{"rows": [' + row + b"]}"
        yield _file(f"row-{name}.json", data, "row 1", command=LOCATOR, row=1)


def _rows() -> Iterator[Malformed]:
    changes = {
        "nul": (0, "Sam\0ple"),
        "stray-quote": (0, '"Sam"ple" x'),
        "few-columns": (0, None),
        "many-columns": (6, "-83,1,2,3"),
        "no-name": (0, ""),
        "name-of-spaces": (0, "  "),
        "name-unseen": (0, "\u200b\u202e"),
        "zip-letters": (4, "ABCDE"),
        "zip-float": (4, "4.3215E4"),
        "zip-long": (4, "432155"),
        "zip-unknown": (4, "00000"),
        "state-unknown": (3, "QQ"),
        "latitude-nan": (5, "nan"),
        "latitude-far": (5, "91"),
        "latitude-text": (5, "north"),
        "longitude-infinite": (6, "inf"),
        "longitude-elsewhere": (6, "2.35"),
        "latitude-huge": (5, "1e400"),
        "mojibake": (0, "JosÃ© Clinic"),
    }
    for name, (place, value) in changes.items():
        row = [*GOOD[:place], value, *GOOD[place + 1 :]] if value is not None else GOOD[:5]
        yield _file(f"bad-{name}.csv", table(GOOD, row), "row 3", row=3)
    for name, value in (("error", "#REF!"), ("formula", "=1+1")):
        odd = [*GOOD[:4], value, *GOOD[5:]]
        yield _file(f"cell-{name}.xlsx", workbook(GOOD, odd), "row 3, postal", row=3)
