"""The rules about the code base itself: who may import whom, what is said where, what must not be in a file."""

from __future__ import annotations

import ast
import csv
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from statistics import median

import click
import phonenumbers
import pytest

from dispatch.cli.door import root as door
from dispatch.plugins.manager import load
from dispatch.solver.candidates import FILTERS
from dispatch.solver.costs import TERMS

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(path for path in (ROOT / "dispatch").rglob("*.py") if "migrations" not in path.parts)
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
HEAVY = ("alembic", "faker", "ortools", "pandas")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _committed() -> list[Path]:
    """Every text file that is kept: what git knows, or, where the code came without git, what lies here."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        paths = [ROOT / name for name in listed.decode().split("\0") if name]
    else:
        folders = ("dispatch", "docs", "fixtures", "requirements", "tests")
        paths = [*ROOT.glob("*.*"), *(path for name in folders for path in (ROOT / name).rglob("*"))]
    binary = {".gz", ".mo", ".otf", ".pyc", ".xlsx"}
    return [path for path in paths if path.is_file() and path.suffix not in binary]


# --- modules ----------------------------------------------------------------------------------------------------------


def test_every_module_opens_with_a_sentence():
    """The first thing in a module is one sentence that says what it is for."""
    opening = {path: (ast.get_docstring(_tree(path)) or "").split("\n\n")[0] for path in MODULES}
    silent = [_name(path) for path, words in opening.items() if not words.endswith((".", ":", "?"))]

    assert silent == []


def test_whatever_is_public_says_what_it_gives():
    """Each public function, class and method has a docstring."""
    silent = [f"{_name(path)}: {name}" for path in MODULES for name in _undocumented(_tree(path), "")]

    assert silent == []


def _undocumented(node: ast.Module | ast.ClassDef, inside: str) -> Iterator[str]:
    for one in node.body:
        if not isinstance(one, (ast.FunctionDef, ast.ClassDef)) or one.name.startswith("_"):
            continue
        if any(getattr(mark, "id", getattr(mark, "attr", "")) in {"overload", "setter"} for mark in one.decorator_list):
            continue
        if not ast.get_docstring(one):
            yield inside + one.name
        if isinstance(one, ast.ClassDef):
            yield from _undocumented(one, f"{one.name}.")


def test_modules_stay_small():
    """No module is longer than 400 lines, and half of them have at most 120 that are not blank."""
    lines = {_name(path): path.read_text(encoding="utf-8").splitlines() for path in MODULES}

    assert {name: len(all_) for name, all_ in lines.items() if len(all_) > 400} == {}
    assert median(sum(bool(line.strip()) for line in all_) for all_ in lines.values()) <= 120


def test_names_say_what_a_thing_is():
    """No module or class is named after nothing in particular."""
    vague = re.compile(r"(?i)(^|_)(utils?|helpers?|data|info|handle|base|abstract)($|_)")
    modules = [_name(path) for path in MODULES if vague.search(path.stem)]
    classes = [
        f"{_name(path)}: {node.name}"
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef) and re.search(r"^(Base|Abstract)|[a-z](Manager|Helper|Utils?|Info|Data)$", node.name)
    ]

    assert modules == []
    assert classes == []


# --- imports ----------------------------------------------------------------------------------------------------------


def test_imports_run_one_way():
    """The contracts between modules in pyproject.toml are kept."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache", "--no-logo"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", env=_environment(), check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_clock_asks_what_time_it_is():
    """No other module reads a clock: moments are handed in, so that a day can be played again."""
    asking = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "time_ns", "localtime", "gmtime", "sleep"}
    owners = {"datetime", "date", "time", "dt"}
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in MODULES
        if _name(path) != "dispatch/clock.py"
        for node in ast.walk(_tree(path))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in asking
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in owners
        )
        or (isinstance(node, ast.Import) and any(one.name == "time" for one in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "time")
    ]

    assert found == []


def test_what_is_made_up_has_a_seed():
    """Nothing is random unless a seed says how; only ids, and the wait before a busy database is tried again, must differ."""
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in MODULES
        if _name(path) not in {"dispatch/store/ids.py", "dispatch/store/engine.py"}
        for node in ast.walk(_tree(path))
        if (isinstance(node, ast.ImportFrom) and node.module in {"random", "secrets"} and _names(node) != {"Random"})
        or (isinstance(node, ast.ImportFrom) and node.module == "uuid" and _names(node) & {"uuid1", "uuid4", "uuid7"})
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in {"random", "uuid", "secrets"}
            and node.func.attr != "Random"
        )
        or (isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "Random" and not node.args)
    ]

    assert found == []


