"""What was laid down once and for all."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from dispatch.store.migrations import versions

FROZEN = {"0001_first_tables.py": "f972efdd54ea9aeb7f0b68ff4c1132e713e6d745e38e851a958bd287d4547282"}
"""Each released migration with the SHA-256 of its text: a change to the tables is a new one."""


def test_a_released_migration_is_never_edited() -> None:
    """Databases out there were made by these very lines."""
    folder = Path(versions.__file__).parent
    found = {
        path.name: sha256(path.read_text(encoding="utf-8").encode()).hexdigest()
        for path in sorted(folder.glob("[0-9]*.py"))
    }

    assert {name: found[name] for name in FROZEN} == FROZEN
