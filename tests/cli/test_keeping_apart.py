"""Who never goes to whom and never together, at the command line."""

from __future__ import annotations

from tests.cli.conftest import LINE, Call


def test_a_block_is_noted_listed_and_lifted(call: Call) -> None:
    """By a request of the resident; noting it twice changes nothing."""
    call("take", LINE, "--yes")
    assert call("block", "add", "V017", "--request", "1").out == "V017 is not sent there any more\n"
    assert call("block", "add", "V017", "--request", "1").out == "that held before; nothing changed\n"
    listed = call("block", "list", "--json").document
    assert [(one["responder"], one["phone"]) for one in listed] == [("V017", "+9991380000001")]
    assert "V017" in call("block", "list").out
    said = call("explain", "1", "--why-not", "V017").out
    assert "block" not in said
    assert call("block", "remove", "V017", "--request", "1", "--json").document == {"removed": 1}
    assert call("block", "remove", "V017", "--request", "1").out == "there was no such block\n"


def test_a_block_says_whom_it_means(call: Call) -> None:
    """Neither nobody nor two at once; a household and a request that are not there are said to be so."""
    call("take", LINE, "--yes")
    assert call("block", "add", "V017").code != 0
    assert call("block", "add", "V017", "--household", "nowhere").err.startswith("error: there is no household nowhere")
    assert call("block", "add", "V017", "--request", "99").code == 3


def test_two_are_kept_apart_and_let_together_again(call: Call) -> None:
    """In either order; nobody is kept apart from themselves."""
    assert call("apart", "add", "V017", "V018").out == "V017 and V018 are not sent together any more\n"
    assert call("apart", "list", "--json").document == [["V017", "V018"]]
    assert call("apart", "add", "V017", "V017").err.splitlines()[0].endswith("both are V017")
    assert call("apart", "remove", "V018", "V017").out == "V018 and V017 may be sent together again\n"
    assert call("apart", "remove", "V018", "V017").out == "they were not kept apart\n"


def test_what_somebody_wishes_is_set_and_seen(call: Call) -> None:
    """A cap, hours of quiet, no stairs: set in one line, shown, and taken away again."""
    set_ = ["--monthly-cap", "2", "--quiet", "20:00-08:00", "--no-stairs"]
    call("responder", "edit", "V017", *set_)
    shown = call("responder", "show", "V017", "--json").document
    assert (shown["monthly_cap"], shown["quiet"], shown["no_stairs"]) == (2, "20:00-08:00", True)
    said = call("responder", "show", "V017").out
    assert all(words in said for words in ("20:00-08:00", "requests a month at most: 2", "does not climb stairs"))
    call("responder", "edit", "V017", "--monthly-cap", "0", "--quiet", "", "--stairs")
    shown = call("responder", "show", "V017", "--json").document
    assert (shown["monthly_cap"], shown["quiet"], shown["no_stairs"]) == (None, "", False)
    refused = call("responder", "edit", "V017", "--quiet", "at night")
    assert refused.errors == ["error: at night is not a stretch of the day", "hint:  write 21:30-07:30"]
