"""Where no message reaches the resident, the screen says so, and stdout stays what it is."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Call

UNTOLD = {
    "en": "no message goes to the resident of request 1: tell them when you see them",
    "zh": "1号单的居民收不到通知，见到时请当面告诉一声",
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "end",
    [
        ("request", "unable", "1", "--why", "no spare part"),
        ("request", "handover", "1", "--to", "the water works"),
        ("request", "promote", "1"),
    ],
)
def test_an_end_that_nobody_hears_of_is_named_on_the_screen(call: Call, end: tuple[str, ...], language: str) -> None:
    """In the language of the run, on stderr; with --json the one document stands alone on stdout."""
    call("take", "8号楼2单元301 下水道堵了 王阿姨", "--yes")
    call("request", "triage", "1")
    ended = call("--lang", language, "--json", *end)

    assert (ended.code, ended.document["number"]) == (0, 1)
    assert ended.errors == [UNTOLD[language]]


def test_an_end_that_a_message_tells_of_needs_no_word_on_the_screen(call: Call) -> None:
    """There is a phone: the call stands on the list, in both languages."""
    call("take", "8号楼2单元301 下水道堵了 王阿姨 +9991380000001", "--yes")
    call("request", "triage", "1")
    ended = call("request", "handover", "1", "--to", "the water works")
    (row,) = call("--lang", "en", "--json", "phones").document["rows"]

    assert ended.errors == []
    assert (row["purpose"], row["name"]) == ("tell how it ended", "王阿姨")
    assert row["what"] == "request 1, clear a drain: we have passed it on to the water works, who will go on with it"


def test_a_yes_that_the_resident_hears_nothing_of_is_named_too(call: Call) -> None:
    """Somebody comes, and nobody can tell the resident who."""
    call("take", "8号楼2单元301 下水道堵了 王阿姨", "--yes")
    (asked,) = call("--json", "round").document["offered"]
    ended = call("reply", "--on-behalf-of", asked["responder"], "--request", "1", "--yes")

    assert ended.errors == [UNTOLD["en"]]
