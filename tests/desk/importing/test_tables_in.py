"""Tables of requests taken into the database: good rows in, bad rows back, nothing twice."""

from __future__ import annotations

import csv
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.clock import StoppedClock
from dispatch.desk.closing import cancel
from dispatch.desk.exporting.tables_out import export_requests
from dispatch.desk.importing.mapping import Only, Pick, SheetMapping
from dispatch.desk.importing.mapping_file import load_mapping
from dispatch.desk.importing.tables_in import Imported, import_file
from dispatch.desk.loading.town_in import load_folder
from dispatch.desk.sheets.cells import cell_text
from dispatch.desk.sheets.reading import read_sheet
from dispatch.desk.undoing import undo
from dispatch.errors import Conflict, Refused, Unavailable
from dispatch.i18n import Language
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Private, Request, Source
from dispatch.model.rules import Rules
from dispatch.store import private, requests
from dispatch.store.engine import Database
from dispatch.store.upgrade import upgrade

FIXTURES = Path(__file__).parents[3] / "fixtures"
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
ADMIN = Actor(name="admin", role=Role.ADMIN)
WORKER = Actor(name="li")
HEADINGS = ("姓名", "电话", "地址", "内容")
GOOD = ("王秀英", "+9991380000001", "1号楼1单元301", "下水道堵了")
TOWN = {
    "community.csv": "code,name_zh,name_en\nlane,里弄,Lane\n",
    "places.csv": (
        "code,kind,parent,name\nlane,community,,里弄\n1,building,lane,1号楼\n1-1,unit,1,1单元\n2,building,lane,2号楼\n"
    ),
    "services.csv": ("code,name_zh,name_en,words\ndrain,通下水,drain,下水道;堵了\nlamp,换灯泡,lamp,灯坏;灯泡\n"),
    "responders.csv": "code,kind,name,phone,place\nV1,volunteer,钱二,+9991380000002,2\n",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database with a small community in it."""
    folder = tmp_path_factory.mktemp("town")
    for name, text in TOWN.items():
        (folder / name).write_text(text, encoding="utf-8")
    database = Database(folder / "town.db", clock=StoppedClock(AT))
    upgrade(database)
    database.write(lambda tx: load_folder(tx, ADMIN, Rules(), folder))
    database.close()
    return folder / "town.db"


@pytest.fixture
def database(town: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of it."""
    copy = tmp_path / "town.db"
    shutil.copy(town, copy)
    database = Database(copy, clock=StoppedClock(AT))
    yield database
    database.close()


def written(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write a table as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def taken(database: Database) -> list[tuple[Request, Private]]:
    """Return what is in the database, by number."""

    def read(tx: object) -> list[tuple[Request, Private]]:
        connection = tx.connection  # type: ignore[attr-defined]
        found = requests.find(connection, "lane")
        kept = private.look_up(connection, [one.person_id for one in found])
        return [(one, kept[one.person_id]) for one in found]

    return database.read(read)


def names_in(folder: Path) -> list[str]:
    """Return the names of what lies in a folder."""
    return sorted(each.name for each in folder.iterdir())


def counts(result: Imported) -> tuple[int, int, int]:
    """Return what CONTRACT promises: accepted, refused, already."""
    return result.accepted, result.refused, result.already


def office_workbook(path: Path) -> Path:
    """Write a workbook with every habit of an office in it."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("诉求登记")
        day = book.add_format({"num_format": "yyyy/m/d"})
        sheet.merge_range(0, 0, 0, 7, "劲松社区居民诉求登记表（2023年7月）")
        sheet.write_row(
            1,
            0,
            ["序号", "姓名*", "联系电话（必填）", " 地 址 ", "诉求内容", "登记日期", "紧急程度", "办理情况"],
        )
        sheet.write_row(2, 0, ["", "*必填", "*必填 文本格式", "*必填", "*必填", "yyyy-mm-dd", "一般/紧急", ""])
        rows: list[list[object]] = [
            [1, "王秀英", "+9991380000001", "1号楼1单元301", "下水道堵了", "2023.7.17", "一般", "已办"],
            [2, "李建国", 9991380000003, "1-1-402", "灯坏了", "45124", "紧急", ""],
            [3, "赵六", "999 138 000 0004", "一号楼一单元五楼", "楼道灯泡不亮", 45124, "", ""],
            [4, "孙七", "", "２号楼", "下水道堵了", datetime(2023, 7, 17), "", ""],
            [5, "周八", "+9991380000005", "2号楼", "灯坏了", "2023年7月17日 9:05", "", ""],
            [6, "", "", "", "", "", "", ""],
            ["", "", "", "", "", "", "", ""],
            [7, "吴九", "1234567", "9号楼", "随便看看", "7/17", "", ""],
        ]
        for index, row in enumerate(rows, 3):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(index, column, cell, day)
                elif cell != "":
                    sheet.write(index, column, cell)
        sheet.merge_range(12, 0, 12, 7, "填表人：郑十    审核人：冯十一")
        book.add_worksheet("八月").write(0, 0, "空")
    return path


def test_an_office_workbook_goes_in_as_it_is(database: Database, tmp_path: Path) -> None:
    """Merged title, second header row, notes row, text phones, 2023.7.17, 45124, blank rows and a footer."""
    result = import_file(database, WORKER, Rules(), office_workbook(tmp_path / "登记.xlsx"))

    assert counts(result) == (5, 1, 0)
    assert (result.sheet, result.not_read, result.unread) == ("诉求登记", ("八月",), ("办理情况",))
    assert result.beside == (3, 13)
    assert result.refusals[0].row == 11
    found = taken(database)
    assert [one.received_at for one, _ in found[:4]] == [datetime(2023, 7, 16, 16, tzinfo=UTC)] * 4
    assert found[4][0].received_at == datetime(2023, 7, 17, 1, 5, tzinfo=UTC)
    assert [person.phone for _, person in found] == [
        *("+9991380000001", "+9991380000003", "+9991380000004", "", "+9991380000005")
    ]
    assert [person.floor for _, person in found] == [3, 4, 5, None, None]
    assert {one.source for one, _ in found} == {Source.IMPORT}
    assert result.numbers == tuple(one.number for one, _ in found)


def test_refused_rows_come_back_in_the_same_form(database: Database, tmp_path: Path) -> None:
    """Title, headings, notes row, the bad row as it was, and all its reasons in a last column."""
    import_file(database, WORKER, Rules(), office_workbook(tmp_path / "登记.xlsx"))

    back = read_sheet(tmp_path / "登记.errors.xlsx")
    texts = [[cell_text(cell) for cell in row] for row in back.rows]
    assert texts[0][0].startswith("劲松社区")
    assert (0, 0, 0, 7) in back.merged
    assert texts[1] == [
        "序号",
        "姓名*",
        "联系电话（必填）",
        "地 址",
        "诉求内容",
        "登记日期",
        "紧急程度",
        "办理情况",
        "错误原因",
    ]
    assert texts[2][1] == "*必填"
    assert texts[3][:6] == ["7", "吴九", "1234567", "9号楼", "随便看看", "7/17"]
    assert all(word in texts[3][8] for word in ("随便看看", "9", "1234567", "7/17"))
    assert len(texts) == 4


@pytest.mark.parametrize(("language", "heading"), [("zh", "错误原因"), ("en", "why refused")])
def test_corrected_rows_go_in_from_the_file_they_came_back_in(
    database: Database, tmp_path: Path, language: Language, heading: str
) -> None:
    """CSV goes back as CSV, guards and all; the reason's column is used again, not doubled."""
    bad = ("=李", "+9991380000003", "7号楼", "灯坏了")
    path = written(tmp_path / "a.csv", [HEADINGS, GOOD, bad])

    first = import_file(database, WORKER, Rules(), path, language=language)
    assert first.errors == tmp_path / "a.errors.csv"
    lines = first.errors.read_text("utf-8-sig").splitlines()
    assert lines[0] == ",".join((*HEADINGS, heading))
    assert lines[1].startswith("'=李,'+9991380000003,7号楼,灯坏了,")
    again = import_file(database, WORKER, Rules(), first.errors, language=language)
    assert again.errors == tmp_path / "a.errors.errors.csv"
    assert again.errors.read_bytes() == first.errors.read_bytes()
    first.errors.write_text(first.errors.read_text("utf-8-sig").replace("7号楼", "2号楼"), encoding="utf-8-sig")
    assert counts(import_file(database, WORKER, Rules(), first.errors)) == (1, 0, 0)
    assert taken(database)[1][1].name == "=李"


def test_the_same_file_twice_adds_nothing(database: Database, tmp_path: Path) -> None:
    """Nor does it when it is extended, sorted anew, numbered anew, or the handling is written into it."""
    rows = [("1", *GOOD, ""), ("2", "李", "", "2号楼", "灯坏了", ""), ("3", *GOOD, "")]
    headings = ("序号", *HEADINGS, "办理情况")
    path = written(tmp_path / "a.csv", [headings, *rows])

    assert counts(import_file(database, WORKER, Rules(), path)) == (3, 0, 0)
    assert counts(import_file(database, WORKER, Rules(), path)) == (0, 0, 3)
    more = [
        ("1", *rows[1][1:5], "已办"),
        ("2", "新", "", "2号楼", "灯坏了", ""),
        ("3", *GOOD, ""),
        ("4", *GOOD, ""),
    ]
    written(path, [headings, *more])
    assert counts(import_file(database, WORKER, Rules(), path)) == (1, 0, 3)
    assert len(taken(database)) == 4


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["王", "李"]),
        st.just(""),
        st.sampled_from(["1号楼", "2号楼"]),
        st.sampled_from(["灯坏了", "下水道堵了"]),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ROWS.filter(bool), min_size=1, max_size=4))
