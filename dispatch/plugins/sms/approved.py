"""The texts that an office has its provider approve, one for each kind of message, and what goes into their gaps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from dispatch.errors import Misconfigured
from dispatch.i18n import Language, Sentence, say, sentence
from dispatch.model.message import Capabilities, Message, MessageKind
from dispatch.plugins.fields import Field, FieldKind

CAPABILITIES: Final = Capabilities(
    is_two_way=True,
    gives_receipts=True,
    templates_only=True,
    part_lengths=(70, 67),
    reads=("to", "params", "code", "number"),
)
"""Of every provider of approved texts; the price and the length of the signature are added."""

SIGN_NAME: Final = Field(
    "sign_name",
    "短信签名，不带【】",
    "the signature, without 【】",
    required=True,
    pattern="[^【】]{2,20}",
    trial="试试",
)
TEMPLATES: Final = Field(
    "templates",
    "各类消息的模板",
    "the approved text of each kind",
    FieldKind.TABLE,
    required=True,
    trial={kind.value: "SMS_1" for kind in MessageKind},
)
FEN_PER_PART: Final = Field(
    "fen_per_part", "每条几分钱", "hundredths of a yuan for one part", FieldKind.NUMBER, default=0
)

LONGEST_VALUE: Final = 20
"""Characters that the providers let a gap hold."""

TEXTS: Final[Mapping[MessageKind, str]] = {
    MessageKind.OFFER: (
        "${number}号单：${service}，${place}，${when}，${minutes}分钟，${terms}。回复1 ${code}接单，不便把1换成2"
    ),
    MessageKind.DETAILS: "${number}号单“${service}”${news}：${name}，${phone}，${door}；${when}；备注：${note}",
    MessageKind.NOT_NEEDED: "${number}号单${news}，谢谢您",
    MessageKind.RECEIVED: "您的单子收到了：${number}号，${service}。有人接单后告诉您谁来",
    MessageKind.WHO_COMES: "${number}号单“${service}”${news}：${helpers}，电话${phone}，${when}",
    MessageKind.LOOKING: "${number}号单“${service}”：${name}临时有事，正在给您另找人，找到就告诉您",
    MessageKind.DONE: "${number}号单“${service}”办好了。请告诉我们您满意吗：满意、一般、不满意",
    MessageKind.CLOSED: "${number}号单“${service}”${news}。有疑问请问我们",
    MessageKind.MERGED: "${number}号单和别的单是同一件事，合并到${into}号单一起办，以后看那个号",
}
"""As an office copies them into the provider's form; each gap stands once, so that they can be numbered too."""

_GAP: Final = re.compile(r"\$\{(\w+)\}")
_VALUE: Final = re.compile(r"\s*([A-Za-z0-9_-]{1,64})\s*(?::\s*(\w+(?:[\s,]+\w+)*)\s*)?")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|cn|net|top|xyz|cc)\b\S*", re.IGNORECASE)
_LONG_NUMBER: Final = re.compile(r"\d(?:[\s-]?\d){6,}")
_FORGED_SIGNATURE: Final = str.maketrans("", "", "【】[]")
_A_PHONE: Final = re.compile(r"\+?\d[\d -]{2,}")
_NAME_AND_PHONE: Final = re.compile(r"(.*?)\s*[（(](\+?\d[\d -]{2,})[）)]")
_WHOLE: Final = frozenset({"number", "code", "into", "when", "minutes", "terms", "phone", "door", "helpers", "news"})
"""What would mislead if it were cut; of the rest the beginning does."""