def _names(node: ast.ImportFrom) -> set[str]:
    return {one.name for one in node.names}


# --- what is loaded ---------------------------------------------------------------------------------------------------


def _environment(**more: str) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DISPATCH_")}
    return {**kept, "PYTHONUTF8": "1", "DISPATCH_LANG": "en", "PYTHONPATH": str(ROOT), **more}


_RUN_AND_LIST = """
import atexit, sys
atexit.register(lambda: print("LOADED", *sorted({name.split(".")[0] for name in sys.modules})))
from dispatch.cli import main
main()
"""


def _loaded(folder: Path, *arguments: str) -> set[str]:
    """Run the command in a process of its own and give the packages it has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN_AND_LIST, *arguments],
        cwd=folder,
        env=_environment(HOME=str(folder), XDG_CONFIG_HOME=str(folder), DISPATCH_DATABASE=str(folder / "day.db")),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stdout.split("LOADED ")[1].split())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a rehearsal at Jinsong in which somebody has been asked."""
    folder = tmp_path_factory.mktemp("office")
    for arguments in (
        ["init", "--rehearsal", "--from", str(ROOT / "fixtures" / "jinsong")],
        ["take", "8号楼2单元301 下水道堵了 王阿姨 +9991380000001", "--yes"],
        ["--at", "2026-11-23T09:00+08:00", "round"],
    ):
        _loaded(folder, *arguments)
    return folder


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["--lang", "zh", "--help"]])
def test_asking_for_help_loads_nothing_heavy(arguments, tmp_path):
    """Help comes at once: no library but click is loaded for it."""
    loaded = _loaded(tmp_path, *arguments)

    assert loaded.isdisjoint({*HEAVY, "sqlalchemy", "rich", "numpy", "pluggy", "python_calamine", "xlsxwriter", "fpdf", "pypinyin"})


def test_taking_a_request_loads_no_solver(office):
    """Somebody waits on the telephone: `take` loads what the database needs, and nothing that matches or makes up."""
    loaded = _loaded(office, "take", "3号楼1单元 楼道灯不亮 李大爷", "--yes")

    assert loaded.isdisjoint(HEAVY)


def test_taking_an_answer_loads_no_solver(office):
    """The same for `reply`."""
    loaded = _loaded(office, "reply", "--from", "+9991380000099", "1 0000")

    assert loaded.isdisjoint(HEAVY)


# --- commands ---------------------------------------------------------------------------------------------------------


def _commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        found = group.get_command(ctx, name)
        assert found is not None
        yield f"{above}{name}", found
        if isinstance(found, click.Group):
            yield from _commands(found, f"{above}{name} ")


def test_every_command_says_what_it_does():
    """Each command and group has help."""
    silent = [name for name, command in _commands(door) if not command.help]

    assert silent == []


