"""Make .venv from the pins and run a task in it: ``python3 dev.py`` lists them. Needs Python 3.11 and nothing else."""

from __future__ import annotations

import hashlib
import inspect
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PINS = ROOT / "requirements"
SERVERS = ROOT / "tests" / "servers"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
EXE = ".exe" if os.name == "nt" else ""

CORE = ("core.txt", "build.txt")
"""What runs the product from a checkout."""

DEV = ("dev.txt",)
"""What runs every task; CORE is in it."""


CHANNELS = ("apprise", "push", "smpp", "web")
"""Extras with which messages leave by more than paper, and answers come back."""


class Failed(Exception):
    """A task ended badly; what it ran has said why."""


def demo(*rest: str) -> None:
    """Watch a made-up morning at Jinsong."""
    install(CORE)
    run(tool("dispatch"), "demo", *rest)


def test(*rest: str) -> None:
    """Run the tests; further words go to pytest: test tests/desk -k undo."""
    install(DEV)
    install_servers()
    workers = str(min(4, os.cpu_count() or 1))
    run(tool("python"), "-m", "pytest", "-n", workers, "--dist", "loadfile", *rest)


def fuzz(*rest: str) -> None:
    """Solve or refuse 100,000 made-up documents, most of them a slip away from a problem: half an hour."""
    install(DEV)
    workers = str(min(4, os.cpu_count() or 1))
    run(
        *(tool("python"), "-m", "pytest", "-n", workers, "--dist", "load", "--timeout", "0"),
        *(str(ROOT / "tests" / "solver" / "document" / "test_fuzz.py"), *rest),
        DISPATCH_FUZZ=os.environ.get("DISPATCH_FUZZ", "100000"),
    )


def lint(*rest: str) -> None:
    """Look for slips: ruff, the contracts between modules, spelling. Further words go to ruff: lint --fix."""
    install(DEV)
    run_all(
        (tool("ruff"), "check", *rest),
        (tool("lint-imports"), "--no-logo"),
        (tool("codespell"), "dispatch", "docs", "tests", "fixtures", *sorted(map(str, ROOT.glob("*.md")))),
    )


def types() -> None:
    """Check the types, as on this computer and as on Windows."""
    install(DEV)
    check = (tool("mypy"), "--strict", "--package", "dispatch")
    run_all(check, (*check, "--platform", "win32"))


def wheel(*rest: str) -> None:
    """Build the wheel, install it elsewhere and run the acceptance tests against it. Further words go to pytest."""
    install(DEV)
    with tempfile.TemporaryDirectory(prefix="sandan-") as made:
        folder = Path(made).resolve()
        run(tool("python"), "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"))
        (built,) = (folder / "dist").glob("*.whl")
        run(tool("check-wheel-contents"), str(built))
        venv.create(folder / "venv", with_pip=True)
        python = str(folder / "venv" / SCRIPTS / f"python{EXE}")
        run(python, "-m", "pip", "install", *QUIET, "--require-hashes", "-r", str(PINS / "core.txt"))
        run(python, "-m", "pip", "install", *QUIET, "--no-deps", "--no-index", str(built))
        # From here on nothing of the checkout may be in reach but the tests and the towns they load.
        shutil.copytree(ROOT / "tests" / "acceptance", folder / "elsewhere" / "acceptance")
        shutil.copytree(ROOT / "fixtures", folder / "elsewhere" / "fixtures")
        run(
            *(tool("python"), "-m", "pytest", "--import-mode=importlib", "-p", "no:cacheprovider", "acceptance", *rest),
            cwd=folder / "elsewhere",
            DISPATCH_UNDER_TEST=str(folder / "venv" / SCRIPTS / f"dispatch{EXE}"),
        )


def messages(*files: str) -> None:
    """Bring the Chinese catalogue up to date with the code; .po files named add translations."""
    install(DEV)
    run(tool("python"), str(ROOT / "tests" / "catalogue.py"), *(str(Path(one).resolve()) for one in files))


def docs() -> None:
    """Write the reference pages that are read off the code, and try the examples in docs/."""
    install(DEV)
    run(tool("python"), str(ROOT / "docs" / "write_reference.py"))
    run(tool("python"), "-m", "pytest", "docs", "dispatch", "--doctest-modules", "--ignore=dispatch/store/migrations")


