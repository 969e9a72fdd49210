"""Phone numbers as people write them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from dispatch.desk.masking import mask_name, mask_phone
from dispatch.desk.phones import can_be_dialled, is_fiction, parse_phone
from dispatch.desk.typed_line.phone_words import find_phones
from dispatch.errors import Refused

FICTION = "+9991380000001"


def example(region: str, kind: int = PhoneNumberType.MOBILE) -> phonenumbers.PhoneNumber:
    """Return the library's own example, so that no number stands in this file."""
    number = phonenumbers.example_number_for_type(region, kind)
    assert number is not None
    return number


def e164(number: phonenumbers.PhoneNumber) -> str:
    """Write a number as the parser should."""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    "written",
    [
        "{n}",
        " {n} ",
        "{a} {b} {c}",
        "{a}-{b}-{c}",
        "+86{n}",
        "+86 {a} {b} {c}",
        "0086{n}",
        "0086-{n}",
        "86{n}",
        "{n}.0",
        "'{n}",
        "'+86{n}",
        "电话：{n}",
        "手机{n}",
        "tel: {n}",
        "＋８６{n}",
        "{wide}",
    ],
)
def test_every_writing_of_a_mobile_is_the_same_number(written: str) -> None:
    """Spaces, dashes, width, country code and a sheet's decimal point must not matter."""
    n = str(example("CN").national_number)
    wide = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in n)

    assert parse_phone(written.format(n=n, a=n[:3], b=n[3:7], c=n[7:], wide=wide)) == "+86" + n


@pytest.mark.parametrize(
    "written",
    ["0{area}{rest}", "0{area}-{rest}", "(0{area}){rest}", "（0{area}） {rest}", "+86 {area} {rest}"],
)
def test_a_land_line_with_its_area_code_is_taken(written: str) -> None:
    """Brackets and dashes around the area code must not matter."""
    n = str(example("CN", PhoneNumberType.FIXED_LINE).national_number)

    assert parse_phone(written.format(area=n[:2], rest=n[2:])) == "+86" + n


@pytest.mark.parametrize(
    "written",
    [
        FICTION,
        "+999 138 0000 001",
        "+999-1380000001",
        "009991380000001",
        "9991380000001",
        "9991380000001.0",
        "＋９９９１３８００００００１",
    ],
)
def test_fiction_is_taken_and_known_as_such(written: str) -> None:
    """Numbers that are nobody's count as phones but are never dialled."""
    assert parse_phone(written) == FICTION
    assert is_fiction(parse_phone(written))
    assert not can_be_dialled(parse_phone(written))


def at_home() -> tuple[str, str]:
    """Return the library's land line as it is dialled next door, and the area code that goes before it."""
    n = str(example("CN", PhoneNumberType.FIXED_LINE).national_number)
    return n[2:], n[:2]


@pytest.mark.parametrize("written", ["{rest}", "{a}-{b}", "{a} {b}", "电话{rest}", "{rest}.0", "'{rest}"])
@pytest.mark.parametrize("area", ["0{area}", "{area}"])
def test_a_land_line_is_taken_without_its_area_code_where_that_is_set(written: str, area: str) -> None:
    """Eight digits are a number of this town, with the trunk nought in the setting or without."""
    rest, code = at_home()
    text = written.format(rest=rest, a=rest[:4], b=rest[4:])

    assert parse_phone(text, area_code=area.format(area=code)) == f"+86{code}{rest}"


def test_a_land_line_without_any_area_code_names_the_setting() -> None:
    """The way out is to write it, or to set it once for all."""
    with pytest.raises(Refused, match="land line without its area code") as refusal:
        parse_phone(at_home()[0])

    assert refusal.value.hint is not None
    assert "area_code, below [phones]" in refusal.value.hint


def test_an_area_code_changes_no_other_number() -> None:
    """A mobile, another town's land line, fiction and a short code are what they were; a cut-off mobile is none."""
    mobile = str(example("CN").national_number)
    land = str(example("CN", PhoneNumberType.FIXED_LINE).national_number)
    for text in (mobile, f"0{land}", FICTION, "12345", f"+86{land}"):
        assert parse_phone(text, area_code="0351") == parse_phone(text)
    for text in (mobile[:8], "20261123123", "2023.7.17"):
        with pytest.raises(Refused):
            parse_phone(text, area_code="010")


def test_an_area_code_that_does_not_fit_is_said() -> None:
    """Eight digits where this town has seven are no number of it."""
    with pytest.raises(Refused, match="even with the area code 0351"):
        parse_phone("64321234", area_code="0351")


def test_a_line_holds_a_land_line_of_this_town() -> None:
    """Found where the area code is set; a date, a meter and a range of doors are none."""
    rest, code = at_home()

    assert [one.phone for one in find_phones(f"吴大爷 {rest}", area_code=code)] == [f"+86{code}{rest}"]
    assert [one.phone for one in find_phones(f"吴大爷 {rest}")] == [None]
    for text in (f"表号{rest}", "20261123", "2025-2026", "301-302"):
        assert find_phones(text, area_code=code) == ()


def test_fiction_may_have_a_mobiles_eleven_digits() -> None:
    """A mobile's twin in fiction has eleven digits behind +999."""
    assert parse_phone("+999 138 0000 0001") == "+99913800000001"


@pytest.mark.parametrize("code", ["12345", "95598", "１２３４５", "120"])
def test_a_short_code_stands_as_it_is(code: str) -> None:
    """Three to six digits are a short code, not a mistake."""
    assert parse_phone(code) in {"12345", "95598", "120"}


def test_another_region_has_its_own_numbers() -> None:
    """The region decides what a number without a country code means."""
    number = example("US")
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)

    assert parse_phone(national, "US") == e164(number)
    assert parse_phone(e164(number), "CN") == e164(number)


