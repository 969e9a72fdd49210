"""How a name is said: pinyin with tone marks, the surname read as a surname."""

from __future__ import annotations

import re
from typing import Any, Final

_OTHERWISE: Final = (
    "区:ōu 过:guō 都:dū 教:jiào 哈:hǎ 黑:hè 华:huà 纪:jǐ 缴:jiǎo 解:xiè 句:gōu 角:jué 阚:kàn 佴:nài 缪:miào"
    " 那:nā 能:nài 粘:nián 繁:pó 朴:piáo 覃:qín 仇:qiú 任:rén 撒:sǎ 单:shàn 召:shào 折:shé 眭:suī 洗:xiǎn"
    " 燕:yān 要:yāo 乐:yuè 员:yùn 贠:yùn 於:yū 曾:zēng 查:zhā 翟:zhái 占:zhān 祭:zhài 种:chóng 薄:bó 卜:bǔ 秘:bì"
    " 盖:gě 葛:gě 干:gān 观:guàn 冠:guàn 晟:chéng 乜:niè 重:chóng"
)
_SURNAMES: Final[dict[str, str]] = dict(pair.split(":") for pair in _OTHERWISE.split())
"""Surnames that sound otherwise than the word: 单 is shàn, not dān. Source: 现代汉语词典, the readings marked 姓."""

_IN_NAMES: Final[dict[str, str]] = {
    "长": "cháng",
    "都": "dū",
    "晟": "shèng",
    "少": "shào",
    "为": "wéi",
    "㐂": "xǐ",
    "𠮷": "jí",
}
"""How characters of given names are said that the dictionary would read as another word, or does not know."""

_OF_TWO: Final = (
    "欧阳 上官 司马 司徒 司空 诸葛 东方 独孤 慕容 宇文 公孙 申屠 太史 轩辕 端木 百里 东郭 南宫 西门 闻人 赫连 濮阳"
    " 淳于 太叔 公冶 宗政 钟离 仲孙 令狐 万俟 尉迟 长孙 澹台 单于 鲜于 夏侯 皇甫 呼延 拓跋 纳兰 完颜 耶律 相里 第五"
)
_DOUBLE: Final = frozenset(_OF_TWO.split())
_FAMILIAR: Final = frozenset("老小大阿")
_TITLES: Final = re.compile(
    "[大小老]?(?:阿姨|大爷|大妈|大娘|大叔|大伯|大婶|大嫂|大哥|大姐|先生|女士|小姐|师傅|奶奶|爷爷|叔叔|伯伯|婶婶|婆婆|老师|主任|书记|"
    "医生|大夫|护士|经理|老板|站长|院长|校长|队长|同志|师母|姐|哥|叔|姨|婶|嫂|妈|爷|奶|伯|工|总|老)"
)
_HAN: Final = "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]"
_RUN: Final = re.compile(f"{_HAN}+")
_LONGEST_NAME: Final = 4
"""Characters of a person's name, double surname and all; what is longer, as a shop's, is read word by word."""


def pinyin_of(name: str, *, is_person: bool = True) -> str:
    """Return how the Chinese part of a name is said, as "Hè Jiànguó" or "Wáng āyí"; empty where it has none.

    Follows GB/T 28039-2011: surname and given name apart, each with a capital. A character that
    nothing tells how to say is a question mark.

    Args:
        name: As it stands on the sheet; what follows in brackets is not read.
        is_person: Whether it begins with a surname.
    """
    bare = re.split(r"[（(【\[]", name, maxsplit=1)[0] or name
    is_person = is_person and "·" not in bare  # 阿依古丽·买买提 has no surname
    said = [_said(run, is_person=is_person and len(run) <= _LONGEST_NAME) for run in _RUN.findall(bare)]
    return " ".join(said)


def _said(run: str, *, is_person: bool) -> str:
    syllables = _syllables(run)
    if not is_person:
        if run[1:2] == "记":  # 单记五金店 bears a surname
            syllables[0] = _SURNAMES.get(run[0], syllables[0])
        return " ".join(syllables).capitalize()
    if _TITLES.fullmatch(run):
        return _joined(syllables).capitalize()
    if run[0] in _FAMILIAR and 1 < len(run) <= 3:
        return f"{syllables[0].capitalize()} {_said(run[1:], is_person=True)}"
    cut = 2 if run[:2] in _DOUBLE else 1
    surname = "".join(_syllables(run[:cut])) if cut == 2 else _SURNAMES.get(run[0], _syllables(run[0])[0])
    given = run[cut:]
    if not given:
        return surname.capitalize()
    joined = _joined(_syllables(given))
    return f"{surname.capitalize()} {joined if _TITLES.fullmatch(given) else joined.capitalize()}"


def _syllables(run: str) -> list[str]:
    # 0.2 s to import: paid only by those who print.
    from pypinyin import Style, lazy_pinyin

    read = lazy_pinyin(run, style=Style.TONE, errors=_unknown)
    return [_IN_NAMES.get(one, syllable) for one, syllable in zip(run, read, strict=True)]


def _unknown(run: str) -> Any:
    return ["?"] * len(run)


def _joined(syllables: list[str]) -> str:
    """Write syllables as one word, an apostrophe before one that begins with a, e or o."""
    first, *rest = syllables
    return first + "".join(f"'{one}" if one[0] in "aāáǎàeēéěèoōóǒò" else one for one in rest)
