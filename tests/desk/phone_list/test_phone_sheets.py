"""The phone list on paper: numbered sheets, what stands on them, and what comes back of them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.phone_list.phone_sheets import LETTERS, print_sheet, read_sheet_answers, reprint_sheet
from dispatch.desk.phone_list.sheet_forms import render
from dispatch.desk.phone_list.sheet_pages import as_html
from dispatch.desk.phone_list.sheet_rows import Sheet
from dispatch.desk.phone_list.sheet_tables import as_csv
from dispatch.errors import NotFound, Refused
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import OfferState
from dispatch.model.message import MessageKind
from dispatch.model.responder import ResponderKind
from dispatch.model.rules import Rules
from dispatch.store import outbox, phone_sheets
from dispatch.store.engine import Database
from dispatch.store.outbox import PHONE_LIST, Outgoing
from dispatch.store.tables import community

RULES = Rules()


def key(database: Database, sheet_no: int, row_no: int, letter: str) -> None:
    """Write down what came of a call."""
    database.write(lambda tx: phone_sheets.key_back(tx.connection, "street", sheet_no, row_no, letter))


def test_nobody_to_ring_uses_up_no_number(database, street, printed):
    """An empty list is no sheet."""
    sheet = printed()

    assert (sheet.number, sheet.rows) == (None, ())
    assert database.read(lambda tx: tx.connection.scalar(select(community.c.last_sheet))) == 0


def test_sheets_count_up_and_rows_begin_with_one(call, printed):
    """What was not keyed back stands on the next sheet again."""
    call("V1")
    call("V2")
    first, second = printed(), printed()

    assert (first.number, second.number) == (1, 2)
    assert [(row.no, row.two_digits, row.name) for row in second.rows] == [(1, "01", "人V1"), (2, "02", "人V2")]


def test_an_offer_on_paper_tells_whom_to_ring_and_what_to_ask_and_no_more(call, printed):
    """Name and phone of the responder, the need and the building; nothing of the resident."""
    call("V1", said={"name": "贺建国", "phone": "+9991387654321", "notes": "耳背，打座机", "is_paid": True})
    (row,) = printed(language="en").rows

    assert (row.name, row.phone, row.note) == ("贺建国", "+999 138 765 4321", "耳背，打座机")
    assert (row.what, row.where, row.when, row.paid) == (
        "clear a drain",
        "8号楼 (your own building)",
        "as soon as possible",
        "paid",
    )
    assert (row.number, row.code, row.answer_by, row.kind) == (1, "1001", "9:30", "offer")
    everything = as_html(printed()) + as_csv(printed())
    assert [said for said in ("王阿姨", "138 555 0001", "301", "2单元", "家里有狗") if said in everything] == []


def test_how_a_name_is_said_stands_beside_it(call, printed):
    """On the page and in the table; a Latin name needs none, and a shop has no surname."""
    call("V1", said={"name": "单晓梅"}, minutes=10)
    call("V2", said={"name": "Anna Lee"}, minutes=20)
    call("V3", said={"name": "华联超市", "kind": ResponderKind.SHOP}, minutes=30)
    sheet = printed(language="en")
    table = list(csv.DictReader(io.StringIO(as_csv(sheet).removeprefix("\ufeff"))))

    assert [row.pinyin for row in sheet.rows] == ["Shàn Xiǎoméi", "", "Huá lián chāo shì"]
    assert '单晓梅 <span class="pinyin">Shàn Xiǎoméi</span>' in as_html(sheet)
    assert as_html(sheet).count('class="pinyin"') == 2
    assert [row["pinyin"] for row in table] == [row.pinyin for row in sheet.rows]


def test_the_door_stands_on_paper_only_for_who_accepted(call, printed):
    """Where to go is read out to the one who goes."""
    call("V1", MessageKind.DETAILS, OfferState.ACCEPTED)
    (row,) = printed().rows

    assert [said for said in ("王阿姨", "+999 138 555 0001", "8号楼2单元301", "家里有狗") if said not in row.what] == []
    assert row.where == "8号楼"
    assert not row.is_question


def test_a_resident_is_rung_with_the_words_that_are_for_them(call, printed):
    """The row for a resident names them, and who comes."""
    call("V1", MessageKind.WHO_COMES, OfferState.ACCEPTED, to="resident", said={"name": "贺建国"})
    (row,) = printed().rows

    assert (row.name, row.phone, row.kind) == ("王阿姨", "+999 138 555 0001", "who_comes")
    assert "贺建国" in row.what


def test_urgent_calls_come_first_then_those_to_be_answered_soonest(call, printed):
    """Whoever rings begins at the top."""
    call("LATE", minutes=60)
    call("SOON", minutes=20)
    call("URGENT", minutes=40, urgency="urgent")

    assert [row.name for row in printed().rows] == ["人URGENT", "人SOON", "人LATE"]


def test_one_person_is_rung_once_for_everything(database, street, actor, printed):
    """The calls to one phone stand together, where the most urgent of them stands."""
    people = [street.responder(code, name=code) for code in ("A", "B")]
    for who, minutes in ((0, 50), (1, 40), (0, 30)):
        request_id = street.request()
        offer_id = street.offer(request_id, people[who], minutes=minutes)
        outgoing = Outgoing(
            request_id=request_id,
            offer_id=offer_id,
            recipient="responder",
            kind=MessageKind.OFFER,
            channel=PHONE_LIST,
        )
        database.write(lambda tx, one=outgoing: outbox.enqueue(tx.connection, tx.now, [one]))
    deliver(database, actor, RULES, {})

    assert [(row.name, row.answer_by) for row in printed().rows] == [("A", "9:30"), ("A", "9:50"), ("B", "9:40")]


def test_calls_that_nobody_needs_stand_on_no_sheet(call, street, printed, clock):
    """Ended offers, and offers whose time is up although nobody has looked yet."""
    call("LONG", minutes=60)
    call("SHORT", minutes=10)
    street.move(call("GONE"), OfferState.WITHDRAWN)
    clock.at += timedelta(minutes=15)

    assert [row.name for row in printed().rows] == ["人LONG"]


def test_what_was_keyed_back_stands_on_no_further_sheet(database, call, printed):
    """Told is told; nobody picked up means again, and says how often."""
    for code in ("V1", "V2"):
        call(code, MessageKind.DETAILS, OfferState.ACCEPTED)
    printed()
    key(database, 1, 1, "a")
    key(database, 1, 2, "n")
    (row,) = printed().rows

    assert (row.name, row.unreached) == ("人V2", 1)


def test_a_sheet_is_printed_again_with_the_same_rows(database, call, street, printed, actor):
    """The paper may get lost: calls that are over are marked, and their names and phones covered."""
    call("V1")
    ended = call("V2")
    call("V3")
    first = printed()
    street.move(ended, OfferState.WITHDRAWN)
    key(database, 1, 3, "d")
    again = database.read(lambda tx: reprint_sheet(tx, actor, RULES, 1))

    assert (again.number, again.printed_at) == (1, first.printed_at)
    assert again.rows[0] == first.rows[0]
    assert [(row.no, row.is_over) for row in again.rows] == [(1, False), (2, True), (3, True)]
    assert (again.rows[1].name, again.rows[1].phone) == ("人**", "")
    assert printed().number == 2


def test_a_reprint_keeps_the_door_of_what_is_over_to_itself(database, call, street, printed, actor):
    """Name, phone and door are gone from paper once the helper no longer goes."""
    offer_id = call("V1", MessageKind.DETAILS, OfferState.ACCEPTED)
    printed()
    street.move(offer_id, OfferState.CANCELLED, ended_at=database.read(lambda tx: tx.now))
    page = as_html(database.read(lambda tx: reprint_sheet(tx, actor, RULES, 1)))

    assert [said for said in ("王阿姨", "138 555 0001", "301", "人V1") if said in page] == []


def test_a_reprinted_table_says_which_calls_are_over(database, call, printed, actor):
    """As the page does: whoever rings from a spreadsheet does not ring in vain."""
    call("V1")
    call("V2")
    printed()
    key(database, 1, 2, "d")
    text = as_csv(database.read(lambda tx: reprint_sheet(tx, actor, RULES, 1)))
    _, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))

    assert [row[1] for row in rows] == ["", "不用打了"]


def test_a_sheet_that_was_never_printed_is_not_found(database, street, actor):
    """A slip of the finger says so."""
    with pytest.raises(NotFound) as refused:
        database.read(lambda tx: reprint_sheet(tx, actor, RULES, 7))

    assert str(refused.value) == "there is no phone sheet 7"


def test_a_grid_worker_prints_the_calls_of_the_own_grid_only(database, call, printed):
    """Building 8 lies in grid G1, building 9 in G2; a sheet over both is not theirs to print again."""
    call("EIGHT", place="8-2")
    call("NINE", place="9")
    both = printed()
    mine = Actor(name="小张", grid="G2")
    sheet = printed(by=mine)

    assert [row.name for row in sheet.rows] == ["人NINE"]
    with pytest.raises(NotFound):
        database.read(lambda tx: reprint_sheet(tx, mine, RULES, both.number or 0))


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.RESPONDER, Role.PLANNER])
def test_only_the_desk_prints_the_list(database, street, role):
    """It holds names and phones."""
    with pytest.raises(Refused):
        database.write(lambda tx: print_sheet(tx, Actor(name="x", role=role), RULES))


class Page(HTMLParser):
    """What a browser makes of a page: its text, its tags, its rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def test_the_page_stands_alone_and_has_a_row_with_boxes_for_every_call(call, printed):
    """UTF-8 said in the page, nothing fetched from elsewhere, four boxes to tick for an offer."""
    for n in range(12):
        call(f"V{n}")
    html = as_html(printed())
    page = Page(html)

    assert html.startswith("<!DOCTYPE html>")
    assert ("meta", {"charset": "utf-8"}) in page.tags
    assert [tag for tag, _ in page.tags if tag in ("link", "script", "img", "iframe")] == []
    assert re.search(r"url\(|@import|https?:", html) is None
    assert page.text.count("☐") == 12 * 4
    assert [f"{n:02}" in page.text for n in range(1, 13)] == [True] * 12
    assert "break-inside: avoid" in html
    assert "size: A4 landscape" in html
    assert 'dispatch reply --sheet 1 "01 a, 02 n, 03 x"' in page.text


