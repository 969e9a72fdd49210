"""The round as a command, where the solver cannot be started."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LINE = "8号楼2单元301 下水道堵了 王阿姨 +9991380000001"
SAID = "the best plan could not be found, so the nearest were asked first: "


@pytest.fixture(autouse=True)
def _no_python_to_start(call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert call("take", LINE, "--yes").code == 0
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))


def test_the_round_says_that_the_nearest_were_asked(call: Callable[..., Any]) -> None:
    """In words, with what happened; somebody is asked all the same."""
    done = call("round")

    assert done.code == 0
    assert "requests looked at: 1; people asked: 1; nobody to ask for: 0" in done.out
    assert SAID + "the solver could not be started" in done.out


def test_the_round_says_it_in_chinese(call: Callable[..., Any]) -> None:
    """The sentence and its reason."""
    done = call("--lang", "zh", "round", "--dry-run")

    assert "没能算出最优方案，先就近派了：求解程序没能启动" in done.out


def test_the_round_says_it_in_json(call: Callable[..., Any]) -> None:
    """A field for who solved, and one for why."""
    said = call("--json", "round").document

    assert (said["engine"], said["optimal"]) == ("greedy", False)
    assert said["fault"] == "the solver could not be started"
    assert said["offered"]


def test_the_worker_says_it_too(call: Callable[..., Any]) -> None:
    """On its progress lines."""
    assert SAID in call("run", "--for", "1s", "--every", "5s").err
