"""Where the settings file and the database are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dispatch.errors import Misconfigured

FILE_NAME: Final = "dispatch.toml"
_FOLDER_NAME: Final = "sandan"


def starter_toml() -> str:
    """Return a first ``dispatch.toml``: every setting, explained, commented out at its default."""
    return Path(__file__).with_name("starter.toml").read_text(encoding="utf-8")


def default_database() -> Path:
    """Return the database file in the user's data folder; neither need be there yet."""
    from platformdirs import user_data_path

    return user_data_path(_FOLDER_NAME, appauthor=False) / "dispatch.db"


def default_plugins() -> Path:
    """Return the folder in the user's data folder in which single files are plugins; it need not be there."""
    from platformdirs import user_data_path

    return user_data_path(_FOLDER_NAME, appauthor=False) / "plugins"


def find_config(option: str | Path | None, environment: Mapping[str, str], cwd: Path) -> Path | None:
    """Return the settings file: the one asked for, DISPATCH_CONFIG's, the one here, or the user's own.

    Args:
        option: What ``--config`` said.
        environment: Variables; an empty one counts as not set.
        cwd: What "here" is.

    Returns:
        None where there is no file; everything then stands at its default.

    Raises:
        Misconfigured: The one asked for is not there.
    """
    asked = option or environment.get("DISPATCH_CONFIG")
    if asked:
        path = cwd / Path(asked).expanduser()
        if not path.is_file():
            raise Misconfigured(
                "there is no settings file {path}", path=str(path), hint="make one: dispatch init"
            )
        return path
    if (here := cwd / FILE_NAME).is_file():
        return here
    from platformdirs import user_config_path

    own = user_config_path(_FOLDER_NAME, appauthor=False) / FILE_NAME
    return own if own.is_file() else None