def test_whatever_order_tables_come_in_each_row_counts_as_often_as_in_the_fullest(
    town: Path, tmp_path_factory: pytest.TempPathFactory, tables: list[list[tuple[str, ...]]]
) -> None:
    """A need stands as often as in the table that has it most often, in whatever order they come."""
    folder = tmp_path_factory.mktemp("tables")
    database = Database(shutil.copy(town, folder / "town.db"), clock=StoppedClock(AT))
    most: dict[tuple[str, ...], int] = {}
    for rows in tables:
        import_file(database, WORKER, Rules(), written(folder / "a.csv", [HEADINGS, *rows]))
        most |= {row: max(most.get(row, 0), rows.count(row)) for row in rows}
    found = len(taken(database))
    database.close()

    assert found == sum(most.values())


def test_what_undo_took_back_is_taken_again_from_the_same_file(database: Database, tmp_path: Path) -> None:
    """No need is lost: the file imported once more makes new requests, as often as its import is taken back."""
    path = written(tmp_path / "a.csv", [HEADINGS, GOOD])
    first = import_file(database, WORKER, Rules(), path)
    for _ in range(2):
        database.write(lambda tx: undo(tx, WORKER, Rules()))
        assert counts(import_file(database, WORKER, Rules(), path, dry_run=True)) == (1, 0, 0)
        again = import_file(database, WORKER, Rules(), path)
        assert counts(again) == (1, 0, 0)
        assert again.cancelled == ()
        assert again.numbers > first.numbers
        assert counts(import_file(database, WORKER, Rules(), path)) == (0, 0, 1)

    states = [request.state for request, _ in taken(database)]
    assert states == [RequestState.CANCELLED, RequestState.CANCELLED, RequestState.RECEIVED]


