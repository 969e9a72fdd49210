"""Where a channel's secrets may stand: in a variable, or in a file that only its owner can read."""

from pathlib import Path
from typing import ClassVar

import pytest

from dispatch.errors import Misconfigured
from dispatch.plugins.fields import Field, FieldKind
from dispatch.plugins.opening import open_channels
from dispatch.settings import load_settings
from dispatch.testing import RecordingChannel

SECRET = "word-that-nobody-sees"  # the point of it


class Gateway(RecordingChannel):
    """A channel with one secret."""

    fields: ClassVar[tuple[Field, ...]] = (
        Field("key", "密钥", "key", FieldKind.SECRET, required=True),
        Field("sender", "发送方", "sender"),
    )

    def __init__(self, options):
        """Keep what it was told."""
        super().__init__()
        self.options = dict(options)


def opened(folder: Path, toml: str, mode: int, **variables: str) -> Gateway:
    """Open the gateway with settings from a file of that mode, and variables."""
    file = folder / "dispatch.toml"
    file.write_text(toml, encoding="utf-8")
    file.chmod(mode)
    settings = load_settings(file, variables)
    inner = open_channels({"gate": Gateway}, settings.channels, rehearsal=False)["gate"].inner
    assert isinstance(inner, Gateway)
    return inner


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_secret_in_a_file_that_others_can_read_is_refused(tmp_path, mode):
    """With the three ways out, and without the secret."""
    with pytest.raises(Misconfigured) as told:
        opened(tmp_path, f'[channels.gate]\nkey = "{SECRET}"\n', mode)

    hint = (told.value.hint or "").format_map(told.value.params)
    assert "channels.gate.key: this secret stands in a file that others" in str(told.value)
    assert [one in hint for one in ("chmod 600", "DISPATCH_CHANNELS__GATE__KEY", "key_file")] == [True] * 3
    assert SECRET not in f"{told.value} {hint}"


def test_in_a_file_of_ones_own_it_is_taken(tmp_path):
    """Mode 600 is what is asked for."""
    assert opened(tmp_path, f'[channels.gate]\nkey = "{SECRET}"\n', 0o600).options == {"key": SECRET}


def test_what_is_no_secret_may_stand_anywhere(tmp_path):
    """And a variable may give the secret that goes with it, even over one in the file."""
    toml = '[channels.gate]\nsender = "us"\nkey = "old"\n'

    gateway = opened(tmp_path, toml, 0o644, DISPATCH_CHANNELS__GATE__KEY=SECRET)

    assert gateway.options == {"key": SECRET, "sender": "us"}


def test_it_may_stand_in_a_file_of_its_own(tmp_path):
    """Counted from the settings' folder; the end of the line is not part of it."""
    (tmp_path / "key.txt").write_text(f"{SECRET}\n", encoding="utf-8")
    (tmp_path / "key.txt").chmod(0o600)

    assert opened(tmp_path, '[channels.gate]\nkey_file = "key.txt"\n', 0o644).options == {"key": SECRET}


@pytest.mark.parametrize(
    ("toml", "mode", "said"),
    [
        ('key_file = "key.txt"', 0o644, "channels.gate.key_file: others on this computer can read the file"),
        ('key_file = "none.txt"', 0o600, "channels.gate.key_file: the file cannot be read"),
        ('key_file = "key.txt"\nkey = "twice"', 0o600, "channels.gate.key: the secret is given twice"),
    ],
)
def test_its_own_file_is_looked_at_as_well(tmp_path, toml, mode, said):
    """A sentence for each thing that can be wrong with it."""
    (tmp_path / "key.txt").write_text(SECRET, encoding="utf-8")
    (tmp_path / "key.txt").chmod(mode)

    with pytest.raises(Misconfigured) as told:
        opened(tmp_path, f"[channels.gate]\n{toml}\n", 0o600)

    assert str(told.value).startswith(said)
