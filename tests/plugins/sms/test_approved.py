"""The texts that a provider approves, and what goes into their gaps."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dispatch.desk.delivery import wording
from dispatch.model.message import Capabilities, Message, MessageKind
from dispatch.plugins.sms.approved import (
    LONGEST_VALUE,
    TEXTS,
    Approved,
    DoesNotFit,
    filled,
    gaps_of,
    read_table,
    written,
)
from dispatch.testing import a_message

SMS = Capabilities(part_lengths=(70, 67), signature_length=6)
ALL = read_table("sms", {str(kind): f"T-{kind}" for kind in MessageKind})
OFFERED = {
    "service": "疏通下水",
    "place": "8号楼，步行4分钟",
    "when": "今天9:00-11:00",
    "minutes": "45",
    "terms": "无偿",
}
PARAMS = {
    **OFFERED,
    "who_1": "王阿姨",
    "who_2": "138 0000 0001",
    "who_3": "8号楼2单元301",
    "note": "门铃坏了",
    "helpers_1": "小赵（138 0000 0001）",
    "name": "小赵",
    "why": "没有零件",
    "whom": "物业",
    "into": "7",
}


def sentences_by_kind() -> list[tuple[MessageKind, str]]:
    """Return every sentence that the desk's wording has for each kind, read off its code."""
    tree = ast.parse(Path(wording.__file__).read_text(encoding="utf-8"))
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    found = []
    for kind, function in wording._SENTENCES.items():
        reached, todo = set(), [function.__name__]
        while todo:
            if (name := todo.pop()) in functions and name not in reached:
                reached.add(name)
                todo += [node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)]
        for name in sorted(reached):
            for node in ast.walk(functions[name]):
                is_said = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "sentence"
                if is_said and isinstance(node.args[0], ast.Constant) and "request {number}" in node.args[0].value:
                    found.append((kind, node.args[0].value))
    return found


EVERY_SENTENCE = sentences_by_kind()


def test_every_kind_has_a_text_and_every_sentence_was_found() -> None:
    """What follows looks at all of them."""
    assert set(TEXTS) == set(MessageKind) == {kind for kind, _ in EVERY_SENTENCE}
    assert len(EVERY_SENTENCE) >= 20


@pytest.mark.parametrize(("kind", "template"), EVERY_SENTENCE)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_of_the_desk_fits_into_its_text(kind: MessageKind, template: str, language: str) -> None:
    """A sentence that is new, or worded anew, is not forgotten here: every gap is filled, with the number."""
    texts = read_table("sms", {f"{kind}_en": "T", str(kind): "T"})
    message = a_message(kind=kind, template=template, params=PARAMS, code="4821", number=12, language=language)

    _, values = filled(texts, message, SMS)

    assert tuple(values) == gaps_of(kind)
    assert values["number"] == "12"
    assert kind is not MessageKind.OFFER or values["code"] == "4821"
    assert all(0 < len(value) <= LONGEST_VALUE for value in values.values())


@pytest.mark.parametrize("kind", MessageKind)
def test_each_gap_stands_once_and_begins_with_the_number(kind: MessageKind) -> None:
    """Providers that number the gaps count them from the left, and refuse what stands twice or touches another."""
    assert len(set(gaps_of(kind))) == len(gaps_of(kind))
    assert "number" in gaps_of(kind)
    assert "}$" not in TEXTS[kind]
    assert not re.search("【|】|https?:", TEXTS[kind])


def test_an_offer_of_the_usual_length_is_one_part(offer: Callable[..., Message]) -> None:
    """With its signature, number and code it stays within 70 characters."""
    _, values = filled(ALL, offer(), SMS)
    said = written(TEXTS[MessageKind.OFFER], values)

    assert said == "12号单：疏通下水，8号楼，步行4分钟，今天9:00-11:00，45分钟，无偿。回复1 4821接单，不便把1换成2"
    assert SMS.parts(said) == 1


def test_an_offer_that_would_be_two_parts_leaves_out_the_way(offer: Callable[..., Message]) -> None:
    """As the desk does with its own sentence."""
    _, values = filled(ALL, offer(service="陪同就医并代取药品", when="11月30日9:00-11:00"), SMS)

    assert values["place"] == "8号楼"
    assert SMS.parts(written(TEXTS[MessageKind.OFFER], values)) == 1


