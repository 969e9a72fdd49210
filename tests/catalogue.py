"""The Chinese catalogue: finds every message id in the code, keeps the .po in step with it and compiles the .mo.

``python3 dev.py messages [EXTRA.po …]`` runs this; translations in the files named win over those kept so far.
"""

from __future__ import annotations

import ast
import inspect
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import click
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "dispatch"
FOLDER = PACKAGE / "locale" / "zh" / "LC_MESSAGES"
PO, MO = FOLDER / "dispatch.po", FOLDER / "dispatch.mo"

HEADER = "".join(
    f"{line}\n"
    for line in (
        "Project-Id-Version: sandan",
        "Language: zh",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        "Plural-Forms: nplurals=1; plural=0;",
    )
)

SAYING = {"Sentence": 0, "sentence": 0, "say": 0, "words": 0, "tell": 0, "note": 0, "confirm": 0}
"""Functions that take a message id, and which of their arguments it is. Functions that hand theirs on are found."""

KEYWORDS = frozenset({"hint", "help", "short_help", "epilog"})
"""Arguments that are message ids wherever they are given."""

Ids = dict[str, str | None]
"""Every message id and, where it has one, its plural."""


@dataclass(frozen=True)
class Module:
    """One file of the product, parsed."""

    path: Path
    tree: ast.Module

    def tables(self) -> dict[str, ast.expr]:
        """Give what stands at the top of the module under a name."""
        found: dict[str, ast.expr] = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign):
                found |= {one.id: node.value for one in node.targets if isinstance(one, ast.Name)}
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                found[node.target.id] = node.value
        return found


