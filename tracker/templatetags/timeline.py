"""The rows of the timeline as markup: names beside the chart, and the table of the same data.

Made here and not in a template: a page has a hundred and forty of them with a dozen values each, and a template takes
longer over looking these up than everything else on the page together. All text is escaped.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tracker.templatetags.components import distribution, light

register = template.Library()

GROUPS = {"programme", "project"}
ARROW = '<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M3 1.5 7.5 5 3 8.5z"/></svg>'


@register.simple_tag
def timeline_names(entries: Iterable[Any]) -> SafeString:
    """The list beside a sheet of the chart: what folds a row, its name, its distribution, its light."""
    fold = escape(_("Fold or unfold"))
    return mark_safe("".join(_name(entry.row, entry.toggle, fold) for entry in entries))  # escaped piece by piece


def _name(row: Any, toggle: str, fold: str) -> str:
    code, name = escape(row.code), escape(row.name)
    leaf = row.kind not in GROUPS
    pieces = [f'<li class="{"milestone" if leaf else escape(row.kind)}" id="r-{code}">']
    if toggle:
        pieces.append(
            f'<a class="fold" href="{escape(toggle)}#r-{code}" hx-boost="true"'
            f' aria-expanded="{"true" if row.unfolded else "false"}" aria-label="{fold} {name}">{ARROW}</a>'
        )
    if row.ledger:
        pieces.append(f'<small class="ledger">{escape(row.ledger)}</small>')
    pieces.append(f'<span class="name"><a href="{escape(row.url)}">{name}</a>')
    if leaf and row.label:
        pieces.append(f' <small class="phone">{escape(row.brief or row.label)}</small>')
    pieces.append("</span>")
    if not leaf and row.total:
        pieces.append(f'<small class="num quiet">{row.total}</small>{distribution(row.parts, 8)}')
    pieces.append(f"{light(colour=row.colour, word=row.word) if row.word else ''}</li>")
    return "".join(pieces)


@register.simple_tag
def timeline_table(rows: Iterable[Any], *, networked: bool, lawful: bool) -> SafeString:
    """The rows of the table that holds the chart's data; `networked` adds how long something can wait, `lawful` the
    lawful periods.
    """
    none, assumed = escape(_("no date stated")), escape(_("assumed year"))
    made = (_cells(row, networked, lawful, none, f' <span class="assumed">{assumed}</span>') for row in rows)
    return mark_safe("".join(made))  # escaped piece by piece


def _beside(row: Any) -> str:
    """The ledger a line comes from, or the tender packages a milestone is a step of."""
    held = row.ledger or row.package
    return f'<br><small class="quiet">{escape(held)}</small>' if held else ""


def _cells(row: Any, networked: bool, lawful: bool, none: str, assumed: str) -> str:
    due = escape(row.due) or ("" if row.kind in GROUPS and not row.total else none)
    texts = [row.first_text, row.forecast_text, row.actual_text]
    pieces = [
        f'<tr><th scope="row"><a href="{escape(row.url)}">{escape(row.name)}</a>{_beside(row)}</th>',
        f"<td>{due}{assumed if row.assumed else ''}</td>",
        *(f"<td>{escape(text)}</td>" for text in texts),
        f'<td class="nowrap">{escape(row.word)}</td><td>{escape(row.reason)}</td><td>{escape(row.source)}</td>',
    ]
    if networked:
        pieces.append(_lines([row.network.text, *row.network.lines] if row.network else []))
    if lawful:
        pieces.append(_lines(one.text for one in row.laws))
    return "".join([*pieces, "</tr>"])


def _lines(texts: Iterable[str]) -> str:
    return f"<td>{'<br>'.join(map(escape, texts))}</td>"
