"""Files that are no ledger, or mean harm: each is refused as a whole, for its own reason."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook

from tests.imports.test_ledger_round_trip import DAY, taken_out
from tracker.domain.ledger import COLUMNS, Kind
from tracker.imports import opening
from tracker.imports.ledger import reading
from tracker.imports.opening import Unreadable, opened
from tracker.queries.report_items import Stored
from tracker.words import ledger as said_of

LEDGER = taken_out({Kind.MILESTONE: [Stored(status="in_progress")] * 3, Kind.METRIC: [Stored()]}, "zh-hans")


def _as_is(_name: str, data: bytes) -> bytes:
    return data


def changed(*, add: dict[str, bytes] | None = None, edit: Callable[[str, bytes], bytes] = _as_is) -> bytes:
    """The ledger with its parts edited and others added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(LEDGER)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, edit(part.filename, old.read(part)))
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return file.getvalue()


def with_sheet(change: Callable[..., None], name: str = "节点") -> bytes:
    book, file = load_workbook(io.BytesIO(LEDGER)), io.BytesIO()
    change(book[name])
    book.save(file)
    return file.getvalue()


def entity(name: str, data: bytes) -> bytes:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    return data.replace(b"<worksheet", bomb + b"<worksheet", 1) if name.endswith("sheet2.xml") else data


def wide(name: str, data: bytes) -> bytes:
    """An entity declared in UTF-16, which a search for plain letters would pass over."""
    if not name.endswith("sheet2.xml"):
        return data
    return ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>' + data.decode()).encode("utf-16")


def refused(content: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(Unreadable) as fault:
        reading(name, content, day=DAY)
    assert fault.value.code in said_of.FAULTS
    assert "%(" not in said_of.fault(fault.value.code, fault.value.inputs)
    return fault.value.code


HARM: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "sheet_empty"),
    "old format": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "sheet_old_or_locked"),
    "cut off": (lambda: LEDGER[: len(LEDGER) // 2], "sheet_broken"),
    "no workbook": (lambda: _zip({"a.txt": b"x"}), "sheet_not_a_workbook"),
    "macros": (lambda: changed(add={"xl/vbaProject.bin": b"x"}), "sheet_macros"),
    "many parts": (lambda: changed(add={f"xl/media/{n}.bin": b"" for n in range(400)}), "sheet_bomb"),
    "zip bomb": (lambda: changed(add={"xl/media/a.bin": b"\0" * 45_000_000}), "sheet_bomb"),
    "tag bomb": (lambda: changed(add={"xl/a.xml": b"<a/>" * 3_100_000}), "sheet_too_many_rows"),
    "entities": (lambda: changed(edit=entity), "sheet_entities"),
    "entities in UTF-16": (lambda: changed(edit=wide), "sheet_entities"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "sheet_not_a_workbook"),
    "no encoding": (lambda: b"\xff\xff\x80\x81\n", "sheet_encoding"),
    "no table": (lambda: "你好,世界\n1,2\n".encode(), "sheet_no_header"),
    "merged header": (lambda: with_sheet(lambda sheet: sheet.merge_cells("H3:I3")), "sheet_merged"),
    "merged rows": (lambda: with_sheet(lambda sheet: sheet.merge_cells("M4:M5")), "sheet_merged"),
    "column twice": (lambda: with_sheet(lambda sheet: sheet.__setitem__("F3", "状态")), "sheet_column_twice"),
    "column renamed": (lambda: with_sheet(lambda sheet: sheet.__setitem__("I3", "完成率")), "sheet_columns_missing"),
    "no rows": (lambda: (",".join(map(said_of.label, COLUMNS[Kind.METRIC])) + "\n").encode(), "sheet_no_rows"),
    "other version": (lambda: with_sheet(lambda sheet: sheet.__setitem__("B1", "99"), "guatu"), "sheet_other_format"),
    "far below": (lambda: with_sheet(lambda sheet: sheet.__setitem__("A30000", "x")), "sheet_too_many_rows"),
}


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("harm", HARM)
def test_what_is_no_ledger_is_refused_for_its_own_reason(harm: str):
    make, code = HARM[harm]
    assert refused(make()) == code


def test_what_unpacks_is_counted_whatever_the_file_declares():
    large = io.BytesIO(_zip({"xl/workbook.xml": b"x" * 50_000}))
    with zipfile.ZipFile(large) as archive, pytest.raises(Unreadable) as fault:
        opening._unpacked(archive, archive.infolist()[0], 40_000, xml=True)
    assert fault.value.code == "sheet_bomb"


def test_too_many_rows_and_too_large_a_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(opening, "MOST_ROWS", 5)
    assert refused(LEDGER) == "sheet_too_many_rows"
    monkeypatch.setattr(opening, "MOST_BYTES", 100)
    assert refused(LEDGER) == "sheet_too_large"


def test_hidden_rows_are_read_and_known_and_hidden_sheets_are_not_read():
    def hide(sheet):
        sheet.row_dimensions[5].hidden = True

    rows = reading("a.xlsx", with_sheet(hide), day=DAY).rows
    assert [row.number for row in rows if row.hidden] == [5]
    gone = reading("a.xlsx", with_sheet(lambda sheet: setattr(sheet, "sheet_state", "hidden")), day=DAY)
    assert {row.kind for row in gone.rows} == {Kind.METRIC}


def test_double_codes_lost_keys_and_unknown_columns_are_told_with_their_rows():
    def change(sheet):
        sheet["A5"] = sheet["A4"].value
        sheet["O6"] = None
        sheet["P3"], sheet["P4"] = "备注二", "x"

    found = reading("a.xlsx", with_sheet(change), day=DAY)
    said = {row.number: [fault.code for fault in row.faults] for row in found.rows if row.faults}
    assert said == {4: ["code_twice"], 5: ["code_twice", "key_edited"], 6: ["key_missing"]}
    assert found.strange == ("备注二",)


def test_percent_cells_and_error_values_keep_their_meaning():
    def change(sheet):
        sheet["I4"], sheet["I4"].number_format = 0.375, "0.0%"
        sheet["I5"] = "#REF!"

    rows = reading("a.xlsx", with_sheet(change), day=DAY).rows
    assert str(rows[0].said.progress) == "37.500"
    assert [fault.code for fault in rows[1].faults] == ["progress_unreadable"]


def test_a_number_of_any_size_is_read():
    """An account number typed as a number has twenty digits and more."""

    def change(sheet):
        sheet["I4"], sheet["I5"], sheet["I6"] = 6.2e19, 1e308, 75.0

    rows = reading("a.xlsx", with_sheet(change), day=DAY).rows
    assert [row.said.progress for row in rows[:3]] == [None, None, 75]
    assert [[fault.code for fault in row.faults] for row in rows[:2]] == [["progress_unreadable"], ["cell_too_long"]]


def test_memory_stays_small_beside_the_file():
    book = Workbook(write_only=True)
    sheet = book.create_sheet("x")
    for number in range(300):
        sheet.append([f"X-{number}", "节点", 1, None, "长" * 20])
    file = io.BytesIO()
    book.save(file)
    tracemalloc.start()
    (table,) = opened("a.xlsx", file.getvalue())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(table.rows) == 300
    assert peak < 4_000_000
