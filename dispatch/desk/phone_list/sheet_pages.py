"""A phone sheet as it is printed (HTML in large type, A4) and as a spreadsheet opens it (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.phone_list.sheet_rows import Row, Sheet
from dispatch.desk.sheets.cells import harmless
from dispatch.errors import Refused
from dispatch.i18n import Language, Sentence, say, sentence
from dispatch.model.message import MessageKind

_OFFER_BOXES: Final = (
    ("a", Sentence("yes")),
    ("d", Sentence("no")),
    ("n", Sentence("no answer")),
    ("x", Sentence("wrong no.")),
)
_NOTICE_BOXES: Final = (
    ("a", Sentence("told")),
    ("n", Sentence("no answer")),
    ("x", Sentence("wrong no.")),
)
_FACES: Final = (("5", Sentence("good")), ("3", Sentence("fair")), ("1", Sentence("poor")))

_OVER: Final = Sentence("over: do not ring")

_HEADS: Final = (
    Sentence("row"),
    Sentence("whom to ring"),
    Sentence("what to say"),
    Sentence("what came of it"),
)

_COLUMNS: Final[tuple[tuple[Sentence, Callable[[Row], str | int | Sentence]], ...]] = (
    (Sentence("row"), lambda row: row.two_digits),
    (Sentence("result"), lambda row: _OVER if row.is_over else ""),
    (Sentence("name"), lambda row: row.name),
    (Sentence("pinyin"), lambda row: row.pinyin),
    (Sentence("phone"), lambda row: row.phone),
    (Sentence("call"), lambda row: row.purpose),
    (Sentence("what"), lambda row: row.what),
    (Sentence("where"), lambda row: row.where),
    (Sentence("when"), lambda row: row.when),
    (Sentence("minutes"), lambda row: row.minutes),
    (Sentence("terms"), lambda row: row.paid),
    (Sentence("answer by"), lambda row: row.answer_by),
    (Sentence("note"), lambda row: row.note),
    (Sentence("request"), lambda row: row.number),
    (Sentence("code"), lambda row: row.code),
)

_STYLE: Final = """
@page { size: A4 landscape; margin: 10mm 11mm 12mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 10pt sans-serif; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 275mm; color: #000; background: #fff; font-size: 14pt; line-height: 1.3;
  font-family: "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei",
    "WenQuanYi Zen Hei", "SimHei", sans-serif; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
thead { display: table-header-group; }
tr { break-inside: avoid; page-break-inside: avoid; }
th, td { text-align: left; vertical-align: top; padding: 2mm 2mm 1.6mm; overflow-wrap: anywhere; }
.title th { padding: 0 0 2.5mm; font-weight: normal; border-bottom: 0.7mm solid #000; }
.title .line { display: flex; justify-content: space-between; align-items: baseline; gap: 6mm; }
.title b { font-size: 23pt; line-height: 1.15; margin-right: 5mm; }
.title u { text-decoration: none; display: inline-block; min-width: 32mm; border-bottom: 0.3mm solid #000; }
.heads th { font-size: 11pt; font-weight: normal; padding: 1.2mm 2mm; border-bottom: 0.3mm solid #000; }
tbody td { border-bottom: 0.3mm solid #000; }
col.no { width: 18mm; } col.who { width: 59mm; } col.result { width: 80mm; }
.no b { display: block; font-size: 24pt; line-height: 1; font-variant-numeric: tabular-nums; }
.small { font-size: 11pt; }
.name, .need { display: block; font-size: 17pt; font-weight: bold; line-height: 1.2; }
.pinyin { font-size: 11.5pt; font-weight: normal; color: #555; margin-left: 2.5mm; }
.phone { display: block; font-size: 17pt; line-height: 1.3; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.terms { display: block; }
.terms span { display: inline-block; margin-right: 4mm; }
.told { font-size: 15pt; }
.tag { display: inline-block; font-size: 11pt; font-weight: bold; padding: 0 1.6mm; margin-right: 1.5mm;
  border: 0.35mm solid #000; border-radius: 1mm; vertical-align: 1.5pt; }
.urgent .no { border-left: 2.2mm solid #000; }
.boxes { display: grid; grid-template-columns: 1fr 1fr; gap: 1.8mm 2mm; }
.faces { display: flex; gap: 2.5mm; padding-top: 1.8mm; }
.boxes span, .faces span { display: flex; align-items: center; gap: 1.4mm; white-space: nowrap; }
i { flex: none; width: 6mm; height: 6mm; border: 0.45mm solid #000; font-size: 0; }
small { font-size: 11pt; }
.write { display: block; height: 5.2mm; border-bottom: 0.2mm dotted #000; font-size: 11pt; }
.over td { color: #777; } .over .what, .over .who { text-decoration: line-through; }
.foot { margin: 3mm 0 0; padding-left: 1.2mm; font-size: 12pt; break-inside: avoid; }
.foot p { margin: 0 0 1mm; }
code { font-family: "DejaVu Sans Mono", Consolas, monospace; margin-right: 6mm; }
@media screen { body { padding: 8mm; } }
"""


def render(sheet: Sheet, kind: str) -> str:
    """Return a sheet as text in the format *kind*: "html" or "csv".

    Raises:
        Refused: It is another one.
    """
    if kind not in _RENDERED:
        raise Refused(
            "a phone list cannot be written as {kind}",
            kind=kind,
            hint="as one of: {kinds}; a browser prints the html, or saves it as PDF",
            kinds=tuple(_RENDERED),
        )
    return _RENDERED[kind](sheet)


def as_html(sheet: Sheet) -> str:
    """Return a page that stands alone: large type, one call a row, boxes to tick, a title on every page."""
    language = sheet.language
    rows = "\n".join(_row(row, language) for row in sheet.rows)
    title = _title(sheet)
    body = (
        _table(sheet, title, rows)
        if sheet.rows
        else f"<p>{_t(Sentence('there is nobody to ring'), language)}</p>"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)} · {escape(_name(sheet))}</title>\n"
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def as_csv(sheet: Sheet) -> str:
    """Return the calls as CSV that Excel opens in Chinese too: a byte order mark first, no cell a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([say(heading, sheet.language) for heading, _ in _COLUMNS])
    for row in sheet.rows:
        writer.writerow([harmless(_said(cell(row), sheet.language)) for _, cell in _COLUMNS])
    return "\ufeff" + out.getvalue()


_RENDERED: Final[Mapping[str, Callable[[Sheet], str]]] = {"html": as_html, "csv": as_csv}


def _table(sheet: Sheet, title: str, rows: str) -> str:
    language = sheet.language
    printed = on_the_wall(sheet.printed_at, sheet.community.zone)
    calls = say(sentence("{count} calls", count=sum(not row.is_over for row in sheet.rows)), language)
    facts = f"{_name(sheet)} · {printed:%Y-%m-%d %H:%M} · {calls}"
    hand_to = say(sentence("then hand to: {name}", name=sheet.hand_to), language)
    rung_by = f"{_t(Sentence('rung by:'), language)} <u></u>"
    line = (
        f'<div class="line"><span><b>{escape(title)}</b>{escape(facts)}</span>'
        f"<span>{rung_by} &nbsp; {escape(hand_to)}</span></div>"
    )
    heads = "".join(f"<th>{_t(head, language)}</th>" for head in _HEADS)
    return (
        '<table>\n<colgroup><col class="no"><col class="who"><col><col class="result"></colgroup>\n<thead>\n'
        f'<tr class="title"><th colspan="4">{line}</th></tr>\n'
        f'<tr class="heads">{heads}</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n{_foot(sheet)}'
    )


def _foot(sheet: Sheet) -> str:
    language = sheet.language
    live = [row for row in sheet.rows if not row.is_over] or list(sheet.rows)
    example = ", ".join(
        f"{row.two_digits} {letter}" for row, letter in zip(live, ("a", "n", "x"), strict=False)
    )
    commands = [f'dispatch reply --sheet {sheet.number} "{example}"']
    commands += [f"dispatch rate {row.number} 5" for row in live if row.kind == MessageKind.DONE.value][:1]
    shown = "".join(f"<code>{escape(command)}</code>" for command in commands)
    shred = Sentence("There are names and phones on this sheet: shred it when it is keyed back.")
    return (
        f'<div class="foot"><p>{_t(Sentence("To key it back:"), language)} {shown}</p>'
        f"<p>{_t(shred, language)}</p></div>"
    )


def _row(row: Row, language: Language) -> str:
    marks = [name for name, holds in (("urgent", row.is_urgent), ("over", row.is_over)) if holds]
    number = say(sentence("no. {number}", number=row.number), language)
    return (
        f'<tr class="{" ".join(marks)}">'
        f'<td class="no"><b>{row.two_digits}</b><span class="small">{escape(number)}</span></td>'
        f'<td class="who">{_who(row, language)}</td><td class="what">{_what(row, language)}</td>'
        f"<td>{_result(row, language)}</td></tr>"
    )


def _who(row: Row, language: Language) -> str:
    said = f'<span class="pinyin">{escape(row.pinyin)}</span>' if row.pinyin else ""
    parts = [
        f'<span class="name">{escape(row.name)}{said}</span>',
        f'<span class="phone">{escape(row.phone)}</span>',
    ]
    if row.note:
        parts.append(f'<span class="small">{_t(Sentence("note"), language)}: {escape(row.note)}</span>')
    return "".join(parts)


def _what(row: Row, language: Language) -> str:
    if not row.is_question:
        return f'<span class="tag">{escape(row.purpose)}</span><span class="told">{escape(row.what)}</span>'
    urgent = f'<span class="tag">{_t(Sentence("urgent"), language)}</span>' if row.is_urgent else ""
    length = say(sentence("about {minutes} min", minutes=row.minutes), language)
    by = say(sentence("answer by {clock}", clock=row.answer_by), language)
    lines = ((row.where, row.when), (length, row.paid, by))
    terms = "".join(
        '<span class="terms">' + "".join(f"<span>{escape(term)}</span>" for term in line) + "</span>"
        for line in lines
    )
    return f'<span class="need">{urgent}{escape(row.what)}</span>{terms}'


def _result(row: Row, language: Language) -> str:
    if row.is_over:
        return f"<b>{_t(_OVER, language)}</b>"
    boxes = f'<div class="boxes">{_boxes(_OFFER_BOXES if row.is_question else _NOTICE_BOXES, language)}</div>'
    if row.kind == MessageKind.DONE.value:
        return f'{boxes}<div class="faces">{_boxes(_FACES, language)}</div>'
    before = ""
    if row.unreached:
        before = escape(say(sentence("not reached {times} times before", times=row.unreached), language))
    return f'{boxes}<span class="write">{before}</span>'


def _boxes(choices: Iterable[tuple[str, Sentence]], language: Language) -> str:
    return "".join(
        f"<span><i>☐</i>{_t(label, language)}<small>{letter}</small></span>" for letter, label in choices
    )


def _title(sheet: Sheet) -> str:
    if sheet.number is None:
        return say(sentence("Phone list"), sheet.language)
    return say(sentence("Phone list no. {sheet}", sheet=sheet.number), sheet.language)


def _name(sheet: Sheet) -> str:
    return sheet.community.name_zh if sheet.language == "zh" else sheet.community.name_en


def _said(cell: str | int | Sentence, language: Language) -> str:
    return say(cell, language) if isinstance(cell, Sentence) else str(cell)


def _t(what: Sentence, language: Language) -> str:
    return escape(say(what, language))