def test_the_details_name_person_phone_and_door_by_themselves() -> None:
    """As many as there are; the phone without the spaces in which people read it."""
    message = a_message(
        kind=MessageKind.DETAILS,
        template="request {number}, {service}, is yours, thank you: {who}; {when}",
        params={"number": "12", "service": "疏通下水", "when": "尽快", "who_1": "+999 138 000 0001", "who_2": "8号楼"},
    )

    _, values = filled(ALL, message, SMS)

    assert values == {
        "number": "12",
        "service": "疏通下水",
        "news": "请您前往，谢谢",
        "name": "居民",
        "phone": "+9991380000001",
        "door": "8号楼",
        "when": "尽快",
        "note": "无",
    }


def test_who_comes_is_told_with_one_phone_where_one_may_be_told() -> None:
    """A minor's phone is told to nobody, and the resident is not left without anybody to ask."""
    template = "request {number}, {service}: {helpers} will come, {when}"

    def told(*helpers: str) -> dict[str, str]:
        params = {**PARAMS, **{f"helpers_{n}": one for n, one in enumerate(helpers, start=1)}}
        return filled(ALL, a_message(kind=MessageKind.WHO_COMES, template=template, params=params), SMS)[1]

    assert (told("小赵（138 0000 0001）")["helpers"], told("小赵（138 0000 0001）")["phone"]) == ("小赵", "13800000001")
    assert (told("小周")["helpers"], told("小周")["phone"]) == ("小周", "请问我们")
    assert told("小周", "小赵（138 0000 0001）")["helpers"] == "小周、小赵"


@pytest.mark.parametrize(
    "params",
    [
        {"when": "11月23日22:00到11月24日6:00之间都可以"},
        {"when": ""},
        {"minutes": "45 http://example.com"},
        {"terms": "【公安】"},
        {"place": "\u200b"},
    ],
)
def test_what_would_mislead_is_not_sent(offer: Callable[..., Message], params: dict[str, str]) -> None:
    """The next channel says it whole."""
    with pytest.raises(DoesNotFit):
        filled(ALL, offer(**params), SMS)


def test_a_code_that_is_missing_sends_nothing(offer: Callable[..., Message]) -> None:
    """Nobody could answer."""
    with pytest.raises(DoesNotFit, match="missing"):
        filled(ALL, offer(code=""), SMS)


def test_a_long_service_is_cut_and_a_link_goes(offer: Callable[..., Message]) -> None:
    """What is left still says what it is about."""
    _, values = filled(ALL, offer(service="【银行】http://x.cn 上门理发" + "和洗头" * 10), SMS)

    assert values["service"].startswith("银行 上门理发和洗头") and values["service"].endswith("…")
    assert len(values["service"]) == LONGEST_VALUE


@given(some.text(max_size=60))
def test_whatever_was_typed_no_gap_holds_what_a_provider_refuses(typed: str) -> None:
    """No link, no bracket of a signature, no long number, no character that nobody sees, twenty at most."""
    params = {**PARAMS, "service": typed, "note": typed}
    message = a_message(
        kind=MessageKind.DETAILS,
        template="request {number}, {service}, is yours, thank you: {who}; {when}; note: {note}",
        params=params,
    )
    try:
        _, values = filled(ALL, message, SMS)
    except DoesNotFit:
        return

    for value in (values["service"], values["note"]):
        assert 0 < len(value) <= LONGEST_VALUE
        assert not re.search(r"[【】\[\]\x00-\x1f\u200b\u202e]|https?://|\d{7}", value)


def test_a_reader_of_english_gets_no_chinese_text(offer: Callable[..., Message]) -> None:
    """Where there is none in English, the next channel speaks it."""
    with pytest.raises(DoesNotFit):
        filled(ALL, offer(language="en"), SMS)


def test_a_table_may_give_names_with_commas_or_without() -> None:
    """As an office types it."""
    table = read_table("sms", {"offer": " SMS_1 : number code,place ", "done": "SMS_2"})

    assert table["offer"] == Approved("SMS_1", ("number", "code", "place"))
    assert table["done"] == Approved("SMS_2", gaps_of(MessageKind.DONE), TEXTS[MessageKind.DONE])
