"""Sources: the documents, what each states and withholds, and the trail of one figure."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker import words
from tracker.exports import sources as export
from tracker.permissions import Permission
from tracker.queries import sources as queries
from tracker.tables.sources import BlankFilter, CitationFilter
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.downloads import list_file, wants_file
from tracker.views.edge import found_or_404, guarded, now_moment, reach

BLANKS_A_PAGE = 100


@require_safe
@guarded(Permission.READ)
def sources(request: HttpRequest) -> HttpResponseBase:
    """The documents in reach."""
    rows = queries.sources_page(reach=reach(request), language=words.language())
    return render(request, "sources/list.html", {"rows": rows})


@require_safe
@guarded(Permission.READ)
def source(request: HttpRequest, code: str) -> HttpResponseBase:
    """One document with its citations in their order."""
    reached = reach(request)
    found = CitationFilter(request.GET, queries.found_citations(reach=reached, code=code))
    if wants_file(request):
        rows = map(export.row, found.qs.iterator(chunk_size=500))
        title = _("Citations of document %(code)s") % {"code": code}
        return list_file(request, "citations", export.COLUMNS, rows, title=title, form=found.form)
    page = queries.source_page(code=code, rows=found.qs, reach=reached, language=words.language())
    return render(request, "sources/detail.html", {"page": found_or_404(page), "filter": found})


@require_safe
@guarded(Permission.READ)
def blanks(request: HttpRequest) -> HttpResponseBase:
    """Everything the documents withhold."""
    reached, language = reach(request), words.language()
    documents = [
        (row.code, f"{row.code} {row.title}") for row in queries.sources_page(reach=reached, language=language)
    ]
    found = BlankFilter(request.GET, queries.blanks(reach=reached), documents=documents)
    if wants_file(request):
        withheld = map(export.row, found.qs.iterator(chunk_size=500))
        return list_file(request, "blanks", export.COLUMNS, withheld, title=_("Blanks"), form=found.form)
    page = Paginator(found.qs, BLANKS_A_PAGE).get_page(request.GET.get("page", "1")[:9])
    rows = [queries.blank_row(row, language=language) for row in page.object_list]
    return render(request, "sources/blanks.html", {"page": page, "rows": rows, "filter": found})


@require_safe
@guarded(Permission.READ)
def citation(request: HttpRequest, code: str) -> HttpResponseBase:
    """The trail of one figure."""
    known = now_moment().known
    page = queries.citation_page(code=code, reach=reach(request), known=known, language=words.language())
    return render(request, "sources/citation.html", {"page": found_or_404(page)})


urlpatterns = [
    path("sources/", sources, name="sources"),
    path("sources/blanks/", blanks, name="blanks"),
    path("sources/<code:code>/", source, name="source"),
    path("citations/<code:code>/", citation, name="citation"),
]
