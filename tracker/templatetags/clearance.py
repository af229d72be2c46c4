"""The rows of the clearance ledger as markup, as the timeline's are: a page has fifty with twenty cells each.

All text is escaped.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tracker.templatetags.components import light

register = template.Library()


@register.simple_tag
def clearance_rows(lines: Iterable[Any], *, named: bool) -> SafeString:
    """Sites as rows (`queries.relocation_lines.SiteLine`); `named` says the project of each, where no heading does."""
    waiting = f' <span class="pending">{escape(_("Waiting for review"))}</span>'
    assumed = (
        f' <span class="assumed" title="{escape(_("The document prints no year"))}">{escape(_("assumed year"))}</span>'
    )
    made = (
        f'<tr><th scope="row"><a href="{escape(line.url)}">{escape(line.name)}</a>{waiting if line.pending else ""}'
        f"<small>{escape(_beneath(line, named))}</small></th>{_cells(line.cells)}"
        f'<td class="due">{escape(line.due.meaning)}{assumed if line.due.assumed else ""}</td>'
        f"<td>{light(line.sign)}</td></tr>\n"
        for line in lines
    )
    return mark_safe("".join(made))  # escaped piece by piece


def _beneath(line: Any, named: bool) -> str:
    """What stands beneath a site's name."""
    told = [line.project[1] if named else "", line.unit, line.as_of]
    told += [_("cleared for another project") if line.on_behalf else "", _not_counted(line), line.basis]
    return " · ".join(one for one in told if one)


def _not_counted(line: Any) -> str:
    return _("not counted in the totals") if line.beside else ""


@register.simple_tag
def clearance_totals(totals: Iterable[Any]) -> SafeString:
    """Totals as rows (`queries.relocation_lines.TotalLine`)."""
    made = []
    for total in totals:
        beneath = " · ".join(one for one in (_not_counted(total), total.basis) if one)
        small = f"<small>{escape(beneath)}</small>" if beneath else ""
        head = f'<tr class="sum"><th scope="row">{escape(total.label)}{small}</th>'
        made.append(f'{head}{_cells(total.cells)}<td colspan="2"></td></tr>\n')
    return mark_safe("".join(made))  # escaped piece by piece


def _cells(cells: Iterable[tuple[str, ...]]) -> str:
    """A line of a cell for each count; a dash where only the second has one."""
    found = []
    for first, *more in cells:
        beneath = "".join(f"<small>{escape(text)}</small>" for text in more if text)
        found.append(f'<td class="num">{escape(first) or ("—" if more and more[0] else "")}{beneath}</td>')
    return "".join(found)
