"""Requests and responders written into an office's own sheet, and read back."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from dispatch.clock import StoppedClock
from dispatch.desk.exporting.tables_out import REQUEST_FIELDS, Exported, export_requests, export_responders, note_export
from dispatch.desk.importing.headings import REQUEST_HEADINGS
from dispatch.desk.importing.tables_in import import_file
from dispatch.desk.intake import take_request
from dispatch.desk.loading.town_in import load_folder
from dispatch.desk.sheets.cells import cell_text
from dispatch.desk.sheets.guards import Kind
from dispatch.desk.sheets.reading import Sheet, read_sheet
from dispatch.errors import NotFound, Refused
from dispatch.i18n import Language
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Order, Private
from dispatch.model.rules import Rules
from dispatch.store import events
from dispatch.store.engine import Database
from dispatch.store.upgrade import upgrade

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
ADMIN = Actor(name="admin", role=Role.ADMIN)
WORKER = Actor(name="li")
TOWN = {
    "community.csv": "code,name_zh,name_en\nlane,里弄,Lane\n",
    "places.csv": (
        "code,kind,parent,name\nlane,community,,里弄\n1,building,lane,1号楼\n1-1,unit,1,1单元\n1-2,unit,1,2单元\n"
        "2,building,lane,2号楼\n"
    ),
    "services.csv": (
        "code,name_zh,name_en,confidential,words\ndrain,通下水,drain,no,下水道\nlamp,换灯泡,lamp,no,灯坏\n"
        "talk,谈心,talk,yes,谈心\n"
    ),
    "responders.csv": (
        "code,kind,name,phone,place,capacity,skills,licences,hours\n"
        "P1,party_member,赵一,+9991380000001,1-1,2,plumbing:3,,mon-fri 08:00-18:00\n"
        "V1,volunteer,=钱二,+9991380000002,2,1,,electrician@2050-01-31,\n"
    ),
}
ORDERS = (
    Order(
        service="drain",
        place="1-2",
        person=Private(
            name="=王秀英",
            phone="+9991380000003",
            exact_address="1号楼2单元301",
            floor=3,
            notes="@下水道\n堵了",
        ),
        headcount=2,
        window=(datetime(2026, 11, 23, 2, tzinfo=UTC), datetime(2026, 11, 23, 4, tzinfo=UTC)),
    ),
    Order(service="lamp", place="2", person=Private(name="李", notes="-灯坏")),
    Order(service="talk", place="2", person=Private(name="周", notes="心里难受")),
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database with a small community and three requests in it."""
    folder = tmp_path_factory.mktemp("town")
    for name, text in TOWN.items():
        (folder / name).write_text(text, encoding="utf-8")
    database = Database(folder / "town.db", clock=StoppedClock(AT))
    upgrade(database)
    database.write(lambda tx: load_folder(tx, ADMIN, Rules(), folder))
    for order in ORDERS:
        database.write(lambda tx, order=order: take_request(tx, WORKER, Rules(), order))  # type: ignore[misc]
    database.close()
    return folder / "town.db"