def test_what_was_cancelled_since_is_told_by_number(database: Database, tmp_path: Path) -> None:
    """It was somebody's decision, so it stays; but nobody is led to believe that the row is being seen to."""
    path = written(tmp_path / "a.csv", [HEADINGS, GOOD, ("李四", "+9991380000003", "2号楼", "灯坏了")])
    first = import_file(database, WORKER, Rules(), path)
    database.write(lambda tx: cancel(tx, WORKER, Rules(), first.numbers[1]))
    again = import_file(database, WORKER, Rules(), path)

    assert counts(again) == (0, 0, 2)
    assert again.cancelled == (first.numbers[1],)


def test_our_own_export_does_not_hold_back_what_undo_took_back(database: Database, tmp_path: Path) -> None:
    """A row exported before the undo says that it waits; after it, that need is taken again."""
    import_file(database, WORKER, Rules(), written(tmp_path / "a.csv", [HEADINGS, GOOD]))
    out = tmp_path / "out.xlsx"
    database.read(lambda tx: export_requests(tx, ADMIN, Rules(), out, None, None, language="zh"))
    assert counts(import_file(database, WORKER, Rules(), out)) == (0, 0, 1)
    database.write(lambda tx: undo(tx, WORKER, Rules()))

    assert counts(import_file(database, WORKER, Rules(), out)) == (1, 0, 0)