def modules(folder: Path = PACKAGE) -> list[Module]:
    """Parse every module below a folder."""
    paths = sorted(folder.rglob("*.py"))
    return [Module(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths if "migrations" not in path.parts]


def message_ids() -> Ids:
    """Give every message id of the product, and click's own."""
    found: Ids = {}
    everything = modules()
    tables = {name: value for module in everything for name, value in module.tables().items()}
    saying = SAYING | dict.fromkeys(error_classes(everything), 0)
    for module in everything:
        public = {name: at for name, at in _handing_on(module, saying).items() if not name.startswith("_")}
        saying = public | saying
    for module in everything:
        for one in ids_of(module, tables, saying):
            found.setdefault(one, None)
    return found | _click_ids()


def ids_of(
    module: Module, tables: Mapping[str, ast.expr] = MappingProxyType({}), saying: Mapping[str, int] | None = None
) -> Iterator[str]:
    """Yield the message ids of one module, repeats included.

    Args:
        module: Where to look.
        tables: What stands at the top of other modules, under its name.
        saying: Functions that take a message id, and which of their arguments it is.
    """
    saying = {**SAYING, "Refused": 0} if saying is None else saying
    return _Reader({**tables, **module.tables()}, {**_handing_on(module, saying), **saying}).ids(module.tree)


def error_classes(everything: Sequence[Module]) -> frozenset[str]:
    """Give the names of DispatchError and all that descend from it."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for module in everything
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"DispatchError"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return frozenset(known)


def _handing_on(module: Module, saying: Mapping[str, int]) -> dict[str, int]:
    """Find functions that hand one of their own arguments to one that takes a message id."""
    found: dict[str, int] = {}
    for function in ast.walk(module.tree):
        if not isinstance(function, ast.FunctionDef) or function.name in saying:
            continue
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        bound = bool(names) and names[0] in {"self", "cls"}
        for call in ast.walk(function):
            at = saying.get(_name(call.func)) if isinstance(call, ast.Call) else None
            if isinstance(call, ast.Call) and at is not None and len(call.args) > at:
                given = call.args[at]
                if isinstance(given, ast.Name) and given.id in names:
                    found[function.name] = names.index(given.id) - bound
    return found


class _Reader:
    """Reads the message ids of one module.

    Args:
        tables: What stands at the top of modules, under its name; the module's own go first.
        saying: Functions that take a message id, and which of their arguments it is.
    """

    def __init__(self, tables: Mapping[str, ast.expr], saying: Mapping[str, int]) -> None:
        self.tables = tables
        self.saying = saying

    def ids(self, tree: ast.Module) -> Iterator[str]:
        """Yield every message id in the module."""
        for node in tree.body:
            yield from self._ids_below(node, _locals(node))
            for name in _assigned_names(node):
                if name == "COMMANDS":
                    yield from (text for text in _strings(self.tables[name]) if " " in text)

    def _ids_below(self, root: ast.AST, known: Mapping[str, list[ast.expr]]) -> Iterator[str]:
        for node in ast.walk(root):
            if isinstance(node, ast.Call):
                for argument in self._arguments(node):
                    yield from self._texts(argument, known)
            elif isinstance(node, ast.Assign) and any(_name(one) == "hint" for one in node.targets):
                yield from self._texts(node.value, known)
            elif isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value in KEYWORDS:
                        yield from self._texts(value, known)
            elif isinstance(node, ast.FunctionDef) and any(_makes_command(one) for one in node.decorator_list):
                text = inspect.cleandoc(ast.get_docstring(node, clean=False) or "")
                yield text
                yield text.split("\n\n")[0]

    def _arguments(self, node: ast.Call) -> Iterator[ast.expr]:
        name = _name(node.func)
        at = 0 if _is_super_init(node) else self.saying.get(name)
        if at is not None and len(node.args) > at:
            yield node.args[at]
        if name == "table" and node.args:
            yield from _elements(node.args[0])
        yield from (one.value for one in node.keywords if one.arg in KEYWORDS)

    def _texts(self, node: ast.expr, known: Mapping[str, list[ast.expr]]) -> Iterator[str]:
        """Yield the texts an argument may be.

        It may be the text itself, a choice between two, what a variable was given in the same function, or
        anything in a table at the top of a module.
        """
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and node.value:
                yield node.value
        elif isinstance(node, (ast.IfExp, ast.BoolOp)):
            for one in (node.body, node.orelse) if isinstance(node, ast.IfExp) else node.values:
                yield from self._texts(one, known)
        elif isinstance(node, (ast.Subscript, ast.Name, ast.Attribute, ast.Call)):
            root = _root(node)
            if isinstance(node, ast.Name) and root in known:
                for one in known[root]:
                    yield from self._texts(one, {name: kept for name, kept in known.items() if name != root})
            elif root in self.tables and root.strip("_").isupper():
                yield from _strings(self.tables[root])


def _locals(root: ast.AST) -> dict[str, list[ast.expr]]:
    """Give what each variable below a node may be: what it was assigned, or the members of what is looped over."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(root):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            assigned.setdefault(node.targets[0].id, []).append(node.value)
    found = {name: list(values) for name, values in assigned.items()}
    for node in ast.walk(root):
        if isinstance(node, (ast.For, ast.comprehension)):
            over = [node.iter]
            if isinstance(node.iter, ast.Name):
                over = assigned.get(node.iter.id, [node.iter])
            for target, member in ((node.target, one) for looped in over for one in _members(looped)):
                pairs = (
                    zip(target.elts, member.elts, strict=False)
                    if isinstance(target, ast.Tuple) and isinstance(member, ast.Tuple)
                    else [(target.elts[0] if isinstance(target, ast.Tuple) else target, member)]
                )
                for part, value in pairs:
                    if isinstance(part, ast.Name):
                        found.setdefault(part.id, []).append(value)
    return found


def _members(node: ast.expr) -> Sequence[ast.expr]:
    return node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]


