"""The day's mail: plain text in the reader's language, the most urgent first, every line with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.queries.notices import NoticeRow

LINES = 40
"""Notices written out; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail."""

    subject: str
    body: str


def letter(name: str, rows: Sequence[NoticeRow], *, total: int, site: str) -> Letter:
    """The mail that tells somebody of these notices, `total` in all; `site` is the address before every path."""
    count = {"count": total}
    lines = [
        _("%(name)s,") % {"name": name},
        "",
        ngettext("there is %(count)s new notice for you.", "there are %(count)s new notices for you.", total) % count,
        "",
    ]
    for row in rows[:LINES]:
        title = " ".join(row.title.split())
        lines += [
            _("[%(kind)s] %(title)s") % {"kind": row.kind, "title": title},
            f"  {row.text}",
            "  " + _("Why you: %(why)s") % {"why": row.why},
            f"  {site}{row.url}",
            "",
        ]
    page = f"{site}/me/notices/"
    if total > len(rows[:LINES]):
        lines += [_("All of them: %(page)s") % {"page": page}, ""]
    lines += ["--", _("What is mailed to you, and whether: %(page)s") % {"page": f"{page}#settings"}]
    subject = ngettext("Guatu: %(count)s notice", "Guatu: %(count)s notices", total) % count
    return Letter(subject, "\n".join(lines) + "\n")