def test_a_table_with_numbers_of_its_own_is_held_to_them(database: Database, tmp_path: Path) -> None:
    """Same number, same content: already in; other content: refused; in one file or in two."""
    headings = ("工单编号", *HEADINGS)
    other = ("李", "", "2号楼", "灯坏了")
    path = written(
        tmp_path / "a.csv", [headings, ("7", *GOOD), ("8", *other), ("7", *GOOD), ("8", *GOOD), ("", *other)]
    )

    result = import_file(database, WORKER, Rules(), path)
    assert counts(result) == (3, 1, 1)
    assert [one.row for one in result.refusals] == [5]
    assert isinstance(result.refusals[0].faults[0], Conflict)
    later = import_file(database, WORKER, Rules(), written(path, [headings, ("7", *GOOD), ("8", *GOOD)]))
    assert counts(later) == (0, 1, 1)
    assert isinstance(later.refusals[0].faults[0], Conflict)


def test_a_row_that_says_the_same_is_in_even_when_we_read_it_otherwise_now(database: Database, tmp_path: Path) -> None:
    """A place or service that came later changes what we make of a row, not that it is in."""
    path = written(tmp_path / "a.csv", [HEADINGS, ("王", "", "2号楼", "看看")])
    first = SheetMapping(defaults={"service": "lamp"})
    then = SheetMapping(defaults={"service": "drain"})

    assert counts(import_file(database, WORKER, Rules(), path, first)) == (1, 0, 0)
    assert counts(import_file(database, WORKER, Rules(), path, then)) == (0, 0, 1)


def test_rows_that_are_only_numbered_and_dated_are_no_requests(database: Database, tmp_path: Path) -> None:
    """Offices prepare a sheet's rows before they fill them in; they are told as passed over."""
    headings = ("工单编号", "日期", *HEADINGS, "经办")
    rows = [
        ("1", "2023.7.17", *GOOD, ""),
        ("2", "2023.7.17", "", "", "", "", "张"),
        ("", "", "", "", "", "", ""),
    ]

    result = import_file(database, WORKER, Rules(), written(tmp_path / "a.csv", [headings, *rows]))

    assert (counts(result), result.beside) == ((1, 0, 0), (3,))


def test_what_intake_refuses_comes_back_too(database: Database, tmp_path: Path) -> None:
    """A headcount that cannot be, and a window that is over."""
    headings = (*HEADINGS, "人数", "期望时间起", "期望时间止")
    rows = [
        (*GOOD, "0", "", ""),
        (*GOOD, "10000", "", ""),
        (*GOOD, "2", "2020-01-01", "2020-01-02"),
        (*GOOD, "2", "", ""),
    ]

    result = import_file(database, WORKER, Rules(), written(tmp_path / "a.csv", [headings, *rows]))

    assert counts(result) == (1, 3, 0)
    assert [one.row for one in result.refusals] == [2, 3, 4]
    assert taken(database)[0][0].headcount == 2