def bench(*rest: str) -> None:
    """Measure: each figure beside what it is compared to, in one run; --page, with names or not, writes the page."""
    install(DEV)
    if "--page" in rest:
        run(tool("python"), str(ROOT / "docs" / "write_benchmarks.py"), *(word for word in rest if word != "--page"))
        return
    for one in sorted((ROOT / "tests" / "bench").glob("[a-z]*.py")):
        run(tool("python"), str(one), *rest)


def pins(*rest: str) -> None:
    """Write requirements/*.txt anew from pyproject.toml and *.in; --upgrade takes newer versions."""
    install(DEV)
    project = str(ROOT / "pyproject.toml")
    for name, sources in (
        ("core.txt", [project]),
        ("build.txt", [str(PINS / "build.in")]),
        ("postgres.txt", [project, "--extra", "postgres"]),
        ("city.txt", [project, "--extra", "city"]),
        ("channels.txt", [project, *(word for extra in CHANNELS for word in ("--extra", extra))]),
        ("dev.txt", [project, "--all-extras", str(PINS / "dev.in")]),
    ):
        run(
            *(tool("uv"), "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
            *("--no-emit-index-url", "--no-annotate", "--no-header", *sources, "--output-file", str(PINS / name)),
            *rest,
        )


TASKS: tuple[Callable[..., None], ...] = (demo, test, fuzz, lint, types, docs, wheel, messages, bench, pins)
QUIET = ("--quiet", "--no-input", "--disable-pip-version-check")


def tool(name: str) -> str:
    """Return where a command of .venv is."""
    return str(VENV / SCRIPTS / (name + EXE))


def install(names: Sequence[str]) -> None:
    """Make .venv hold exactly what is pinned, and the project itself; do nothing when it does already."""
    stamp = VENV / "stamp.txt"
    said = stamp.read_text(encoding="utf-8").split() if stamp.exists() else []
    # DEV holds all of CORE, so what was made for the tests will do for the demo.
    if Path(tool("python")).exists() and (_mark(names) in said or _mark(DEV) in said):
        return
    print(f"installing what {', '.join(names)} pins into .venv (once; a minute or so) …", file=sys.stderr, flush=True)
    venv.create(VENV, with_pip=True, clear=True)
    pip = (tool("python"), "-m", "pip", "install", *QUIET)
    run(*pip, "--require-hashes", *(word for name in names for word in ("-r", str(PINS / name))))
    run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
    stamp.write_text(_mark(names) + "\n", encoding="utf-8")


def install_servers() -> None:
    """Fetch the servers of tests/servers, which are no Python, as their lock file pins them; nothing without npm."""
    npm, stamp = shutil.which("npm"), SERVERS / "node_modules" / "stamp.txt"
    mark = hashlib.sha256((SERVERS / "package-lock.json").read_bytes()).hexdigest()
    if npm is None or (stamp.exists() and stamp.read_text(encoding="utf-8") == mark):
        return
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", cwd=SERVERS)
    stamp.write_text(mark, encoding="utf-8")


def _mark(names: Sequence[str]) -> str:
    read = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for path in (*(PINS / name for name in names), ROOT / "pyproject.toml"):
        read.update(path.read_bytes())
    return read.hexdigest()


def run(*words: str, cwd: Path = ROOT, **variables: str) -> None:
    """Run a command.

    Raises:
        Failed: It did not end with 0.
    """
    # What lies in the user's own site-packages or on PYTHONPATH is not pinned.
    ours = {name: text for name, text in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    ours |= {"PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1", **variables}
    if subprocess.run(words, cwd=cwd, env=ours, check=False).returncode:
        raise Failed(" ".join([Path(words[0]).name, *words[1:]]))


def run_all(*commands: Sequence[str]) -> None:
    """Run several commands, each even if one before it failed, so that all is heard at once.

    Raises:
        Failed: Names those that did not end with 0.
    """
    failed = []
    for words in commands:
        try:
            run(*words)
        except Failed as one:
            failed.append(str(one))
    if failed:
        raise Failed("; ".join(failed))


def main(words: Sequence[str]) -> int:
    """Run the task named first with the words after it."""
    tasks = {task.__name__: task for task in TASKS}
    if not words or words[0] not in tasks:
        print("python3 dev.py TASK:\n")
        for name, task in tasks.items():
            print(f"  {name:9} {(inspect.getdoc(task) or '').splitlines()[0]}")
        return 0 if not words or words[0] in ("-h", "--help", "help") else 2
    try:
        tasks[words[0]](*words[1:])
    except Failed as failed:
        print(f"failed: {failed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  an older Python is to say so in a sentence
        sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0])
    sys.exit(main(sys.argv[1:]))
