"""The first settings file, which ``dispatch init`` writes."""

import re
from dataclasses import fields
from pathlib import Path

from dispatch.model.rules import Rules
from dispatch.settings import DeskChoice, ListenChoice, PhoneChoice, PluginChoice, Settings, load_settings, starter_toml

A_DEFAULT = re.compile(r"^#(?=[a-z_]+ = )", re.MULTILINE)


def test_the_first_file_says_what_holds_without_it(tmp_path: Path) -> None:
    """As it is written, and with every line uncommented: what it shows is the default."""
    as_it_is, uncommented = tmp_path / "a.toml", tmp_path / "b.toml"
    as_it_is.write_text(starter_toml(), encoding="utf-8")
    uncommented.write_text(A_DEFAULT.sub("", starter_toml()), encoding="utf-8")

    assert load_settings(as_it_is, {}) == Settings()
    assert load_settings(uncommented, {}) == Settings()
    assert len(A_DEFAULT.findall(starter_toml())) > 20


def test_the_first_file_shows_every_setting() -> None:
    """Nobody has to look elsewhere for what can be set."""
    shown = set(re.findall(r"^#? *(?:example · 例: )?\[?([a-z_]+)(?= =|\.|\])", starter_toml(), re.MULTILINE))
    shown |= set(re.findall(r"# example · 例: ([a-z]+) =", starter_toml()))
    known = {each.name for shape in (Settings, Rules, PhoneChoice, PluginChoice, DeskChoice, ListenChoice) for each in fields(shape)}

    tables = {name for name in known if f"[rules.{name}]" in starter_toml()}

    assert known - shown - tables == set()


def test_the_first_file_explains_each_setting_in_both_languages() -> None:
    """Above every setting stand words in English and in Chinese."""
    blocks = re.split(r"^#[a-z_]+ = .*$|^\[.*$", starter_toml(), flags=re.MULTILINE)
    explained = [block for block in blocks if re.search("[a-z]{3}", block)]

    assert len(explained) >= 18
    assert all(re.search("[一-鿿]", block) for block in explained)
