"""Files to download: CSV written while it is sent, Excel written to a file that is then sent."""

from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from tracker import words
from tracker.exports import csv, xlsx
from tracker.queries.simulation import simulated_loaded
from tracker.views.edge import now_moment, person, today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def wants_file(request: HttpRequest) -> bool:
    """Whether the address asks for the list as a file."""
    return request.GET.get("_export") in ("csv", "xlsx")


def list_file(
    request: HttpRequest,
    name: str,
    columns: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
    form: forms.BaseForm | None = None,
) -> HttpResponseBase:
    """The list as the file the address asks for; `form` holds the filters, which an Excel file says in words."""
    if request.GET.get("_export") == "xlsx":
        return xlsx_file(name, head_of(request, title, form), columns, rows)
    return csv_file(name, columns, rows)


def csv_file(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """`name`.csv of rows that are read as they are sent, in the language the request had."""
    pieces = _in_language(translation.get_language() or "zh-hans", csv.stream(header, rows))
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_file(name: str, head: xlsx.Head, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """`name`.xlsx of rows that are read as they are written to a temporary file."""
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    xlsx.write(file, head, columns, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def head_of(request: HttpRequest, title: str, form: forms.BaseForm | None) -> xlsx.Head:
    """What stands above the table: the filters in words, the day it speaks of, who took it out and when."""
    said = {"person": person(request).username, "time": words.instant(now_moment().known)}
    lines = [
        _("Filter: %(filters)s") % {"filters": _("; ").join(filters_in_words(form)) or _("none")},
        _("As of %(day)s") % {"day": words.day(today())},
        _("Exported by %(person)s, %(time)s") % said,
    ]
    if simulated_loaded():
        lines.append(_("Simulated data is loaded: these are not real reports."))
    return xlsx.Head(title, tuple(lines))


def filters_in_words(form: forms.BaseForm | None) -> Iterator[str]:
    """Each filter that narrows the list, as its label and what was chosen."""
    if form is None or not form.is_bound:
        return
    form.is_valid()
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value not in (None, "", []):
            yield _("%(label)s: %(value)s") % {"label": field.label or name, "value": _chosen(field, value)}


def _chosen(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        for code, label in choices:
            held = label if isinstance(label, list | tuple) else [(code, label)]
            for one, text in held:
                if str(one) == str(value):
                    return str(text)
    return words.day(value) if hasattr(value, "year") else str(value)


def _in_language(language: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, each made in that language: they are made after the middleware has put the language back."""
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
