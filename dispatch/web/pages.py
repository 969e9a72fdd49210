"""The few pages that people see: large type, plain forms, nothing from elsewhere, readable in an old browser."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from dispatch.desk.links import OfferSeen, Standing
from dispatch.i18n import Language, Sentence, say, sentence

STANDING_SENTENCES: Final = {
    Standing.ACCEPTED: Sentence("You have taken it, thank you. Name, phone and door come to you by message."),
    Standing.DECLINED: Sentence("You have said that you cannot. Thank you for telling us."),
    Standing.TAKEN: Sentence("Somebody has taken it already, thank you."),
    Standing.EXPIRED: Sentence("The time to answer is over, thank you."),
    Standing.OVER: Sentence("It is no longer needed, thank you."),
}

CLASSES: Final = {Standing.ACCEPTED: "good", Standing.DECLINED: "calm"}


def offer_page(seen: OfferSeen) -> str:
    """Return the page of one offer: what it is, and two buttons while it is open."""
    spoken = seen.language
    rows: list[tuple[Sentence, Sentence | str]] = [
        (Sentence("what is needed"), seen.need),
        (Sentence("where"), seen.place),
        (Sentence("when"), seen.when),
        (Sentence("how long"), sentence("about {minutes} min", minutes=seen.minutes)),
        (Sentence("money"), seen.terms),
    ]
    facts = "".join(
        f"<div><dt>{_words(heading, spoken)}</dt><dd>{_words(fact, spoken)}</dd></div>" for heading, fact in rows
    )
    title = say(sentence("request {number}", number=seen.number), spoken)
    if seen.standing is not Standing.OPEN:
        told = _words(STANDING_SENTENCES[seen.standing], spoken)
        kind = CLASSES.get(seen.standing, "over")
        return _page(title, f'<p class="told {kind}">{told}</p><dl>{facts}</dl>', spoken)
    by_sms = sentence("Or by SMS: reply 1 {code} to take it, 2 {code} if you cannot.", code=seen.code)
    form = (
        '<form method="post" action="">'
        f'<button class="yes" name="answer" value="yes">{_words(Sentence("I take it"), spoken)}</button>'
        f'<button class="no" name="answer" value="no">{_words(Sentence("I cannot"), spoken)}</button>'
        "</form>"
    )
    return _page(title, f"<dl>{facts}</dl>{form}<p>{_words(by_sms, spoken)}</p>", spoken)


def subscribe_page(language: Language, key: str) -> str:
    """Return the page on which a phone subscribes; *key* is the public one that its browser asks for."""
    title = say(Sentence("Messages on this phone"), language)
    told = {
        "done": Sentence("Done. Messages come to this phone from now on."),
        "no": Sentence("This phone did not allow messages. Allow them in its settings, then press again."),
        "cannot": Sentence(
            "This browser cannot show messages. On an iPhone, add this page to the home screen first and open it there."
        ),
        "failed": Sentence("That did not work. Try again later, or ask the office."),
    }
    lines = "".join(
        f'<p class="told {"good" if name == "done" else "over"}" id="{name}" hidden>{_words(said, language)}</p>'
        for name, said in told.items()
    )
    what = Sentence("Press the button, and what you are asked comes to this phone. It costs nothing.")
    body = (
        f"<p>{_words(what, language)}</p>"
        f'<button class="yes" id="subscribe" data-key="{escape(key, quote=True)}">'
        f'{_words(Sentence("Send messages to this phone"), language)}</button>{lines}'
        f'<noscript><p class="told over">{_words(told["cannot"], language)}</p></noscript>'
        '<script src="../static/subscribe.js" defer></script>'
    )
    # An iPhone lets only a page that was put on the home screen show messages, and only with a manifest.
    return _page(title, body, language, head='<link rel="manifest" href="../static/manifest.json">')


def plain_page(what: Sentence, languages: Iterable[Language] = ("zh", "en")) -> str:
    """Return a page that says one thing, in both languages where it is not known who reads it."""
    spoken = list(languages)
    lines = "".join(f'<p lang="{_code(one)}" class="told over">{_words(what, one)}</p>' for one in spoken)
    return _page(say(Sentence("Neighbourhood help"), spoken[0]), lines, spoken[0])


def _page(title: str, body: str, language: Language, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="{_code(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="../static/style.css">{head}</head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def _code(language: Language) -> str:
    return "zh-CN" if language == "zh" else "en"


def _words(what: Sentence | str, language: Language) -> str:
    return escape(what if isinstance(what, str) else say(what, language))