def test_a_dry_run_says_what_would_be_and_leaves_no_trace(database: Database, tmp_path: Path) -> None:
    """No request, no number used up, no file of errors unless it is asked for."""
    path = written(tmp_path / "a.csv", [HEADINGS, GOOD, ("李", "1", "7号楼", "灯坏了"), (*GOOD[:2], "2号楼", GOOD[3])])
    files = set(names_in(tmp_path))

    result = import_file(database, WORKER, Rules(), path, dry_run=True)
    assert counts(result) == (2, 1, 0)
    assert (result.numbers, result.errors, taken(database)) == ((), None, [])
    assert {name for name in names_in(tmp_path) if not name.startswith("town.db")} <= files
    asked = import_file(database, WORKER, Rules(), path, dry_run=True, errors=tmp_path / "bad.csv")
    assert asked.errors == tmp_path / "bad.csv"
    assert import_file(database, WORKER, Rules(), path).numbers == (1, 2)


def test_only_one_day_is_taken_when_asked(database: Database, tmp_path: Path) -> None:
    """The rest is left out: neither accepted nor refused."""
    headings = (*HEADINGS, "日期")
    rows = [(*GOOD, "2023.7.16"), (*GOOD, "2023.7.17"), ("李", "1", "7号楼", "灯", "2023.7.16"), (*GOOD, "")]

    result = import_file(
        database, WORKER, Rules(), written(tmp_path / "a.csv", [headings, *rows]), on_day=date(2023, 7, 17)
    )

    assert counts(result) == (1, 0, 0)
    assert result.left_out == 3


def test_a_file_of_errors_never_overwrites_one_that_is_being_corrected(database: Database, tmp_path: Path) -> None:
    """A second import writes beside it; a named one is written there, never over the table itself."""
    path = written(tmp_path / "a.csv", [HEADINGS, ("李", "1", "7号楼", "灯坏了")])

    assert import_file(database, WORKER, Rules(), path).errors == tmp_path / "a.errors.csv"
    assert import_file(database, WORKER, Rules(), path).errors == tmp_path / "a.errors-2.csv"
    named = tmp_path / "bad.csv"
    named.write_text("old", encoding="utf-8")
    assert import_file(database, WORKER, Rules(), path, errors=named).errors == named
    assert named.read_text("utf-8-sig").startswith("姓名")
    book = import_file(database, WORKER, Rules(), path, errors=tmp_path / "bad.xlsx").errors
    assert book is not None
    assert cell_text(read_sheet(book).rows[1][0]) == "李"
    with pytest.raises(Refused, match="ends neither"):
        import_file(database, WORKER, Rules(), path, errors=tmp_path / "bad.pdf")
    with pytest.raises(Refused, match=r"over .* itself"):
        import_file(database, WORKER, Rules(), path, errors=path)


def test_nothing_is_taken_when_bad_rows_could_not_be_given_back(database: Database, tmp_path: Path) -> None:
    """The folder named for them is not there: told before the first row goes in."""
    path = written(tmp_path / "a.csv", [HEADINGS, GOOD, ("李", "1", "7号楼", "灯坏了")])

    with pytest.raises(Refused, match="no folder"):
        import_file(database, WORKER, Rules(), path, errors=tmp_path / "none" / "bad.csv")

    assert taken(database) == []


def test_rows_that_could_not_be_given_back_after_all_are_still_told(database: Database, tmp_path: Path) -> None:
    """Only the intake refuses a row, and then the file for it cannot be made: its name is too long."""
    path = written(tmp_path / f"{'a' * 247}.csv", [(*HEADINGS, "人数"), (*GOOD, "1"), (*GOOD, "0")])

    result = import_file(database, WORKER, Rules(), path)

    assert (counts(result), result.errors) == ((1, 1, 0), None)
    assert isinstance(result.trouble, Unavailable)


