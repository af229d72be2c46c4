"""Naming places of documents as evidence: looking for them, and which of them were ticked; works without scripts."""

from typing import Any

from django.http import HttpRequest

from tracker import words
from tracker.forms.evidence import EvidenceField, cited
from tracker.queries import evidence as queries
from tracker.views.edge import reach


def chosen(request: HttpRequest, row: Any, field: EvidenceField) -> tuple[int, ...]:
    """The keys of the places ticked; what was looked for is put into the field, with what cannot be named.

    Words that were typed and not looked for are looked for now: Enter in that field must send nothing.
    """
    field.words, asked = request.POST.get("cite_words", "").strip()[:60], request.POST.get("cite_asked", "")
    field.looking = "cite_find" in request.POST or field.words not in ("", asked)
    codes = cited(request.POST)
    if not codes and not field.looking:
        return ()
    who, language = reach(request), words.language()
    ticked = queries.citable(row, reach=who, language=language, codes=codes)
    field.places = [(one, True) for one in ticked]
    if field.looking:
        found = queries.citable(row, reach=who, language=language, text=field.words.replace("\x00", ""))
        field.places += [(one, False) for one in found[: queries.MOST_FOUND] if one.code not in codes]
        field.more = len(found) > queries.MOST_FOUND
    if len(ticked) < len(codes):
        field.problems.append(words.refusal("citation_unknown"))
    return tuple(one.pk for one in ticked)