def test_every_option_says_what_it_is_for():
    """Each option of each command has help."""
    silent = [
        f"{name} {option.opts[0]}"
        for name, command in _commands(door)
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert silent == []


def test_the_words_of_the_front_door_fit_the_command_behind_it():
    """The table of commands leads to commands of that name."""
    wrong = [name for name, command in _commands(door) if command.name != name.rsplit(" ", 1)[-1]]

    assert wrong == []


# --- files ------------------------------------------------------------------------------------------------------------


def test_no_file_names_a_package_index_or_a_place_on_somebodys_computer():
    """What is committed works anywhere: no host of a package index, no absolute path of one machine."""
    # Put together here, so that this file does not find itself.
    index = "|".join(re.escape(".".join(parts)) for parts in (("pypi", "org"), ("python" + "hosted", "org"), ("npmjs", "org")))
    homes = "|".join("/" + name + "/" for name in ("work", "root", "home/[a-z]+", "Users/[A-Za-z]+", "opt/wheels"))
    forbidden = re.compile(rf"{index}|(?<![\w.~/-])(?:{homes})|[A-Z]:\\Users")

    found = [
        f"{_name(path)}: {match[0]}"
        for path in _committed()
        if (match := forbidden.search(path.read_text(encoding="utf-8", errors="replace")))
    ]

    assert found == []


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_pins_are_exact_and_hashed(path):
    """Each requirement names one version and the hashes of its files, and nothing says where they come from."""
    text = path.read_text(encoding="utf-8")
    lines = text.replace("\\\n", " ").splitlines()

    assert lines
    assert [line for line in lines if not re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []
    assert not re.search(r"https?:|file:|--index|--find-links", text)


def test_what_is_installed_for_tests_is_what_is_installed_for_use():
    """Core, build and the extras are pinned in dev at the same versions, so that what was tested is what runs."""
    pinned = {
        name: set(re.findall(r"(?m)^(\S+==\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")))
        for name in ("core", "build", "postgres", "city", "channels", "dev")
    }

    assert set().union(*pinned.values()) <= pinned["dev"]


def test_what_the_code_imports_is_what_the_project_declares():
    """Every library that is imported is declared, and every declared one is imported."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.match(r"[A-Za-z0-9_-]+", one)[0].lower().replace("-", "_") for one in declared["dependencies"]}
    called = {"fpdf": "fpdf2", "phonenumbers": "phonenumberslite"}
    imported = {
        called.get(name, name)
        for path in (ROOT / "dispatch").rglob("*.py")
        for node in ast.walk(_tree(path))
        for name in _imported(node)
        if name not in sys.stdlib_module_names and name != "dispatch"
    }

    # tzdata is read by zoneinfo, not imported; the others are extras, loaded where they are asked for.
    extras = {"psycopg", "numba", "llvmlite", "apprise", "pywebpush", "py_vapid", "smpplib", "starlette", "uvicorn"}
    assert imported - extras == wanted - {"tzdata"}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name.split(".")[0] for one in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [(node.module or "").split(".")[0]]
    return []


def test_phones_in_fixtures_can_ring_nobody():
    """Every phone in a fixture begins with +999, which no network carries."""
    found = []
    for path in sorted((ROOT / "fixtures").rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            found += [row["phone"] for row in csv.DictReader(stream) if row.get("phone")]

    assert len(found) > 1000
    assert all(re.fullmatch(r"\+999\d{10}", phone) for phone in found)
    assert not any(_can_ring(phone) for phone in {phone[:8] + "000000" for phone in found} | set(found[:200]))


def _can_ring(phone: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return False


def test_no_phone_of_a_real_network_is_in_what_people_read_or_run():
    """Numbers of eleven digits as Chinese mobiles have them stand neither in the code nor in the docs."""
    mobile = re.compile(r"(?<![\d+.])(?<!999)(?<!999[ -])(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?![\d.])")
    found = [
        f"{_name(path)}: {match[0]}"
        for path in _committed()
        if path.suffix in {".py", ".md", ".toml", ".po"} and not _name(path).startswith("tests/")
        for match in mobile.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_every_test_says_what_must_hold():
    """Each test has a docstring of one sentence."""
    silent = [
        f"{_name(path)}: {node.name}"
        for path in TESTS
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert silent == []


def test_no_test_is_left_out():
    """Nothing is skipped or expected to fail, except where there is no PostgreSQL, or no real records."""
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"skip", "skipif", "xfail", "importorskip"}
        and _name(path) != "tests/conftest.py"
    ]

    assert found == []


def test_each_cost_term_and_each_filter_has_a_test_of_its_own():
    """Every reason to send or not to send somebody, our plugins' included, is the name of a test."""
    offered = load(installed=False).cost_terms().offered
    wanted = {
        *(f"test_the_term_{name.replace('-', '_')}" for name in (*TERMS, *(one.name for one in offered))),
        *(f"test_the_filter_{name.replace('-', '_')}" for name in FILTERS),
    }
    there = {
        node.name for path in TESTS for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef)
    }

    assert offered
    assert sorted(wanted - there) == []


@pytest.mark.parametrize("name", ["cli", "simulations", "fixtures"])
def test_names_of_the_checkout_are_not_imported(name):
    """What is not installed is imported by nobody: it would work here and fail for those who use the wheel."""
    found = [
        _name(path) for path in (*MODULES, *TESTS) for node in ast.walk(_tree(path)) if name in _imported(node)
    ]

    assert found == []


def test_the_front_of_the_package_is_empty():
    """`import dispatch` loads nothing: whoever needs units does not get a database."""
    assert [node for node in _tree(ROOT / "dispatch" / "__init__.py").body if not isinstance(node, ast.Expr)] == []
    assert import_module("dispatch").__doc__