def test_the_page_says_which_sheet_of_what_day_and_to_whom_it_goes(call, printed):
    """Number, community, date, and the name of who keys it back, on each page of paper."""
    call("V1")
    head = as_html(printed(language="en")).split("<tbody>")[0]

    assert "table-header-group" in head
    assert [said for said in ("Phone list no. 1", "Street", "2026-11-23 09:00", "小李") if said not in head] == []


def test_names_and_notes_cannot_break_the_page(call, printed):
    """What was typed stays text."""
    call("V1", said={"name": "<script>alert(1)</script>", "notes": '"><img src=x onerror=alert(2)>'})
    page = Page(as_html(printed()))

    assert [tag for tag, _ in page.tags if tag in ("script", "img")] == []
    assert "<script>alert(1)</script>" in page.text


def test_the_csv_opens_in_excel_without_running_anything(call, printed):
    """A byte order mark, a heading, one line a call; formulas and phones made text."""
    call("V1", said={"name": "=HYPERLINK(1)", "notes": "@SUM(A1)"})
    text = as_csv(printed(language="en"))
    heading, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    cells = dict(zip(heading, row, strict=True))

    assert text.startswith("\ufeff")
    assert cells["name"] == "'=HYPERLINK(1)"
    assert cells["note"] == "'@SUM(A1)"
    assert cells["phone"].startswith("'+999 138")
    assert (cells["row"], cells["request"], cells["code"]) == ("01", "1", "1001")


