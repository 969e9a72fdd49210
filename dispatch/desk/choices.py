"""The words people say for what can only be one of a few: how pressing, what somebody is, where a request stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from dispatch.desk.numerals import plain
from dispatch.i18n import LANGUAGES, Sentence, say
from dispatch.model.lifecycle import RequestState
from dispatch.model.responder import ResponderKind
from dispatch.model.service import Urgency

C = TypeVar("C", bound=str)

URGENCY_WORDS: Final[Mapping[str, Urgency]] = {
    **dict.fromkeys(("high", "急", "紧急", "特急", "加急", "非常紧急", "急单", "高"), Urgency.URGENT),
    **dict.fromkeys(("medium", "ordinary", "一般", "普通", "正常", "平常", "不加急", "中"), Urgency.NORMAL),
    **dict.fromkeys(("can wait", "no hurry", "不急", "低", "缓", "不紧急"), Urgency.LOW),
}
"""Beside the codes themselves; more ways to say it are read as a typed line reads them."""

KIND_WORDS: Final[Mapping[str, ResponderKind]] = {
    **dict.fromkeys(("党员", "共产党员", "member"), ResponderKind.PARTY_MEMBER),
    **dict.fromkeys(("志愿者", "义工", "volunteers"), ResponderKind.VOLUNTEER),
    **dict.fromkeys(("商家", "商户", "店铺", "商店", "商铺", "店家", "企业", "shops"), ResponderKind.SHOP),
    **dict.fromkeys(("物业", "物业员工", "property"), ResponderKind.PROPERTY_STAFF),
    **dict.fromkeys(("专家", "专业人员", "experts"), ResponderKind.EXPERT),
    **dict.fromkeys(("团队", "服务队", "志愿队", "志愿服务队", "小队", "teams"), ResponderKind.TEAM),
}

STATE_WORDS: Final[Mapping[str, RequestState]] = {
    **dict.fromkeys(("下单", "新单", "待受理"), RequestState.RECEIVED),
    **dict.fromkeys(("待派", "等派单", "未派单", "waiting"), RequestState.TRIAGED),
    **dict.fromkeys(("已派单", "派单", "待接单", "等接单", "未接单"), RequestState.ASKING),
    **dict.fromkeys(("接单", "已接", "已安排", "accepted"), RequestState.ARRANGED),
    **dict.fromkeys(("进行中", "办理中", "服务中", "在办"), RequestState.DOING),
    **dict.fromkeys(("人工", "待人工处理", "要人工", "转人工"), RequestState.NEEDS_PERSON),
    **dict.fromkeys(("办完", "已办完", "已完成", "完成", "办结", "已办结", "待评", "未评价"), RequestState.DONE),
    **dict.fromkeys(("评价", "已评", "评单", "已评单"), RequestState.RATED),
    **dict.fromkeys(("已转议事", "议事", "大事"), RequestState.PROMOTED),
    **dict.fromkeys(("已转办", "移交", "已移交"), RequestState.HANDED_OVER),
    **dict.fromkeys(("办不成", "没办成", "未办结", "办不了"), RequestState.UNABLE),
    **dict.fromkeys(("已并单", "合并", "已合并"), RequestState.MERGED),
    **dict.fromkeys(("撤单", "取消", "已取消", "已撤", "canceled"), RequestState.CANCELLED),
}

WISH_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("居民自己", "居民撤的", "住户", "本人", "求助人"), "resident"),
    **dict.fromkeys(("派单台", "派单台撤的", "值班", "值班员", "网格员", "我们", "社区"), "desk"),
}

LANGUAGE_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("汉语", "普通话", "中国话", "zh-cn"), "zh"),
    **dict.fromkeys(("英语", "en-us", "en-gb"), "en"),
}

TABLE_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("单子", "求助", "诉求", "request"), "requests"),
    **dict.fromkeys(("人员", "接单人", "响应人", "responder"), "responders"),
}


def choice_named(text: str, said: Mapping[C, Sentence], words: Mapping[str, C]) -> C | None:
    """Return the one of a few that a text names: by its code, by what our screens call it, or by another word for it.

    Args:
        text: As it was typed; width, case, blanks, ``-``, ``_`` and a middle dot make no difference.
        said: What can be chosen, and how our screens say it.
        words: Other words for it.

    Returns:
        The choice; none where the text names none, or several.
    """
    wanted = _compared(text)
    if not wanted:
        return None
    met = {one for one in said if _compared(one) == wanted}
    met = met or {
        one for one, sentence in said.items() for language in LANGUAGES if _compared(say(sentence, language)) == wanted
    }
    met |= {one for word, one in words.items() if _compared(word) == wanted}
    return met.pop() if len(met) == 1 else None


def urgency_named(text: str) -> Urgency | None:
    """Return how pressing a text says that something is, in words that a typed line has for it; none where it does not.

    很急 and 不赶时间 are read whole; 不急就今天 is more than one word of it, and is not.
    """
    from dispatch.desk.typed_line.need_words import find_urgency  # its patterns take as long to make as a short command

    said = find_urgency(text.strip())
    whole = [one for one in said if one.span == (0, len(text.strip()))]
    return Urgency(whole[0].value) if len(said) == len(whole) == 1 else None


def _compared(text: str) -> str:
    return re.sub(r"[\s_·-]", "", plain(text)).casefold()