@pytest.fixture
def database(town: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of it."""
    database = Database(shutil.copy(town, tmp_path / "town.db"), clock=StoppedClock(AT))
    yield database
    database.close()


def exported(database: Database, target: Path | None, template: Path | None = None, **wishes: object) -> Exported:
    """Write the requests."""
    return database.read(
        lambda tx: export_requests(tx, WORKER, Rules(), target, template=template, **wishes)  # type: ignore[arg-type]
    )


def texts(sheet: Sheet) -> list[list[str]]:
    """Return a table's cells as text."""
    return [[cell_text(cell) for cell in row] for row in sheet.rows]


def names_in(folder: Path) -> list[str]:
    """Return the names of what lies in a folder."""
    return sorted(each.name for each in folder.iterdir())


def office_form(path: Path) -> Path:
    """Write an office's own form: title, headings in its order, a notes row, an example of its own."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, 5, "2026年微帮台账")
        for row, cells in enumerate(
            (
                ["序号", "办结时间", "联系电话*", "诉求内容（简述）", "领导批示", "居民姓名"],
                ["", "", "*必填", "*必填", "", ""],
                ["1", "2020-01-01", "1", "示范", "同意", "张三"],
            ),
            1,
        ):
            sheet.write_row(row, 0, cells)
        sheet.set_column(3, 3, 33)
    return path


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_our_own_sheet_tells_everything_that_is_known(
    database: Database, tmp_path: Path, name: str, language: Language
) -> None:
    """Headings of one language, one row a request, times on the community's wall."""
    done = exported(database, tmp_path / name, language=language)

    rows = texts(read_sheet(tmp_path / name))
    assert (done.rows, done.unknown, len(rows)) == (3, (), 4)
    assert rows[0] == [REQUEST_HEADINGS[each][0 if language == "zh" else 1] for each in REQUEST_FIELDS]
    first = dict(zip(REQUEST_FIELDS, rows[1], strict=True))
    assert (first["number"], first["name"], first["phone"], first["note"]) == (
        "1",
        "=王秀英",
        "+9991380000003",
        "@下水道\n堵了",
    )
    assert (first["place"], first["address"], first["headcount"]) == ("1号楼2单元", "1号楼2单元301", "2")
    assert (first["received_at"], first["window_from"]) == ("2026-11-23 09:00", "2026-11-23 10:00")
    assert first["service"] == ("通下水" if language == "zh" else "drain")
    assert first["done_at"] == first["helper"] == first["rating"] == ""


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_what_is_exported_can_be_imported_elsewhere(database: Database, tmp_path: Path, name: str) -> None:
    """Every field comes back as it was, guards taken off; its numbers keep it from going in twice."""
    exported(database, tmp_path / name, with_confidential=True)
    other = tmp_path / "other"
    other.mkdir()
    for file, text in TOWN.items():
        (other / file).write_text(text, encoding="utf-8")
    elsewhere = Database(other / "town.db", clock=StoppedClock(AT))
    upgrade(elsewhere)
    elsewhere.write(lambda tx: load_folder(tx, ADMIN, Rules(), other))

    results = [import_file(elsewhere, WORKER, Rules(), tmp_path / name) for _ in range(2)]
    exported(elsewhere, tmp_path / "again.csv", with_confidential=True)
    elsewhere.close()

    assert [(one.accepted, one.refused, one.already) for one in results] == [(3, 0, 0), (0, 0, 3)]
    there, here = (texts(read_sheet(tmp_path / each)) for each in ("again.csv", name))
    source = REQUEST_FIELDS.index("source")
    assert [row[:source] + row[source + 1 :] for row in there] == [row[:source] + row[source + 1 :] for row in here]


def test_an_offices_own_form_keeps_its_title_headings_order_and_widths(database: Database, tmp_path: Path) -> None:
    """Its example rows go, its notes row stays, what we do not have stays empty and is named."""
    done = exported(database, tmp_path / "a.xlsx", office_form(tmp_path / "form.xlsx"))

    sheet = read_sheet(tmp_path / "a.xlsx")
    assert texts(sheet) == [
        ["2026年微帮台账", "", "", "", "", ""],
        ["序号", "办结时间", "联系电话*", "诉求内容（简述）", "领导批示", "居民姓名"],
        ["", "", "*必填", "*必填", "", ""],
        ["1", "", "+9991380000003", "@下水道\n堵了", "", "=王秀英"],
        ["2", "", "", "-灯坏", "", "李"],
        ["3", "", "", "", "", "周"],
    ]
    assert (sheet.name, sheet.merged) == ("台账", ((0, 0, 0, 5),))
    assert 32 < sheet.widths[3] < 35
    assert (done.unknown, done.withheld) == (("领导批示",), 1)


def test_a_csv_form_gives_csv_unless_the_target_says_otherwise(database: Database, tmp_path: Path) -> None:
    """The kind follows the target's name, then the form."""
    form = tmp_path / "form.csv"
    form.write_bytes("姓名,电话\r\n".encode("gb18030"))

    assert exported(database, None, form).content.startswith("\ufeff姓名,电话".encode())
    assert exported(database, None).content.startswith(b"PK")
    assert exported(database, None, kind=Kind.CSV).content.startswith("\ufeff工单编号".encode())
    with pytest.raises(Refused, match="not be what its name says"):
        exported(database, tmp_path / "a.xlsx", kind=Kind.CSV)
    with pytest.raises(Refused, match=r"ends neither in"):
        exported(database, tmp_path / "a.pdf")


def test_no_cell_of_the_csv_runs_in_a_spreadsheet(database: Database, tmp_path: Path) -> None:
    """Names and notes that begin like a formula, and phones with their plus, have an apostrophe."""
    exported(database, tmp_path / "a.csv")

    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert {"'=王秀英", "'@下水道\n堵了", "'-灯坏", "'+9991380000003"} <= set(cells)
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]


