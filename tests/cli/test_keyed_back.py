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


def _arranged(call: Call) -> dict[str, int]:
    """Let request 1 be accepted by mouth and print what is to be told; return the row of each kind of call."""
    call("take", LINE, "--yes")
    call("round")
    (asked,) = call("--json", "request", "show", "1").document["offers"]
    call("reply", "--on-behalf-of", asked["responder"], "--request", "1", "--yes")
    return {row["kind"]: row["no"] for row in call("--json", "phones").document["rows"]}


def test_each_row_is_answered_with_the_name_on_the_paper(call: Call) -> None:
    """Whoever holds the paper finds the person there by name, and hears what is next."""
    call("take", LINE, "--yes")
    call("round")
    (row,) = call("--json", "phones").document["rows"]
    code = call("--json", "request", "show", "1").document["offers"][0]["responder"]
    said = call("--lang", "zh", "reply", "--sheet", "1", "1 a").out.splitlines()

    assert said == [
        f"第1行，1号单，{code} {row['name']}：接了；他要的姓名、电话、门牌在下一张电话单上",
        "接下来打印电话单，把该告知的告知：dispatch phones",
    ]


def test_a_call_that_only_tells_is_made_again_when_nobody_picked_up(call: Call) -> None:
    """Nobody is dropped for it: the sentence says so, and the next sheet has the same calls."""
    rows = _arranged(call)
    said = call("--lang", "zh", "reply", "--sheet", "1", ", ".join(f"{no} n" for no in rows.values())).out.splitlines()
    after = {row["kind"]: row["no"] for row in call("--json", "phones").document["rows"]}

    assert [line.split("：")[1] for line in said[:2]] == ["没打通；下一张电话单上再打"] * 2
    assert "居民王阿姨" in "".join(said)
    assert after.keys() == rows.keys() == {"details", "who_comes"}
    assert "dispatch round" not in "".join(said)


def test_a_wrong_number_of_the_resident_is_corrected_in_the_request(call: Call) -> None:
    """The command that puts it right is named, and nobody is said to be dropped."""
    rows = _arranged(call)
    said = call("--lang", "zh", "reply", "--sheet", "1", f"{rows['who_comes']} x").out.splitlines()

    assert said[0].endswith("居民电话不对：dispatch request edit 1 --phone 电话")