_NEWS: Final[Mapping[str, Sentence]] = {
    "request {number}, {service}, is yours, thank you: {who}; {when}; note: {note}": sentence("is yours, thank you"),
    "request {number}, {service}, is yours, thank you: {who}; {when}": sentence("is yours, thank you"),
    "request {number}, {service}, was corrected; what holds now: {who}; {when}; note: {note}": sentence(
        "was corrected"
    ),
    "request {number}, {service}, was corrected; what holds now: {who}; {when}": sentence("was corrected"),
    "request {number}: you need not go any more, thank you": sentence("you need not go"),
    "request {number}: somebody has taken it, thank you": sentence("has been taken"),
    "request {number}: it is no longer needed, thank you": sentence("is no longer needed"),
    "request {number}, {service}: {helpers} will come instead, {when}": sentence("others will come"),
    "request {number}, {service}: {helpers} will come, {when}": sentence("somebody will come"),
    "we are sorry: request {number}, {service}, could not be done: {why}": sentence("we could not do it"),
    "we are sorry: request {number}, {service}, could not be done. Please ask us why": sentence("we could not do it"),
    "request {number}, {service}: we have passed it on to {whom}, who will go on with it": sentence("was passed on"),
    "request {number}, {service}: we have passed it on. Please ask us to whom": sentence("was passed on"),
    "request {number}, {service}, is for everybody to decide: it goes to the residents' council": sentence(
        "goes to the council"
    ),
    "request {number}, {service}, was cancelled and nobody will come. Tell us if you still need it": sentence(
        "was cancelled"
    ),
}
"""What the sentence says beside its values, in a few words; 20 characters at most."""


class DoesNotFit(Exception):
    """The message would not say what it must; ``note`` says why, without what is in it."""

    def __init__(self, note: Sentence) -> None:
        """Say why."""
        super().__init__(note.id)
        self.note = note.id


@dataclass(frozen=True, slots=True)
class Approved:
    """One text at the provider.

    Args:
        code: How the provider calls it.
        gaps: What goes into it, in its order.
        text: The text itself, where it is ours; empty where the office has its own.
    """

    code: str
    gaps: tuple[str, ...]
    text: str = ""


def gaps_of(kind: MessageKind) -> tuple[str, ...]:
    """Return what goes into our text of a kind, in its order."""
    return tuple(_GAP.findall(TEXTS[kind]))


def read_table(channel: str, table: Mapping[str, str]) -> dict[str, Approved]:
    """Return the approved texts by kind, those in English by kind and ``_en``.

    Args:
        table: Such as ``{"offer": "SMS_1", "not_needed": "SMS_2: number, news"}``. Without names, what goes
            into it is what goes into our text.

    Raises:
        Misconfigured: There is none, or a line names a kind or a value that is not there, or leaves out the number,
            or an offer's code.
    """
    if not table:
        raise Misconfigured(
            "channels.{channel}.templates names no text",
            channel=channel,
            hint="write one line for each kind of message that may go out, such as offer = \"SMS_123456789\"",
        )
    return {name: _read(channel, name, said) for name, said in table.items()}


def _read(channel: str, name: str, said: str) -> Approved:
    kind = {str(one): one for one in MessageKind}.get(name.removesuffix("_en"))
    if kind is None:
        raise Misconfigured(
            "channels.{channel}.templates: there is no kind of message called {name}",
            channel=channel,
            name=name,
            hint="kinds: {kinds}; for readers of English add _en, such as offer_en",
            kinds=tuple(str(one) for one in MessageKind),
        )
    match = _VALUE.fullmatch(said)
    own = tuple(re.split(r"[\s,]+", match[2])) if match and match[2] else ()
    needed = {"number"} | ({"code"} if kind is MessageKind.OFFER else set())
    if match is None or (own and not needed <= set(own) <= set(gaps_of(kind))):
        raise Misconfigured(
            "channels.{channel}.templates.{name} is not as it must be",
            channel=channel,
            name=name,
            hint="the provider's code, or the code, a colon and the names of what goes into it: {known};"
            " {needed} must be among them",
            known=gaps_of(kind),
            needed=tuple(sorted(needed)),
        )
    return Approved(match[1], own or gaps_of(kind), "" if own else TEXTS[kind])