def test_a_table_that_cannot_be_read_changes_nothing(database: Database, tmp_path: Path) -> None:
    """Unknown headings, another's file, no file at all."""
    for name, content in (("a.csv", b"\xe7\x94\xb2,\xe4\xb9\x99\n1,2\n"), ("b.xlsx", b"a,b"), ("c.csv", b"")):
        (tmp_path / name).write_bytes(content)

        with pytest.raises(Refused):
            import_file(database, WORKER, Rules(), tmp_path / name)

    assert taken(database) == []


def test_a_resident_may_not_import(database: Database, tmp_path: Path) -> None:
    """Asked first, before the file is looked at."""
    with pytest.raises(Refused, match="may not"):
        import_file(database, Actor(name="x", role=Role.RESIDENT), Rules(), tmp_path / "none.csv")


def test_emergencies_and_repeats_are_named(database: Database, tmp_path: Path) -> None:
    """So that somebody looks at once, and nobody goes twice."""
    today = "2026-11-23"
    headings = (*HEADINGS, "日期")
    rows = [
        (*GOOD, today),
        ("王秀英", GOOD[1], GOOD[2], "下水道又堵了", today),
        ("李", "", "2号楼", "家里着火了，灯坏", today),
    ]

    first = import_file(database, WORKER, Rules(), written(tmp_path / "a.csv", [headings, *rows[:1], *rows[2:]]))
    then = import_file(database, WORKER, Rules(), written(tmp_path / "a.csv", [headings, *rows]))

    assert first.emergencies == (2,)
    assert then.repeats == {3: (1,)}


def test_progress_is_told_after_each_transaction(database: Database, tmp_path: Path) -> None:
    """What was told is in the database."""
    seen: list[tuple[int, int, int]] = []
    rows = [(f"王{number}", "", "2号楼", "灯坏了") for number in range(1200)]

    import_file(
        database,
        WORKER,
        Rules(),
        written(tmp_path / "a.csv", [HEADINGS, *rows]),
        progress=lambda done, of: seen.append((done, of, len(taken(database)))),
    )

    assert seen == [(500, 1200, 500), (1000, 1200, 1000), (1200, 1200, 1200)]


KILLED = """
import os, signal, sys
from pathlib import Path
from dispatch.desk.importing.tables_in import import_file
from dispatch.model.actor import Actor
from dispatch.model.rules import Rules
from dispatch.store.engine import Database

def stop(done, of):
    print(done, flush=True)
    if done == 1000:
        os.kill(os.getpid(), signal.SIGKILL)

import_file(Database(sys.argv[1]), Actor(name="li"), Rules(), Path(sys.argv[2]), progress=stop)
"""


def test_a_kill_in_the_middle_loses_nothing_told_and_the_same_file_completes_it(
    database: Database, tmp_path: Path
) -> None:
    """What was acknowledged is there; importing again adds exactly the rest."""
    rows = [(f"王{number}", "", "2号楼", "灯坏了") for number in range(1300)]
    path = written(tmp_path / "a.csv", [HEADINGS, *rows, ("李", "", "7号楼", "灯坏了")])
    assert database.path is not None

    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(database.path), str(path)],
        cwd=FIXTURES.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (killed.returncode, killed.stdout.split()) == (-signal.SIGKILL, ["500", "1000"]), killed.stderr
    assert [person.name for _, person in taken(database)] == [name for name, *_ in rows[:1000]]
    assert counts(import_file(database, WORKER, Rules(), path)) == (300, 1, 1000)
    assert [person.name for _, person in taken(database)] == [name for name, *_ in rows]


