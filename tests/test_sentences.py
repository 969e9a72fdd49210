"""Every sentence a person sees stands in both languages, and both say the same names."""

from __future__ import annotations

import ast
import gettext
import string

import pytest

from tests import catalogue


@pytest.fixture(scope="module")
def ids() -> catalogue.Ids:
    """Every message id in the code."""
    return catalogue.message_ids()


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    """The translations kept."""
    return catalogue.read(catalogue.PO)


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_sentence_has_its_chinese(ids, chinese):
    """No message id in the code is without a translation."""
    missing = sorted(one for one in ids if one not in chinese)

    assert missing == [], "write them into dispatch.po (python3 dev.py messages)"


def test_a_sentence_and_its_chinese_name_the_same_things(ids, chinese):
    """A parameter is neither lost nor made up on the way from one language to the other."""
    differing = []
    for one, plural in ids.items():
        named = _names(one) | _names(plural or "")
        said = _names(chinese.get(one, one))
        if not (said == named if plural is None else said <= named):
            differing.append((one, chinese.get(one)))

    assert differing == []


def test_the_catalogue_is_what_the_code_and_the_translations_make(ids, chinese):
    """Neither the .po nor the .mo is older than the code."""
    assert catalogue.PO.read_text(encoding="utf-8") == catalogue.po_text(ids, chinese), "python3 dev.py messages"
    assert catalogue.MO.read_bytes() == catalogue.mo_bytes(ids, chinese), "python3 dev.py messages"


def test_gettext_reads_what_we_compile(ids, chinese):
    """The compiled catalogue answers each message id with its Chinese, and knows that Chinese has no plural."""
    read = gettext.translation("dispatch", catalogue.PACKAGE / "locale", ["zh"])

    assert [one for one, plural in ids.items() if plural is None and read.gettext(one) != chinese.get(one, one)] == []
    assert all(read.ngettext(one, plural, 2) == chinese.get(one, plural) for one, plural in ids.items() if plural)


def test_a_sentence_is_a_literal_where_it_is_said():
    """No sentence is put together from pieces, which could be neither found nor translated."""
    everything = catalogue.modules()
    said = {*catalogue.SAYING, *catalogue.error_classes(everything)}
    built = [
        f"{module.path.name}:{node.lineno}"
        for module in everything
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in said
        and any(isinstance(one, (ast.JoinedStr, ast.BinOp)) for one in node.args[:1])
    ]

    assert built == []


def test_sentences_are_found_wherever_they_can_stand():
    """The collector sees a choice, a table at the top of a module, a loop and a function that hands its argument on."""
    text = '''
KIND_SENTENCES = {"a": "one of a table"}
class _Odd(Refused):
    """Odd."""
    def __init__(self):
        super().__init__("said by a class of ours", hint="and its hint")
def _hand_on(said):
    tell(said)
def work(kind):
    _hand_on("handed on")
    tell("here" if kind else "there")
    words(KIND_SENTENCES[kind])
    for heading, fact in [("in a loop", kind)]:
        words(heading)
'''
    module = catalogue.Module(catalogue.PACKAGE, ast.parse(text))

    found = set(catalogue.ids_of(module))

    assert found == {
        *("one of a table", "said by a class of ours", "and its hint", "handed on", "here", "there", "in a loop")
    }


@pytest.mark.parametrize("text", [":", "!"])
def test_chinese_sentences_end_and_pause_in_chinese(text, chinese):
    """Between Chinese characters the punctuation is full-width."""
    halved = [
        said
        for said in chinese.values()
        for before, at, after in zip(said, said[1:], said[2:], strict=False)
        if at == text and "一" <= before <= "鿿" and "一" <= after <= "鿿"
    ]

    assert halved == []
