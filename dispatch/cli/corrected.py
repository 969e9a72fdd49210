"""What a correction changed, said as it was and as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.cli.calling import tell
from dispatch.cli.showing import URGENCY_SENTENCES, service_name
from dispatch.cli.words import listed, words
from dispatch.i18n import Sentence

if TYPE_CHECKING:
    from dispatch.cli.calling import Call
    from dispatch.desk.pages import Whole

FIELD_SENTENCES = {
    "service": Sentence("service"),
    "place": Sentence("place"),
    "urgency": Sentence("how pressing"),
    "headcount": Sentence("people needed"),
    "window": Sentence("when"),
    "name": Sentence("name"),
    "phone": Sentence("phone"),
    "exact_address": Sentence("door"),
    "floor": Sentence("floor"),
    "note": Sentence("note"),
}


def tell_changes(call: Call, before: Whole, now: Whole) -> None:
    """Print what a correction changed; the resident is masked as in a list."""
    was, is_ = _facts(call, before), _facts(call, now)
    changes = [
        words(
            "{what} {before} → {now}",
            what=FIELD_SENTENCES[field],
            before=was[field] or Sentence("(nothing)"),
            now=is_[field] or Sentence("(nothing)"),
        )
        for field in was
        if was[field] != is_[field]
    ]
    if now.person.notes != before.person.notes:
        changes.append(words("note added"))
    # A name or a phone may differ only where it is masked.
    private = (before.person.name != now.person.name, before.person.phone != now.person.phone)
    for field, differs in zip(("name", "phone"), private, strict=True):
        if differs and was[field] == is_[field]:
            changes.append(words("{what} changed", what=FIELD_SENTENCES[field]))
    number = now.line.request.number
    if changes:
        tell("request {number}: {changes}", number=number, changes=listed(*changes))
    else:
        tell("request {number} says just that already; nothing changed", number=number)


def _facts(call: Call, whole: Whole) -> dict[str, str]:
    from dispatch.desk.delivery.wording import window_said
    from dispatch.desk.masking import mask_phone

    request = whole.line.request
    when = window_said(request.window, call.zone, call.now) if request.window else Sentence("as soon as possible")
    return {
        "service": service_name(whole.line.service),
        "place": whole.person.exact_address or whole.place,
        "urgency": words(URGENCY_SENTENCES[request.urgency]),
        "headcount": str(request.headcount),
        "window": words(when),
        "name": whole.line.name,
        "phone": mask_phone(whole.person.phone),
    }
