"""A plugin's own process: what it can see, how long it is waited for, and that nothing of it stays."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from dispatch.errors import Misconfigured, PluginBroke
from dispatch.model.message import Capabilities, Outcome, Receipt
from dispatch.plugins.elsewhere import Elsewhere, OpensElsewhere
from dispatch.plugins.guarded import Guarded
from dispatch.plugins.own_process import Failed, NotBegun, OwnProcess, begun_again
from dispatch.plugins.registering import Plugin
from dispatch.plugins.reserved import Limits
from dispatch.testing import a_message, check_channel

ROOT = Path(__file__).resolve().parents[2]
HEAD = """
    import os, subprocess, sys, threading, time
    from pathlib import Path
    from dispatch.errors import Misconfigured
    from dispatch.plugins import Arrival, Capabilities, Callback, CallbackAnswer, Incoming, Outcome, Receipt, hookimpl

    SENT = Receipt(outcome=Outcome.SENT)

    class Bell:
        capabilities = Capabilities(reaches_real_people=False, needs_phone=False)
        def __init__(self, options): self.options = options
"""
TAIL = """
    @hookimpl
    def dispatch_channels(): return {"bell": Bell}
"""
QUICK = Limits(deadline_seconds=1)

Open = Callable[..., Elsewhere]


@pytest.fixture
def open_bell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Give a function that opens, in a process of its own, a channel whose methods are written as given."""
    monkeypatch.syspath_prepend(tmp_path)

    def work(body: str, limits: Limits = QUICK, **options: object) -> Elsewhere:
        source = dedent(HEAD) + "".join(f"    {line}\n" for line in dedent(body).strip().splitlines()) + dedent(TAIL)
        name = f"bell_{len(list(tmp_path.glob('*.py')))}"
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        return OpensElsewhere(Plugin(name="bell", package="acme"), "bell", name, None).open(options, limits)

    return work


def is_there(pid: int) -> bool:
    """Whether a process runs; one that ended and was not asked after counts as gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def wait_until(true: Callable[[], bool]) -> bool:
    """Whether something becomes true within ten seconds."""
    for _ in range(400):
        if true():
            return True
        time.sleep(0.025)
    return False


def test_a_channel_elsewhere_keeps_the_promise_of_channels(open_bell: Open) -> None:
    """What holds for a channel in process holds for one that is not: the contract kit is green."""
    check_channel(open_bell("def send(self, message): return SENT"), good_address="")


def test_it_is_never_imported_here(open_bell: Open) -> None:
    """And it runs in another process, which stays warm."""
    bell = open_bell("def send(self, message): return Receipt(outcome=Outcome.SENT, reference=str(os.getpid()))")

    pids = {int(bell.send(a_message()).reference) for _ in range(3)}

    assert pids == {bell.process.pid} != {os.getpid()}
    assert not any(name.startswith("bell_") for name in sys.modules)


def test_it_sees_its_own_options_and_nothing_of_ours(open_bell: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither variables nor the command line tell it where the database is; no descriptor of ours is open there."""
    monkeypatch.setenv("DISPATCH_DATABASE", "postgresql://secret@db/day")
    monkeypatch.setenv("DISPATCH_CHANNELS__SMS__SECRET", "other's")
    monkeypatch.setenv("AWS_TOKEN", "somebody's")
    monkeypatch.setattr(sys, "argv", ["dispatch", "--database", "postgresql://secret@db/day"])
    with open(__file__, encoding="utf-8") as ours:  # noqa: PTH123  an open file
        bell = open_bell(
            """
            def send(self, message):
                files = [os.readlink(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd") if int(one) > 2
                         and os.path.exists(f"/proc/self/fd/{one}")]
                names = sorted(set(os.environ) - {"PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"})
                return Receipt(outcome=Outcome.SENT, note=repr([sys.argv, names, self.options]), reference=repr(files))
            """,
            word="own",
        )
        receipt = bell.send(a_message())

    assert receipt.note == "[['dispatch-plugin'], [], {'word': 'own'}]"
    assert ours.name not in receipt.reference


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("raise ValueError(message.text)", "ValueError at bell_0.py:13"),
        ("raise SystemExit(3)", "SystemExit at bell_0.py:13"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt at bell_0.py:13"),
        ("os._exit(0)", "its process died"),
        ("os.kill(os.getpid(), 11)", "its process died"),
        ("os.closerange(0, 1000)", "its process died"),
        ("time.sleep(60)", "there was no answer in time"),
        ("return None", "no receipt but NoneType"),
        ("return 'sent'", "no receipt but str"),
        ("return {'outcome': 'sent'}", "no receipt but dict"),
        ("return Receipt(outcome='sent')", "no receipt but Receipt"),
        ("return Receipt(outcome=Outcome.SENT, note=7)", "a receipt whose note is no text"),
        ("bytearray(1 << 33)", "MemoryError at bell_0.py:13"),
        ("self.send(message)", "RecursionError at bell_0.py:13"),
    ],
)
def test_whatever_it_does_ends_there(open_bell: Open, body: str, why: str) -> None:
    """The fault comes back as a few words without private data."""
    bell = open_bell(f"def send(self, message):\n    {body}")

    with pytest.raises(Failed) as told:
        bell.send(a_message())

    assert str(told.value) == why
    assert is_there(os.getpid())


