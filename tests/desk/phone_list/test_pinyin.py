"""How names are said, for whoever rings people they have never met."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.phone_list.pinyin import pinyin_of


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("贺建国", "Hè Jiànguó"),
        ("单晓梅", "Shàn Xiǎoméi"),
        ("曾国强", "Zēng Guóqiáng"),
        ("仇英", "Qiú Yīng"),
        ("区小明", "Ōu Xiǎomíng"),
        ("解晓东", "Xiè Xiǎodōng"),
        ("查文斌", "Zhā Wénbīn"),
        ("任长霞", "Rén Chángxiá"),
        ("华秀兰", "Huà Xiùlán"),
        ("朴正浩", "Piáo Zhènghào"),
        ("盖丽丽", "Gě Lìlì"),
        ("翟志刚", "Zhái Zhìgāng"),
        ("欧阳修", "Ōuyáng Xiū"),
        ("尉迟敏", "Yùchí Mǐn"),
        ("令狐冲", "Línghú Chōng"),
        ("张翀", "Zhāng Chōng"),
        ("刘堃", "Liú Kūn"),
        ("王龘", "Wáng Dá"),
        ("李㐂", "Lǐ Xǐ"),
        ("陈𠮷", "Chén Jí"),
        ("吕女士", "Lǚ nǚshì"),
        ("李西安", "Lǐ Xī'ān"),
    ],
)
def test_a_surname_is_read_as_a_surname(name, said):
    """单 is shàn before a given name, whatever it is in a sentence."""
    assert pinyin_of(name) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("王阿姨", "Wáng āyí"),
        ("单大爷", "Shàn dàyé"),
        ("小张", "Xiǎo Zhāng"),
        ("老单", "Lǎo Shàn"),
        ("阿姨", "Āyí"),
        ("王芳（女儿）", "Wáng Fāng"),
    ],
)
def test_people_are_called_as_neighbours_call_them(name, said):
    """A title is no given name, 老 and 小 are no surnames, and a remark in brackets is not read out."""
    assert pinyin_of(name) == said


def test_a_shop_is_read_word_by_word():
    """It has no surname, except where it bears its owner's: 单记."""
    assert pinyin_of("华联超市", is_person=False) == "Huá lián chāo shì"
    assert pinyin_of("单记五金店", is_person=False) == "Shàn jì wǔ jīn diàn"


@pytest.mark.parametrize("name", ["Anna Lee", "", "O'Brien-Łukasz", "123", "**"])
def test_a_name_without_chinese_gets_none(name):
    """Whoever can read it needs no help."""
    assert pinyin_of(name) == ""


def test_a_character_that_nobody_can_say_is_a_question_mark():
    """Not silence, and not the character again."""
    assert pinyin_of("王\U00030000") == "Wáng ?"


@given(st.text(st.characters(codec="utf-8"), max_size=12), st.booleans())
def test_any_name_is_read_or_left(name, is_person):
    """No name makes it stumble, and no Chinese character is left in what it says."""
    said = pinyin_of(name, is_person=is_person)

    assert not any("\u3400" <= one <= "\u9fff" for one in said)
