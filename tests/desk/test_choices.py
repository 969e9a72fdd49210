"""One of a few, by any of the words people have for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.cli.people import KIND_SENTENCES
from dispatch.cli.showing import URGENCY_SENTENCES
from dispatch.desk.catalogue_names import licence_reader, service_called, skill_reader, with_names
from dispatch.desk.choices import KIND_WORDS, STATE_WORDS, URGENCY_WORDS, choice_named, urgency_named
from dispatch.desk.numerals import number_with
from dispatch.desk.stars import read_stars
from dispatch.errors import DispatchError, NotFound, Refused
from dispatch.i18n import LANGUAGES, BothNames, Sentence, say, say_error
from dispatch.model.lifecycle import STATE_SENTENCES
from dispatch.model.service import Service, ServiceId

TABLES = {
    "urgency": (URGENCY_SENTENCES, URGENCY_WORDS),
    "kind": (KIND_SENTENCES, KIND_WORDS),
    "state": (STATE_SENTENCES, STATE_WORDS),
}


@pytest.mark.parametrize("name", TABLES)
def test_what_a_screen_says_can_be_typed_back(name: str) -> None:
    """The code and what our screens print in either language name the choice, and no word names two."""
    said, words = TABLES[name]

    for one, sentence in said.items():
        typed = [str(one), str(one).upper(), *(say(sentence, language) for language in LANGUAGES)]
        assert [choice_named(text, said, words) for text in typed] == [one] * len(typed)
    assert {word: choice_named(word, said, words) for word in words} == words


@pytest.mark.parametrize(
    ("table", "typed", "meant"),
    [
        *(("urgency", word, "urgent") for word in ("急", "紧急", "ＵＲＧＥＮＴ", "加急")),
        *(("urgency", word, "normal") for word in ("一般", "普通", "ordinary")),
        *(("urgency", word, "low") for word in ("不急", "can wait")),
        *(("kind", word, "shop") for word in ("商家", "店铺", "商户")),
        *(("kind", word, "property_staff") for word in ("物业", "property-staff", "Property staff")),
        *(("kind", word, "expert") for word in ("专家", "专业人士")),
        *(("kind", word, "team") for word in ("队伍", "服务队")),
        *(("state", word, "triaged") for word in ("待派单", "waiting to be matched")),
        *(("state", word, "asking") for word in ("已派单·待接单", "待接单", "已派单")),
        *(("state", word, "needs_person") for word in ("待人工", "needs-person")),
        *(("state", word, None) for word in ("", "单", "待", "-")),
    ],
)
def test_a_word_means_one_choice_or_none(table: str, typed: str, meant: str | None) -> None:
    """Common words are understood; what is not a word for it is not guessed."""
    assert choice_named(typed, *TABLES[table]) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("很急", "urgent"), ("尽快", "urgent"), ("不赶时间", "low"), ("不急就今天", None), ("急不急", None), ("", None)],
)
def test_how_pressing_is_read_as_in_a_typed_line(typed: str, meant: str | None) -> None:
    """Only where the whole text says it, and says it once."""
    assert urgency_named(typed) == meant


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        *((text, 12) for text in ("12", "１２", "12号单", "12号", "＃12", "#12", "第12号", "十二号单", "No. 12", " 12 单 ")),
        *((text, None) for text in ("12栋", "单", "", "12,13", "号12", "1e3", "12.0")),
    ],
)
def test_a_number_may_have_its_counting_words(typed: str, number: int | None) -> None:
    """In digits of any width or in Chinese; anything beside it makes it none."""
    assert number_with(typed, before="第|#|no\\.?", after="号单|号|单") == number


@pytest.mark.parametrize(
    ("typed", "stars"),
    [
        *((text, 5) for text in ("5", "５", "五星", "5 stars", "★★★★★", "很好", "满意", "非常满意", "☺", "☺️", ":)", "满意。")),
        *((text, 4) for text in ("4", "4分", "四颗星", "★★★★☆")),
        *((text, 3) for text in ("3星", "一般", "还行", "😐", "Fair")),
        *((text, 1) for text in ("1", "不满意", "差", "☹", "bad")),
        *((text, 6) for text in ("6", "6分")),
    ],
)
def test_stars_and_faces_are_read_as_people_say_them(typed: str, stars: int) -> None:
    """Three faces are 1, 3 and 5; how many stars there can be is judged elsewhere."""
    assert read_stars(typed) == stars


@pytest.mark.parametrize("typed", ["", "比较满意", "4.5", "满意吗", "不", "好不好", "many", "★★★★★★", "4或5"])
def test_what_lies_between_two_faces_is_asked_back(typed: str) -> None:
    """No star is given for a word that is not certain; both languages say how it is written."""
    with pytest.raises(Refused) as refused:
        read_stars(typed)

    assert "五星" in say_error(refused.value, "zh")[1] and "1 to 5 stars" in say_error(refused.value, "en")[1]


def _service(code: str, zh: str, en: str, *words: str, licence: str | None = None, **skills: int) -> Service:
    return Service(
        id=ServiceId(code), community="s", code=code, name_zh=zh, name_en=en, skills=skills, licence=licence, words=words
    )


CATALOGUE = (
    _service("drain", "疏通下水", "clear a drain", "下水道", "堵", plumbing=2),
    _service("errand", "代买代送", "shopping and meals", "买菜", errands=1),
    _service("gas", "换煤气罐", "change a gas bottle", "煤气", licence="gas_delivery", lifting=1, errands=1),
    _service("pipe", "修水管", "mend a pipe", "水管", "堵", plumbing=2),
)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *((text, "drain") for text in ("drain", "Drain", "疏通下水", "Clear a  drain", "下水道堵了")),
        *((text, "errand") for text in ("代买代送", "买菜", " 代买代送 ")),
    ],
)
def test_a_service_answers_to_its_code_its_names_and_its_words(typed: str, code: str) -> None:
    """Width, case and blanks make no difference."""
    assert service_called(typed, CATALOGUE).code == code


def test_a_service_that_is_none_or_several_is_asked_back_by_name() -> None:
    """The services are called by their names in the language of the screen, the codes in brackets."""
    with pytest.raises(NotFound, match="there is no service 飞") as none:
        service_called("飞", CATALOGUE)
    with pytest.raises(Refused) as several:
        service_called("堵", CATALOGUE)

    assert say_error(none.value, "zh")[1] == "这里的服务：疏通下水（drain）、代买代送（errand）、换煤气罐（gas）、修水管（pipe）"
    assert "clear a drain (drain)" in say_error(none.value, "en")[1]
    assert say_error(several.value, "zh")[0] == "“堵”可能是好几项服务：疏通下水（drain）、修水管（pipe）"


def test_skills_and_licences_go_by_the_services_that_need_them() -> None:
    """A service that needs one skill lends it its name and words; a name that fits nothing is answered with those that do."""
    skill, licence = skill_reader(CATALOGUE), licence_reader(CATALOGUE)

    assert [skill(text) for text in ("plumbing", "PLUMBING", "疏通下水", "修水管", "堵", "代买代送", "lifting")] == [
        *("plumbing",) * 5, "errands", "lifting",
    ]  # fmt: skip
    assert [licence(text) for text in ("gas_delivery", "换煤气罐", "driver")] == ["gas_delivery", "gas_delivery", "driver"]
    for unknown in ("换煤气罐", "开车", "driving"):
        with pytest.raises(NotFound) as refused:
            skill(unknown)
        assert "疏通下水、修水管（plumbing）" in say_error(refused.value, "zh")[1]
    assert skill_reader(CATALOGUE, may_be_new=True)("driving") == "driving"


def test_sentences_can_call_skills_by_name() -> None:
    """Names stand where a name is known, in parts of a sentence too; the rest stays as it is."""
    inner = Sentence("{skill} level {level}", {"skill": "errands", "level": 2})
    what = Sentence("{code} has {skills}", {"code": "errands", "skills": (inner,), "skill": "lifting"})
    said = with_names(what, CATALOGUE)

    assert say(said, "zh").startswith("errands has 代买代送（errands）")
    assert say(said, "en") == "errands has shopping and meals (errands) level 2"
    assert (said.params["code"], said.params["skill"]) == ("errands", "lifting")


def test_both_names_survive_a_trip_through_json() -> None:
    """A stored sentence is said in either language later on."""
    what = Sentence("service: {service}", {"service": BothNames("疏通下水", "clear a drain")})
    again = Sentence.from_json(what.to_json())

    assert again == what
    assert (say(again, "zh"), say(again, "en")) == ("服务：疏通下水", "service: clear a drain")


def _readers() -> Iterator[Callable[[str], object]]:
    yield read_stars
    yield urgency_named
    yield lambda text: [choice_named(text, *table) for table in TABLES.values()]
    yield lambda text: number_with(text, before="第", after="号")
    yield lambda text: service_called(text, CATALOGUE)
    yield skill_reader(CATALOGUE)
    yield licence_reader(CATALOGUE)


@given(st.text(max_size=40) | st.text("急一二三四五十百星分满意不好第号单0123456789★:)（ ", max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing that can be typed raises anything but an error of ours."""
    for read in _readers():
        with suppress(DispatchError):
            read(text)
