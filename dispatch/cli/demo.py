"""A made-up morning at Jinsong in a throw-away rehearsal database, narrated; every step is a real command."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dispatch.cli.calling import Misused, current, tell
from dispatch.cli.group import command, option
from dispatch.cli.words import language, words

if TYPE_CHECKING:
    from dispatch.desk.pages import Line

DAY = "2026-11-23"
"""A Monday, so that those who have hours are there."""


@command()
@option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep the rehearsal in this folder.")
def demo(keep: Path | None) -> None:
    """Watch a made-up morning at Jinsong.

    Orders come in, people are asked, one says no, one does not answer, a drain is cleared
    and rated. All people are made up and no message leaves this computer.
    """
    if current().as_json:
        raise Misused("the demo is told, and has no JSON", hint="leave --json away: dispatch demo")
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        _Morning(keep.resolve()).play()
        tell(
            "the rehearsal stays in {folder}; look around: dispatch --database {database} today",
            folder=str(keep),
            database=str(keep / "rehearsal.db"),
        )
        return
    with tempfile.TemporaryDirectory(prefix="dispatch-demo-", ignore_cleanup_errors=True) as folder:
        _Morning(Path(folder)).play()
    tell("The rehearsal and its printed page are gone again; to look around in them: dispatch demo --keep FOLDER")


class _Morning:
    """The script of the morning: what happens, then the command that a grid worker types."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "rehearsal.db"

    def play(self) -> None:
        with _quiet_surroundings(self.folder):
            self._arrive()
            self._orders()
            self._ask()
            self._answers()
            self._close()

    def _arrive(self) -> None:
        from dispatch.simulator.demand.jinsong import generate_jinsong
        from dispatch.simulator.demand.sheet import write_town

        tell(
            "Monday morning at Jinsong (劲松), a made-up neighbourhood: 8 grids, 24 micro-grids, 7,964 residents. "
            "A resident orders, a grid worker dispatches, somebody accepts. You sit at the desk."
        )
        town = self.folder / "jinsong"
        town.mkdir(exist_ok=True)
        write_town(town, generate_jinsong())
        self._do(
            "08:30",
            "The office opens. The community is loaded from its folder of CSV files.",
            "init",
            "--rehearsal",
            "--from",
            str(town),
        )

    def _orders(self) -> None:
        self._do(
            "08:32",
            "The telephone. You type while you listen; place, need and name are found in the line.",
            "take",
            "8号楼2单元301 下水道堵了 王阿姨 +999 138 0000 0001",
            "--yes",
        )
        self._do("08:36", "Somebody reports a dark corridor.", "take", "3号楼1单元 楼道灯不亮 李大爷", "--yes")
        self._do(
            "08:41",
            "A man who lives alone; his television has no signal.",
            "take",
            "5号楼1单元201 电视收不到信号 赵大爷 +999 138 0000 0002",
            "--yes",
        )
        self._do(
            "08:44",
            "Somebody whose evenings are long.",
            "take",
            "6号楼1单元102 一个人想找人说说话 陈阿姨",
            "--yes",
        )
        self._do(
            "08:47",
            "Wang rings again, not sure that you heard. The repeat is noticed.",
            "take",
            "8号楼2单元301 下水道堵了 王阿姨 +999 138 0000 0001",
            "--yes",
        )
        newest = max(line.request.number for line in self._lines())
        self._do("08:48", "So the two are put together.", "request", "merge", str(newest), "1")

    def _ask(self) -> None:
        self._do(
            "08:50",
            "One round: everybody who has the skill, is near and free is looked at, and the best plan is found.",
            "round",
        )
        self._do(
            "08:51",
            "Why this person? The reasons can be read aloud; what somebody's coming costs, skill and stairs too, "
            "is counted as metres to walk.",
            "explain",
            "1",
        )
        self._do(
            "08:52",
            "Most people here are rung. You print the phone list; it is a page for the printer.",
            "phones",
            "--output",
            str(self.folder / "phones-1.html"),
        )

    def _answers(self) -> None:
        asked = [(line.request.number, one.code) for line in self._lines() for one in line.asked]
        yes = ", ".join(f"{at} {'d' if at == 2 else 'n' if at == 3 else 'a'}" for at in range(1, len(asked) + 1))
        self._do(
            "09:20",
            "You have rung through the list: a accepted, d declined, n no answer. You key it back.",
            "reply",
            "--sheet",
            "1",
            yes,
        )
        self._do("09:21", "A no and a silence are followed by the next person.", "round")
        self._do("09:22", "What needs you now?", "today")

    def _close(self) -> None:
        arranged = next((line.request.number for line in self._lines() if line.request.state.value == "arranged"), None)
        if arranged is not None:
            self._do(
                "10:40", "The helper has come and gone; the resident rings to say thank you.", "done", str(arranged)
            )
            self._do("10:41", "The last order of all is the rating.", "rate", str(arranged), "满意")
            self._do("10:42", "Everything that happened to this request:", "request", "show", str(arranged))
        self._do("11:00", "The board at eleven.", "board")
        self._do("11:01", "Does everything still hold that we promise?", "verify")
        tell("That was the morning. Try your own: dispatch init, dispatch load FOLDER, dispatch take.")
        tell("(In a checkout the command is .venv/bin/dispatch, or python3 cli.py in its environment.)")

    def _do(self, time: str, story: str, *arguments: str) -> None:
        """Tell what happens, show the command, and run it as it stands."""
        from dispatch.cli.door import run

        click.echo()
        click.secho(f"[{time}] ", bold=True, nl=False)
        click.echo(words(story))
        click.secho("$ dispatch " + self._shown(arguments), dim=True)
        moment = f"{DAY}T{time}+08:00"
        code = run(
            ["--database", str(self.database), "--as", "xiaoli", "--at", moment, "--lang", language(), *arguments]
        )
        if code:
            raise click.exceptions.Exit(code)

    def _shown(self, arguments: Sequence[str]) -> str:
        inside = [one.replace(str(self.folder) + os.sep, "") for one in arguments]
        return " ".join(shlex.quote(one) if " " in one else one for one in inside)

    def _lines(self) -> list[Line]:
        from dispatch.desk.pages import list_requests
        from dispatch.settings import Settings
        from dispatch.wiring import open_desk

        wired = open_desk(Settings(), database=str(self.database), actor_name="xiaoli")
        try:
            return wired.database.read(lambda tx: list_requests(tx, wired.actor))
        finally:
            wired.database.close()


@contextmanager
def _quiet_surroundings(folder: Path) -> Iterator[None]:
    """Let no setting of this computer reach the demo: its own folder, no variables of ours."""
    here = Path.cwd()
    ours = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("DISPATCH_")}
    os.chdir(folder)
    (folder / "dispatch.toml").touch()
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.update(ours)
