"""What is printed when a phone sheet is keyed back: whom each row was about."""

from __future__ import annotations

from tests.cli.conftest import LINE, Call


def test_a_notice_to_a_helper_is_not_called_one_to_the_resident(call: Call) -> None:
    """Each row is answered with the one who was rung."""
    call("take", LINE, "--yes")
    call("round")
    (asked,) = call("--json", "request", "show", "1").document["offers"]
    call("reply", "--on-behalf-of", asked["responder"], "--request", "1", "--yes")
    sheet = call("--json", "phones").document
    kinds = {row["no"]: row["kind"] for row in sheet["rows"]}
    answers = call("--json", "reply", "--sheet", "1", ", ".join(f"{no} a" for no in kinds)).document

    assert sorted(kinds.values()) == ["details", "who_comes"]
    assert {kinds[one["row"]]: one["responder"] for one in answers} == {
        "details": asked["responder"],
        "who_comes": None,
    }