def test_what_it_began_dies_with_it(open_bell: Open, tmp_path: Path) -> None:
    """Children that stay, and those that ignore SIGTERM, are killed when the deadline passes."""
    bell = open_bell(
        """
        def send(self, message):
            code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
            child = subprocess.Popen([sys.executable, "-c", code])
            Path(self.options["file"]).write_text(f"{os.getpid()} {child.pid} {os.fork() or os.getpid()}")
            time.sleep(600)
        """,
        file=str(tmp_path / "pids"),
    )
    with pytest.raises(Failed):
        bell.send(a_message())

    pids = [int(one) for one in (tmp_path / "pids").read_text().split()]
    assert wait_until(lambda: not any(map(is_there, pids)))


def test_closing_ends_it_and_what_it_began(open_bell: Open) -> None:
    """A command that ends leaves no process."""
    bell = open_bell(
        """
        def send(self, message):
            return Receipt(outcome=Outcome.SENT, reference=str(subprocess.Popen(["sleep", "600"]).pid))
        """
    )
    pids = [int(bell.send(a_message()).reference), bell.process.pid or 0]
    before = [is_there(pid) for pid in pids]

    bell.close()

    assert before == [True, True]
    assert wait_until(lambda: not any(map(is_there, pids)))


def test_it_does_not_outlive_the_desk(tmp_path: Path) -> None:
    """After kill -9 of the desk's process nothing runs on, not even where the plugin hangs and forked."""
    (tmp_path / "clinging.py").write_text(
        "import os, time\nfrom pathlib import Path\n"
        "child = os.fork()\n"
        f"Path({str(tmp_path)!r}, f'pid{{os.getpid()}}').touch()\n"
        "time.sleep(600)\n",
        encoding="utf-8",
    )
    (tmp_path / "desk.py").write_text(
        "from dispatch.plugins.own_process import OwnProcess\n"
        "if __name__ == '__main__':\n    OwnProcess('clinging').ask('describe', 'a', 'b', 'c', seconds=600)\n",
        encoding="utf-8",
    )
    desk = subprocess.Popen(
        [sys.executable, "desk.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        stderr=subprocess.DEVNULL,
    )
    came = wait_until(lambda: len(list(tmp_path.glob("pid*"))) == 2)
    pids = [int(one.name[3:]) for one in tmp_path.glob("pid*")]
    alive = [is_there(pid) for pid in pids]

    desk.send_signal(signal.SIGKILL)
    desk.wait()

    assert came
    assert alive == [True, True]
    assert wait_until(lambda: not any(map(is_there, pids)))


def test_after_a_death_it_is_left_alone_for_a_while_and_opens_again(
    open_bell: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At first a second, then twice as long each time; with the same options."""
    bell = open_bell(
        """
        def send(self, message):
            if message.text == "die": os._exit(1)
            return Receipt(outcome=Outcome.SENT, note=self.options["word"])
        """,
        word="again",
    )
    with pytest.raises(Failed):
        bell.send(a_message(text="die"))
    rests = [bell.rest_seconds]
    with pytest.raises(NotBegun):
        bell.send(a_message())
    monkeypatch.setattr(bell.process, "_not_before", 0.0)
    with pytest.raises(Failed):
        bell.send(a_message(text="die"))
    rests.append(bell.rest_seconds)
    monkeypatch.setattr(bell.process, "_not_before", 0.0)

    assert bell.send(a_message()).note == "again"
    assert 0.5 < rests[0] <= 1
    assert 1 < rests[1] <= 2


def test_after_a_death_it_holds_nobody_up(open_bell: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """At first it comes after the desk wherever both want the processor; begun again, last of all."""
    bell = open_bell(
        """
        def send(self, message):
            if message.text == "die": os._exit(1)
            return Receipt(outcome=Outcome.SENT, note=f"{os.sched_getscheduler(0)} {os.nice(0)}")
        """
    )
    at_first = bell.send(a_message()).note
    with pytest.raises(Failed):
        bell.send(a_message(text="die"))
    monkeypatch.setattr(bell.process, "_not_before", 0.0)

    again = bell.send(a_message()).note
    assert at_first == f"{os.sched_getscheduler(0)} 10"
    assert again in (f"{os.SCHED_IDLE} {os.nice(0)}", "0 19")


def test_two_who_give_it_up_at_once_close_nothing_twice(open_bell: Open) -> None:
    """What one of them closes may have become another's in the meantime."""
    for _ in range(5):
        bell = open_bell("def send(self, message): return SENT")
        others = [os.pipe() for _ in range(20)]
        threads = [threading.Thread(target=bell.close) for _ in range(4)]
        running = bell.process._running
        assert running is not None
        threads += [threading.Thread(target=running.tidy) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        for ends in others:
            for end in ends:
                os.close(end)


def test_those_that_died_are_begun_again_one_after_the_other(open_bell: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose turn it is not is left alone a little longer, and nothing was begun there."""
    bells = [open_bell("def send(self, message): os._exit(1)") for _ in range(2)]
    for bell in bells:
        with pytest.raises(Failed):
            bell.send(a_message())
        monkeypatch.setattr(bell.process, "_not_before", 0.0)
    with begun_again, pytest.raises(NotBegun, match="another one"):
        bells[1].send(a_message())

    assert 0 < bells[1].rest_seconds <= 0.5
    monkeypatch.setattr(bells[1].process, "_not_before", 0.0)
    with pytest.raises(Failed, match="died"):
        bells[1].send(a_message())


def test_its_options_are_judged_by_itself(open_bell: Open) -> None:
    """An error on purpose comes back as it was said."""
    with pytest.raises(Misconfigured) as told:
        open_bell(
            """
            def __init__(self, options): raise Misconfigured("no {what}", what="key", hint="set a {what}")
            def send(self, message): return SENT
            """
        )

    assert (str(told.value), told.value.hint, told.value.params) == ("no key", "set a {what}", {"what": "key"})


def test_what_came_back_goes_through_too(open_bell: Open) -> None:
    """Outcomes, arrivals and calls of providers are plain data on both sides; what it cannot do it does not offer."""
    bell = Guarded(
        "bell",
        open_bell(
            """
            def send(self, message): return SENT
            def outcome_of(self, key): return SENT if key == "known" else None
            def collect(self): return [Incoming(sender="a", text="好", message_id="1")]
            """
        ),
    )

    assert bell.outcome_of("known") == Receipt(outcome=Outcome.SENT)
    assert bell.outcome_of("other") is None
    assert [one.text for one in bell.collect()] == ["好"]  # type: ignore[union-attr]
    assert not bell.is_called_back


@pytest.mark.parametrize(
    "said",
    [
        "Capabilities(needs_phone='yes')",
        "Capabilities(fen_per_part=-1)",
        "Capabilities(signature_length='long')",
        "Capabilities(part_lengths=(70, 67), plain_part_lengths=(160,))",
        "None",
    ],
)
def test_capabilities_that_make_no_sense_are_its_fault(open_bell: Open, said: str) -> None:
    """Rules and screens are built from them."""
    with pytest.raises(PluginBroke, match="does not say what it can do"):
        open_bell(f"capabilities = {said}\ndef send(self, message): return SENT")


def test_a_channel_of_ours_can_run_there_too() -> None:
    """The same class, asked over the wall."""
    process = OwnProcess("dispatch.plugins.phone_list")

    said = process.open_with("phone-list", {}, 512, seconds=10)

    assert Capabilities.from_json(said["capabilities"]).is_two_way
    assert process.ask("send", a_message().to_json())["outcome"] == Outcome.SENT.value
