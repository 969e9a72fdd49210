"""Where the settings file and the database are looked for."""

from pathlib import Path

import pytest

from dispatch.errors import Misconfigured
from dispatch.settings import default_database, find_config


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Live in a folder of one's own."""
    own = tmp_path / "home"
    monkeypatch.setenv("HOME", str(own))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(own / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(own / "data"))
    return own


def made(path: Path) -> Path:
    """Return an empty file, made with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_the_file_asked_for_comes_first_then_the_variables_then_here_then_ones_own(
    tmp_path: Path, home: Path
) -> None:
    """Four places, in the order of the contract; taking one away uncovers the next."""
    here, own = made(tmp_path / "dispatch.toml"), made(home / "config" / "sandan" / "dispatch.toml")
    asked, named = made(tmp_path / "asked.toml"), made(tmp_path / "named.toml")
    environment = {"DISPATCH_CONFIG": str(named)}

    assert find_config(str(asked), environment, tmp_path) == asked
    assert find_config(None, environment, tmp_path) == named
    assert find_config(None, {"DISPATCH_CONFIG": ""}, tmp_path) == here
    here.unlink()
    assert find_config(None, {}, tmp_path) == own
    own.unlink()
    assert find_config(None, {}, tmp_path) is None


def test_a_file_asked_for_is_counted_from_here(tmp_path: Path) -> None:
    """As any path on a command line."""
    asked = made(tmp_path / "a" / "b.toml")

    assert find_config("a/b.toml", {}, tmp_path) == asked


@pytest.mark.parametrize(("option", "environment"), [("no.toml", {}), (None, {"DISPATCH_CONFIG": "no.toml"})])
def test_a_file_asked_for_must_be_there(
    tmp_path: Path, option: str | None, environment: dict[str, str]
) -> None:
    """Nobody works by other settings than those named."""
    made(tmp_path / "dispatch.toml")

    with pytest.raises(Misconfigured, match=r"there is no settings file .*no\.toml"):
        find_config(option, environment, tmp_path)


def test_the_database_lies_in_the_users_own_data_folder(home: Path) -> None:
    """Nothing is made by asking."""
    assert home in default_database().parents
    assert not home.exists()