def test_a_database_that_fills_the_disk_says_how_much_is_in(database: Database, tmp_path: Path) -> None:
    """And that the same file may be imported again."""
    rows = [(f"王{number}", "", "2号楼", "灯坏了") for number in range(700)]
    path = written(tmp_path / "a.csv", [HEADINGS, *rows])

    def let_it_grow(to_pages: int) -> None:
        with database.owner_connection() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={to_pages}")

    with pytest.raises(Unavailable) as stopped:
        import_file(database, WORKER, Rules(), path, progress=lambda *_: let_it_grow(1))

    assert stopped.value.params["rows_in"] == 500
    assert len(taken(database)) == 500
    let_it_grow(1_000_000)
    assert counts(import_file(database, WORKER, Rules(), path)) == (200, 0, 500)


def test_boston_goes_in_by_its_mapping(tmp_path: Path) -> None:
    """Four rows in the city's own words: by type, by reason, by neighbourhood, by position, and not found."""
    database = Database(tmp_path / "boston.db", clock=StoppedClock(AT))
    upgrade(database)
    database.write(lambda tx: load_folder(tx, ADMIN, Rules(), FIXTURES / "boston"))
    rows = [
        (
            "CASE_ENQUIRY_ID,OPEN_DT,TARGET_DT,CLOSED_DT,OnTime_Status,CASE_STATUS,REASON,TYPE,Department,"
            "neighborhood,LATITUDE,LONGITUDE,Source"
        ),
        "1,01/01/2015 12:25:23 AM,,,ONTIME,Open,Street Lights,Street Light Outages,X,Dorchester,42.3,-71.06,",
        "2,01/01/2015 01:00:00 PM,,,ONTIME,Open,Street Lights,A new type,PWDx,,42.3054,-71.0646,Call",
        "3,01/02/2015 01:00:00 PM,,,ONTIME,Open,Nothing,Known,PWDx,,42.3594,-71.0587,Call",
        "3,01/02/2015 01:00:00 PM,,,ONTIME,Open,Nothing,Known,PWDx,,42.3594,-71.0587,Call",
    ]
    path = tmp_path / "a.csv"
    path.write_text("\r\n".join(rows), encoding="utf-8")

    result = import_file(database, WORKER, Rules(), path, load_mapping(FIXTURES / "boston" / "mapping.toml"))

    assert (counts(result), result.unread) == ((3, 0, 1), ())
    database.close()


def test_a_mapping_may_choose_the_sheet_and_the_rows(database: Database, tmp_path: Path) -> None:
    """A workbook of several months, of which one is wanted."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("七月", "八月"):
            sheet = book.add_worksheet(name)
            for index, row in enumerate([(*HEADINGS, "状态"), (*GOOD, "未办"), (name, *GOOD[1:], "已办")]):
                sheet.write_row(index, 0, row)
    mapping = SheetMapping(
        sheet="八月",
        picks={"name": Pick(choices=(("姓名",),))},
        only=(Only(heading="状态", but=frozenset({"未办"})),),
    )

    result = import_file(database, WORKER, Rules(), path, mapping)

    assert (counts(result), result.left_out, result.not_read) == ((1, 0, 0), 1, ("七月",))
    assert taken(database)[0][1].name == "八月"


def test_our_own_export_makes_no_request_again(database: Database, tmp_path: Path) -> None:
    """What is in stays as it is; in an empty office what was closed is left out, and only the rest is taken."""
    import_file(database, WORKER, Rules(), written(tmp_path / "a.csv", [HEADINGS, GOOD]))
    target = tmp_path / "out.csv"
    database.read(lambda tx: export_requests(tx, ADMIN, Rules(), target))
    again = import_file(database, WORKER, Rules(), target)

    assert counts(again) == (0, 0, 1)
    assert len(taken(database)) == 1


def test_rows_of_long_ago_are_counted(database: Database, tmp_path: Path) -> None:
    """They are taken, and it is said how many they are."""
    rows = [(*HEADINGS, "受理时间"), (*GOOD, "2026-09-01"), (*GOOD, "2026-11-20")]

    assert import_file(database, WORKER, Rules(), written(tmp_path / "a.csv", rows)).old == 1