def _assigned_names(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {one.id for one in targets if isinstance(one, ast.Name)}


def _is_super_init(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "__init__" and _name(node.func.value) == "super"


def _elements(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the members of a list, of both branches of a choice, of what is unpacked in it."""
    parts: Sequence[ast.expr] = ()
    if isinstance(node, (ast.List, ast.Tuple)):
        parts = node.elts
    elif isinstance(node, ast.Starred):
        parts = [node.value]
    elif isinstance(node, ast.BinOp):
        parts = [node.left, node.right]
    elif isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    else:
        yield node
    for one in parts:
        yield from _elements(one)


def _strings(node: ast.expr) -> Iterator[str]:
    """Yield every text in a table, keys left out."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.Dict):
        for one in node.values:
            yield from _strings(one)
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for one in node.elts:
            yield from _strings(one)
    elif isinstance(node, ast.Call) and _name(node.func) in {"MappingProxyType", "Sentence"} and node.args:
        yield from _strings(node.args[0])


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _makes_command(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _name(node.func) in {"command", "group"}


def _click_ids() -> Ids:
    """Give click's own message ids: what it says of wrong usage, and the words of its help."""
    found: Ids = {}
    for module in modules(Path(click.__file__).parent):
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if _name(node.func) in {"_", "gettext"} and texts:
                found.setdefault(texts[0], None)
            elif _name(node.func) == "ngettext" and len(texts) == 2:
                found[texts[0]] = texts[1]
    return found


def read(path: Path) -> dict[str, str]:
    """Read a .po file: each message id that has a translation, with it."""
    with path.open("rb") as stream:
        entries = read_po(stream, locale="zh", ignore_obsolete=True)
    found = {}
    for entry in entries:
        one, text = entry.id, entry.string
        one, text = (one if isinstance(one, str) else one[0]), (text if isinstance(text, str) else text[0])
        if one and text:
            found[one] = text
    return found


def po_text(ids: Ids, chinese: Mapping[str, str]) -> str:
    """Write a .po file: sorted, without the places in the code, so that it changes only when a sentence does."""
    parts = [f'msgid ""\nmsgstr ""\n{_quoted_lines(HEADER)}']
    for one, plural in sorted(ids.items()):
        text = chinese.get(one, "")
        if plural is None:
            parts.append(f"msgid {_quoted(one)}\nmsgstr {_quoted(text)}\n")
        else:
            parts.append(f"msgid {_quoted(one)}\nmsgid_plural {_quoted(plural)}\nmsgstr[0] {_quoted(text)}\n")
    return "\n".join(parts)


def mo_bytes(ids: Ids, chinese: Mapping[str, str]) -> bytes:
    """Compile what gettext reads (source: the GNU gettext manual, "The Format of GNU MO Files", without hash table)."""
    pairs = {"": HEADER}
    for one, plural in ids.items():
        if chinese.get(one):
            pairs[one if plural is None else f"{one}\0{plural}"] = chinese[one]
    entries = sorted((one.encode(), text.encode()) for one, text in pairs.items())
    count, begin = len(entries), 28
    texts_at = begin + 16 * count
    tables: list[bytes] = []
    body = bytearray()
    for column in (0, 1):
        for entry in entries:
            tables.append(struct.pack("<2I", len(entry[column]), texts_at + len(body)))
            body += entry[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, begin, begin + 8 * count, 0, texts_at)
    return head + b"".join(tables) + bytes(body)


def _quoted(text: str) -> str:
    if "\n" in text.rstrip("\n"):
        return '""\n' + _quoted_lines(text).rstrip("\n")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def _quoted_lines(text: str) -> str:
    return "".join(f"{_quoted(line)}\n" for line in text.splitlines(keepends=True))


def bring_up_to_date(extra: Iterable[Path]) -> list[str]:
    """Write the .po and the .mo from the code, the translations kept so far and those in *extra*.

    Returns:
        The message ids that have no Chinese yet.
    """
    ids = message_ids()
    chinese = read(PO) if PO.exists() else {}
    for path in extra:
        chinese |= read(path)
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_text(po_text(ids, chinese), encoding="utf-8", newline="\n")
    MO.write_bytes(mo_bytes(ids, chinese))
    return [one for one in sorted(ids) if not chinese.get(one)]


def main(files: Sequence[str]) -> int:
    """Bring the catalogue up to date and print what has no Chinese yet."""
    missing = bring_up_to_date(map(Path, files))
    for one in missing:
        print(f"no Chinese yet: {one}")
    print(f"{len(message_ids())} sentences, {len(missing)} without Chinese")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