def mistyped() -> list[str]:
    """Return numbers that are none, made from the library's examples where they look like one."""
    mobile = str(example("CN").national_number)
    land = str(example("CN", PhoneNumberType.FIXED_LINE).national_number)
    return [
        mobile[:-1],
        mobile + "0",
        f"{mobile}/{mobile}",
        land[2:],
        "1.38E+10",
        f"0{land}转801",
        f"0{land} ext 12",
        "12",
        "1234567",
        "abc",
        "王阿姨",
        "+",
        "+86",
        "+999123",
        "2023.7.17",
        "--",
        "1" * 500,
    ]


@pytest.mark.parametrize("text", mistyped())
def test_what_is_no_phone_is_refused_with_a_way_out(text: str) -> None:
    """A number too short, too long, rounded, doubled or with an extension is never stored."""
    with pytest.raises(Refused) as refusal:
        parse_phone(text)

    assert text.strip()[:40] in str(refusal.value)
    assert refusal.value.hint


def test_a_rounded_number_and_an_extension_get_their_own_way_out() -> None:
    """What the sheet has spoilt is typed again; an extension goes into the note."""
    land = str(example("CN", PhoneNumberType.FIXED_LINE).national_number)
    with pytest.raises(Refused) as rounded:
        parse_phone("1.38E+10")
    with pytest.raises(Refused, match="with an extension"):
        parse_phone(f"0{land}转801")

    assert "format the column as text" in str(rounded.value.hint)


@pytest.mark.parametrize("text", ["", "   ", "　"])
def test_an_empty_phone_is_refused(text: str) -> None:
    """Nothing is not a number."""
    with pytest.raises(Refused, match="no phone number was given"):
        parse_phone(text)


@given(st.text(max_size=60) | st.text("0123456789+-() .", max_size=30))
def test_any_text_is_a_phone_or_refused(text: str) -> None:
    """No text may end in anything but a number in E.164, a short code, or a refusal."""
    try:
        phone = parse_phone(text)
    except Refused:
        return

    digits = phone.removeprefix("+")
    assert digits.isascii()
    assert digits.isdigit()
    assert 7 <= len(digits) <= 15 if phone.startswith("+") else 3 <= len(digits) <= 6
    assert parse_phone(phone) == phone


def test_only_numbers_that_ring_somewhere_harmless_to_machines_are_dialled() -> None:
    """Real numbers and short codes may be dialled; nobody's numbers and the emergency lines may not."""
    assert can_be_dialled(e164(example("CN")))
    assert can_be_dialled("12345")
    assert not any(can_be_dialled(phone) for phone in ("", "110", "119", "120", "122", FICTION))


def test_a_masked_phone_keeps_its_ends_only() -> None:
    """138****1234: four digits in the middle never show, and the stars do not tell how many they cover."""
    mobile = str(example("CN").national_number)

    assert mask_phone("+86" + mobile) == f"{mobile[:3]}****{mobile[-4:]}"
    assert mask_phone(FICTION) == "+999138****0001"
    american = e164(example("US"))
    assert mask_phone(american) == f"{american[:4]}****{american[-3:]}"
    assert [mask_phone(phone) for phone in ("", "12345", "+8612345")] == ["", "1****", "1****"]


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_a_mask_always_hides_three_digits_or_more(phone: str) -> None:
    """Whatever the country, a masked phone cannot be called."""
    shown = mask_phone(phone).replace("*", "").removeprefix("+999").removeprefix("+")

    assert len(shown) <= len(phone.removeprefix("+999").removeprefix("+")) - 3


def test_a_masked_name_keeps_its_first_character() -> None:
    """张** and A***: never how long the name is."""
    assert [mask_name(name) for name in ("张三", "欧阳三丰", " Anna Lee", "", "  ")] == [
        "张**",
        "欧**",
        "A***",
        "",
        "",
    ]


def test_phones_are_found_beside_doors_dates_and_meters() -> None:
    """A door before a phone, a date and the number of a meter are not part of any phone."""
    n = str(example("CN").national_number)
    found = {
        line: [phone.phone for phone in find_phones(line.format(n=n, f=FICTION))]
        for line in (
            "8号楼2单元301 {n} 急",
            "301{n}",
            "301 {n}",
            "{f} 301",
            "8-2-301 {f}，{n}",
            "表号12345678 {n}",
            "表号12345678",
            "20261125",
            "电话12345",
            "电话120",
            "301 不是电话",
        )
    }

    assert found == {
        "8号楼2单元301 {n} 急": ["+86" + n],
        "301{n}": [None],
        "301 {n}": ["+86" + n],
        "{f} 301": [FICTION],
        "8-2-301 {f}，{n}": [FICTION, "+86" + n],
        "表号12345678 {n}": ["+86" + n],
        "表号12345678": [],
        "20261125": [],
        "电话12345": ["12345"],
        "电话120": [],
        "301 不是电话": [],
    }


def test_a_mistyped_phone_is_found_as_none_where_there_is_no_other() -> None:
    """A digit too few must be noticed, not dropped."""
    n = str(example("CN").national_number)[:-1]

    assert [(phone.phone, phone.written) for phone in find_phones(f"8号楼2单元301 {n}")] == [(None, n)]
    assert [phone.phone for phone in find_phones(f"{n} {FICTION}")] == [FICTION]


def test_another_regions_numbers_are_found_in_its_lines() -> None:
    """A community elsewhere writes its own kind of number."""
    number = example("US")
    line = f"elm 12, call {phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)} after five"

    assert [phone.phone for phone in find_phones(line, "US")] == [e164(number)]