@pytest.mark.parametrize("form", ["docx", "", "PDF"])
def test_other_formats_are_refused_with_a_way_out(street, printed, form):
    """The sentence names what there is."""
    with pytest.raises(Refused) as refused:
        render(printed(), form)

    assert refused.value.params["forms"] == ("html", "pdf", "xlsx", "csv")


def test_an_empty_list_is_a_page_that_says_so(street, printed):
    """Nobody stands before a blank sheet."""
    assert "there is nobody to ring" in render(printed(language="en"), "html").content.decode()
    assert len(list(csv.reader(io.StringIO(render(printed(), "csv").content.decode())))) == 1


def test_printing_is_written_down_without_names(database, call, printed):
    """The log knows the sheet's number and how many rows it had."""
    from dispatch.store import events

    call("V1")
    printed()
    last = database.read(lambda tx: list(events.read(tx.connection, "street")))[-1]

    assert (last.kind, dict(last.params)) == ("sheet-printed", {"sheet": 1, "rows": 1})


def test_sheets_survive_a_trip_to_another_program(call, printed):
    """The plain data has every row and every field."""
    call("V1")
    sheet = printed()
    plain = sheet.to_json()

    assert plain["sheet"] == 1
    assert plain["rows"][0]["name"] == "人V1"
    assert set(plain["rows"][0]) == {"is_over", *vars_of(sheet)}


def vars_of(sheet: Sheet) -> set[str]:
    """The names of a row's fields."""
    return {name for name in sheet.rows[0].__slots__ if name != "is_over"}


