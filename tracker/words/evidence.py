"""How large a file is, and why one is not taken, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker import words
from tracker.domain.evidence import FILE_BYTES, FILES, MEGABYTE, REQUEST_BYTES

LIMITS = {
    "file_too_large": {"limit": FILE_BYTES // MEGABYTE},
    "files_too_large_together": {"limit": REQUEST_BYTES // MEGABYTE},
    "files_too_many": {"limit": FILES},
}


def size(count: int) -> str:
    """So many bytes in KB or MB, as file managers show them."""
    if count < MEGABYTE:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / MEGABYTE:.1f} MB"


def told(piece: Mapping[str, Any]) -> str:
    """One piece of evidence as the history names it: a file with its size, a citation by its code."""
    return f"{piece['name']} ({size(piece['size']) if 'size' in piece else piece['citation']})"


def counted(number: int) -> str:
    """How many pieces of evidence, in words; '' for none."""
    return (
        ngettext("%(count)s piece of evidence", "%(count)s pieces of evidence", number) % {"count": number}
        if number
        else ""
    )


def not_taken(name: str, code: str) -> str:
    """Why a file was refused, with its name; what is about all files together names none."""
    sentence = words.refusal(code, LIMITS.get(code))
    if not name or code.startswith("files_"):
        return sentence
    shown = "".join(sign for sign in name if sign.isprintable())[:80]  # nothing that turns the direction of writing
    return _("%(name)s: %(sentence)s") % {"name": shown, "sentence": sentence}