def test_what_is_confidential_stays_here_unless_asked_for(database: Database, tmp_path: Path) -> None:
    """Not a word of it is in the file; how many were kept back is told."""
    assert "心里难受" not in exported(database, None, kind=Kind.CSV).content.decode()
    assert exported(database, None).withheld == 1
    asked = exported(database, None, kind=Kind.CSV, with_confidential=True)
    assert "心里难受" in asked.content.decode()
    assert asked.withheld == 0


def test_states_and_days_narrow_what_is_exported(database: Database) -> None:
    """Requests in none of the states, or older, are left out."""
    assert exported(database, None, states=[RequestState.DONE]).rows == 0
    assert exported(database, None, states=[RequestState.RECEIVED], since=AT).rows == 3
    assert exported(database, None, since=datetime(2026, 11, 24, tzinfo=UTC)).rows == 0


def test_responders_go_into_a_sheet_too(database: Database, tmp_path: Path) -> None:
    """Into ours, or into the office's, by code."""
    form = tmp_path / "form.csv"
    form.write_text("志愿者名单,,,\n编号,姓名,特长,证件照\n", encoding="utf-8")

    done = database.read(lambda tx: export_responders(tx, WORKER, Rules(), tmp_path / "a.csv", template=form))
    own = database.read(lambda tx: export_responders(tx, WORKER, Rules(), tmp_path / "b.xlsx", language="en"))

    assert texts(read_sheet(tmp_path / "a.csv"))[2:] == [
        ["P1", "赵一", "plumbing:3", ""],
        ["V1", "=钱二", "", ""],
    ]
    assert done.unknown == ("证件照",)
    row = dict(zip(own.headings, texts(read_sheet(tmp_path / "b.xlsx"))[1], strict=True))
    assert (row["code"], row["phone"], row["hours"]) == ("P1", "+9991380000001", "mon-fri 08:00-18:00")
    assert (row["kind"], row["paid or free"], row["capacity"]) == ("party member", "unpaid", "2")


def test_an_export_leaves_its_event_but_no_content(database: Database) -> None:
    """Who, what and how many: never what stood in it."""
    done = exported(database, None)

    database.write(lambda tx: note_export(tx, WORKER, done))

    last = database.read(lambda tx: next(iter(events.read(tx.connection, "lane", newest_first=True))))
    assert (last.kind, last.actor, dict(last.params)) == ("exported", "li", {"what": "requests", "rows": 3})
    assert "王秀英" not in repr(done)


def test_who_may_not_see_everything_may_not_export(database: Database, tmp_path: Path) -> None:
    """A planner, and a grid worker of one grid."""
    for actor in (Actor(name="x", role=Role.PLANNER), Actor(name="y", grid="G1")):
        with pytest.raises(Refused):
            database.read(lambda tx, actor=actor: export_requests(tx, actor, Rules(), tmp_path / "a.csv"))  # type: ignore[misc]

    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize("rows", [[], [["甲", "乙"]]])
def test_a_form_that_cannot_be_read_leaves_the_old_file(
    database: Database, tmp_path: Path, rows: Sequence[Sequence[str]]
) -> None:
    """Empty, with unknown headings, or not there."""
    target, form = tmp_path / "a.csv", tmp_path / "form.csv"
    target.write_text("old", encoding="utf-8")
    form.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")

    with pytest.raises(Refused):
        exported(database, target, form)
    with pytest.raises(NotFound):
        exported(database, target, tmp_path / "none.xlsx")
    with pytest.raises(Refused, match="no folder"):
        exported(database, tmp_path / "none" / "a.csv")

    assert target.read_text(encoding="utf-8") == "old"
    assert [name for name in names_in(tmp_path) if not name.startswith("town")] == [
        "a.csv",
        "form.csv",
    ]