@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        ("12 a, 13 d, 14 n, 15x", [(12, "a"), (13, "d"), (14, "n"), (15, "x")]),
        ("12A;13D", [(12, "a"), (13, "d")]),
        ("１２ａ，１３ｄ；14：n、15 x。", [(12, "a"), (13, "d"), (14, "n"), (15, "x")]),
        ("1接\n2不便\r\n3没人接\n4空号", [(1, "a"), (2, "d"), (3, "n"), (4, "x")]),
        ("01 a 02 d", [(1, "a"), (2, "d")]),
        ("12a13d", [(12, "a"), (13, "d")]),
        ("7 不接单，8 接单", [(7, "d"), (8, "a")]),
        ("3. a  4) d  5=n", [(3, "a"), (4, "d"), (5, "n")]),
        ("100 a", [(100, "a")]),
        ("5 a, 5 a", [(5, "a")]),
        ("9 a, 2 d", [(9, "a"), (2, "d")]),
        ("1，2，3 a", [(1, "a"), (2, "a"), (3, "a")]),
        ("1、2号、3 接，4 d", [(1, "a"), (2, "a"), (3, "a"), (4, "d")]),
        ("8-10 n, 12 a", [(8, "n"), (9, "n"), (10, "n"), (12, "a")]),
        ("8—9n", [(8, "n"), (9, "n")]),
        ("13 来 14 来不了", [(13, "a"), (14, "d")]),
        ("第3行接，第4行没人接", [(3, "a"), (4, "n")]),
        ("7 √ 8 ×", [(7, "a"), (8, "d")]),
        ("12:不去", [(12, "d")]),
        ("14 号 打不通", [(14, "n")]),
        ("1号单可以，2号单停机", [(1, "a"), (2, "x")]),
        ("第3到5行没人接", [(3, "n"), (4, "n"), (5, "n")]),
        ("3和4 错号", [(3, "x"), (4, "x")]),
        ("第3行、第4行没人接", [(3, "n"), (4, "n")]),
        ("7：行，8号行，第9行行", [(7, "a"), (8, "a"), (9, "a")]),
        ("1 接 2 行", [(1, "a"), (2, "a")]),
        ("7行接 8行停机", [(7, "a"), (8, "x")]),
    ],
)
def test_rows_and_letters_are_read_as_people_write_them(typed, answers):
    """Full width, Chinese commas, words, line ends or nothing between."""
    assert read_sheet_answers(typed) == answers


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("12 q, 13 d", ("12 q",)),
        ("12 a, x", ("x",)),
        ("a 12", ("a 12",)),
        ("12", ("12",)),
        ("0 a", ("0 a",)),
        ("1000 a", ("1000 a",)),
        ("15-12 n", ("15-12 n",)),
        ("1-900 n", ("1-900 n",)),
        ("5 a 6 b", ("6 b",)),
        ("12 ab", ("12 ab",)),
        ("1 a, 1 d", ("1 a/d",)),
        ("1 a, 喂, 2 d, 3 y", ("喂", "3 y")),
        ("7行", ("7行",)),
        ("第7行", ("第7行",)),
        ("7行，8行没人接", ("7行",)),
        ("3行、4行没人接", ("3行",)),
        ("7 行, 8行没人接", ("7 行",)),
        ("1 接，5 不在", ("5 不在",)),
        ("6 可以吗", ("吗",)),
        ("9 接电话没人", ("电话没人",)),
    ],
)
def test_what_is_not_a_row_and_a_letter_is_named_and_nothing_is_taken(typed, parts):
    """Ambiguous is asked, never guessed; every unclear part at once."""
    with pytest.raises(Refused) as refused:
        read_sheet_answers(typed)

    assert refused.value.params["parts"] == parts
    assert str(refused.value).endswith("; nothing of the line was recorded")


@pytest.mark.parametrize("typed", ["", " ，。"])
def test_an_empty_line_is_called_empty(typed):
    """There is nothing in it that could be named."""
    with pytest.raises(Refused, match=r"^no row and letter was given$"):
        read_sheet_answers(typed)


@given(
    st.dictionaries(st.integers(1, 999), st.sampled_from("adnx"), min_size=1, max_size=30),
    st.sampled_from([", ", "，", "、", "\n", " ", "; ", "。"]),
    st.sampled_from(["", " ", ":", "：", ". ", "号 "]),
    st.data(),
)
def test_however_answers_are_parted_they_are_read_back(answers, comma, between, data):
    """Any row, any letter or word for it, any of the usual marks."""
    said = {row: data.draw(st.sampled_from(LETTERS[letter])) for row, letter in answers.items()}
    typed = comma.join(f"{row}{between}{word}" for row, word in said.items())

    assert read_sheet_answers(typed) == list(answers.items())


@given(st.text(max_size=60) | st.text("第0123行号单接不去没人空到至和、，:√× ad", max_size=20))
def test_any_text_is_read_or_refused(typed):
    """Nothing that can be typed makes it stumble, and what it reads are rows and letters."""
    try:
        answers = read_sheet_answers(typed)
    except Refused:
        return

    assert all(1 <= row <= 999 and letter in "adnx" for row, letter in answers)