def filled(texts: Mapping[str, Approved], message: Message, capabilities: Capabilities) -> tuple[str, dict[str, str]]:
    """Return the provider's code and what goes into the gaps of its text, in their order.

    A place that would make a second part of one is said without the way there.

    Raises:
        DoesNotFit: There is no such text, a value is missing, or one would lose its meaning.
    """
    name = str(message.kind) if message.language == "zh" else f"{message.kind}_{message.language}"
    text = texts.get(name)
    if text is None:
        raise DoesNotFit(sentence("no approved text for this kind of message"))
    said = _said(message)
    values = {gap: _fit(gap, said.get(gap, "")) for gap in text.gaps}
    alone = (capabilities.part_lengths or (0, 0))[0]
    if text.text and "place" in values and capabilities.parts(written(text.text, values)) > 1 and alone:
        values["place"] = re.split(r"[，,(（]", values["place"])[0].strip() or values["place"]
    return text.code, values


def written(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its gaps filled, without the signature."""
    return _GAP.sub(lambda gap: values.get(gap[1], ""), text)


def _said(message: Message) -> dict[str, str]:
    language: Language = "zh" if message.language == "zh" else "en"
    said = {**message.params, "number": str(message.number)}
    if message.kind is MessageKind.OFFER:
        said["code"] = message.code
    if message.template in _NEWS:
        said["news"] = say(_NEWS[message.template], language)
    if more := _LISTED.get(message.kind):
        said |= more(message.params, language)
    return said


def _listed(params: Mapping[str, str], name: str) -> list[str]:
    found: list[str] = []
    while (one := params.get(f"{name}_{len(found) + 1}")) is not None:
        found.append(one)
    return found


def _of_the_door(params: Mapping[str, str], language: Language) -> dict[str, str]:
    """Take a resident's name, phone and door apart; the door is always there, and last."""
    *others, door = _listed(params, "who") or [""]
    phones = [one for one in others if _A_PHONE.fullmatch(one)]
    names = [one for one in others if one not in phones]
    return {
        "name": names[0] if names else say(sentence("the resident"), language),
        "phone": phones[0].replace(" ", "") if phones else say(sentence("none"), language),
        "door": door,
        "note": params.get("note") or say(sentence("none"), language),
    }


def _of_those_who_come(params: Mapping[str, str], language: Language) -> dict[str, str]:
    """Take names and phones apart; one phone has room, and where none may be told the resident asks us."""
    found = [_NAME_AND_PHONE.fullmatch(one) or one for one in _listed(params, "helpers")]
    names = [one if isinstance(one, str) else one[1] for one in found]
    phones = [one[2].replace(" ", "") for one in found if not isinstance(one, str)]
    comma = "、" if language == "zh" else ", "
    return {
        "helpers": comma.join(names),
        "phone": phones[0] if phones else say(sentence("please ask us"), language),
    }


_LISTED: Final[Mapping[MessageKind, Callable[[Mapping[str, str], Language], dict[str, str]]]] = {
    MessageKind.DETAILS: _of_the_door,
    MessageKind.WHO_COMES: _of_those_who_come,
}


def _fit(gap: str, said: str) -> str:
    seen = "".join(
        " " if unicodedata.category(one) in ("Cc", "Zl", "Zp", "Zs") else one
        for one in said
        if unicodedata.category(one) not in ("Cf", "Cs")
    )
    seen = " ".join(seen.split())
    tame = " ".join(_LINK.sub(" ", seen.translate(_FORGED_SIGNATURE)).split())
    if gap != "phone":
        tame = _LONG_NUMBER.sub("…", tame)
    if not tame:
        raise DoesNotFit(sentence("a value for the approved text is missing"))
    if gap in _WHOLE and (tame != seen or len(tame) > LONGEST_VALUE):
        raise DoesNotFit(sentence("a value does not fit into the approved text"))
    return tame if len(tame) <= LONGEST_VALUE else tame[: LONGEST_VALUE - 1] + "…"

