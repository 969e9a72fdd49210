"""A phone sheet as a page that a browser prints: HTML in large type, A4."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from dispatch.desk.phone_list import sheet_words as words
from dispatch.desk.phone_list.sheet_rows import Row, Sheet
from dispatch.i18n import Language, Sentence, say

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
.pinyin { font-size: 11.5pt; font-weight: normal; color: #555; display: inline-block; }
.phone { display: block; font-size: 17pt; line-height: 1.3; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.note { display: block; font-size: 13pt; }
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


def as_html(sheet: Sheet) -> str:
    """Return a page that stands alone: large type, one call a row, boxes to tick, a title on every page."""
    language = sheet.language
    title = words.title_of(sheet)
    body = _table(sheet, title) if sheet.rows else f"<p>{_t(words.NOBODY, language)}</p>"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)} · {escape(words.community_name(sheet))}</title>\n"
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _table(sheet: Sheet, title: str) -> str:
    language = sheet.language
    rows = "\n".join(_row(row, language) for row in sheet.rows)
    rung_by = f"{_t(words.RUNG_BY, language)} <u></u>"
    line = (
        f'<div class="line"><span><b>{escape(title)}</b>{escape(words.facts_of(sheet))}</span>'
        f"<span>{rung_by} &nbsp; {escape(words.hand_to(sheet))}</span></div>"
    )
    heads = "".join(f"<th>{_t(head, language)}</th>" for head in words.HEADS)
    return (
        '<table>\n<colgroup><col class="no"><col class="who"><col><col class="result"></colgroup>\n<thead>\n'
        f'<tr class="title"><th colspan="4">{line}</th></tr>\n'
        f'<tr class="heads">{heads}</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n{_foot(sheet)}'
    )


def _foot(sheet: Sheet) -> str:
    shown = "".join(f"<code>{escape(command)}</code>" for command in words.commands_of(sheet))
    return (
        f'<div class="foot"><p>{_t(words.KEY_IT_BACK, sheet.language)} {shown}</p>'
        f"<p>{_t(words.SHRED, sheet.language)}</p></div>"
    )


def _row(row: Row, language: Language) -> str:
    marks = [name for name, holds in (("urgent", row.is_urgent), ("over", row.is_over)) if holds]
    number = escape(words.number_of(row, language))
    return (
        f'<tr class="{" ".join(marks)}">'
        f'<td class="no"><b>{row.two_digits}</b><span class="small">{number}</span></td>'
        f'<td class="who">{_who(row, language)}</td><td class="what">{_what(row, language)}</td>'
        f"<td>{_result(row, language)}</td></tr>"
    )


def _who(row: Row, language: Language) -> str:
    said = f' <span class="pinyin">{escape(row.pinyin)}</span>' if row.pinyin else ""
    parts = [
        f'<span class="name">{escape(row.name)}{said}</span>',
        f'<span class="phone">{escape(row.phone)}</span>',
    ]
    if row.note:
        parts.append(f'<span class="note">{_t(words.note_of(row), language)}</span>')
    return "".join(parts)


def _what(row: Row, language: Language) -> str:
    if not row.is_question:
        return f'<span class="tag">{escape(row.purpose)}</span><span class="told">{escape(row.what)}</span>'
    urgent = f'<span class="tag">{_t(words.URGENT, language)}</span>' if row.is_urgent else ""
    terms = "".join(
        '<span class="terms">' + "".join(f"<span>{escape(term)}</span>" for term in line) + "</span>"
        for line in words.terms_of_row(row, language)
    )
    return f'<span class="need">{urgent}{escape(row.what)}</span>{terms}'


def _result(row: Row, language: Language) -> str:
    if row.is_over:
        return f"<b>{_t(words.OVER, language)}</b>"
    boxes = f'<div class="boxes">{_boxes(words.boxes_of(row), language)}</div>'
    faces = words.faces_of(row)
    if faces:
        return f'{boxes}<div class="faces">{_boxes(faces, language)}</div>'
    return f'{boxes}<span class="write">{escape(words.unreached_before(row, language))}</span>'


def _boxes(choices: Iterable[words.Box], language: Language) -> str:
    return "".join(
        f"<span><i>☐</i>{_t(label, language)}<small>{letter}</small></span>" for letter, label in choices
    )


def _t(what: Sentence, language: Language) -> str:
    return escape(say(what, language))
