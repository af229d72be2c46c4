"""The design system's tags: light, distribution bar, bullet, curve, source mark, form field, query string.

Every tag returns markup built with ``format_html``: what comes from outside is escaped, nothing carries a ``style``
attribute or a script, and every drawing has its words in an ``aria-label`` (a screen reader hears what the eye sees).
Figures are formatted in Python with a point as decimal mark, whatever the reader's language: SVG knows no other.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import quote

from django import template
from django.forms import BoundField, CheckboxInput
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

#: Colours of a light in the order in which a bar shows them, each with its shape in a 10 × 10 box.
SHAPES: dict[str, str] = {
    "red": '<path d="M5 0 10 5 5 10 0 5z"/>',
    "amber": '<path d="M5 .5 10 9.5H0z"/>',
    "green": '<circle cx="5" cy="5" r="4.6"/>',
    "done": '<path class="stroke" d="M1 5.5 4 8.5 9.2 1.8"/>',
    "later": '<circle class="stroke" cx="5" cy="5" r="3.8"/>',
    "blank": '<rect class="stroke" x="1.2" y="1.2" width="7.6" height="7.6"/>',
}
#: Below this many marks a list of plain numbers draws no line.
_MIN_POINTS = 2

Number: TypeAlias = int | float | Decimal


def _colour(name: object) -> str:
    """One of SHAPES; ``grey`` is the older word for ``blank``. An unknown colour is a programming error: ValueError."""
    colour = "blank" if name == "grey" else str(name)
    if colour not in SHAPES:
        raise ValueError(f"no such light: {name!r}; one of {', '.join(SHAPES)}")
    return colour


def _shape(colour: str) -> SafeString:
    return mark_safe(f'<svg viewBox="0 0 10 10" aria-hidden="true">{SHAPES[colour]}</svg>')  # constants only


def _percent(value: float) -> str:
    return f"{value:.2f}%"


@lru_cache(maxsize=1024)
def _badge(colour: str, word: str) -> SafeString:
    """A light; a list prints hundreds of the same dozen."""
    return format_html('<span class="light {}">{}{}</span>', colour, _shape(colour), word)


@register.simple_tag
def light(reading: Any = None, *, colour: str = "", word: str = "", why: bool = False) -> SafeString:
    """A light as shape and word: ``{% light reading %}`` or ``{% light colour="red" word=text %}``.

    A reading has ``colour``, ``word`` and, with ``why=True``, ``reason`` (one sentence, shown beneath the word).
    """
    chosen = _colour(colour or reading.colour)
    badge = _badge(chosen, str(word or reading.word))
    reason = getattr(reading, "reason", "") if why else ""
    return format_html('{} <span class="why">{}</span>', badge, reason) if reason else badge


def _parts(counts: Iterable[Any]) -> list[tuple[str, str, int, str]]:
    """(colour, word, count, url) of each part; accepts tuples of three or four, or objects with these names."""
    parts = []
    for item in counts:
        if isinstance(item, tuple | list):
            colour, word, count, *rest = item
            url = rest[0] if rest else ""
        else:
            colour, word, count, url = item.colour, item.word, item.count, getattr(item, "url", "")
        parts.append((_colour(colour), str(word), int(count), str(url or "")))
    return parts


def _widths(counts: Sequence[int], least: float = 1.2) -> list[float]:
    """Widths in per cent that add up to 100: a part that exists stays visible, the others give way."""
    total = sum(counts)
    if not total:
        return [0.0 for _count in counts]
    raw = [100 * count / total for count in counts]
    small = sum(least for width in raw if 0 < width < least)
    large = sum(width for width in raw if width >= least)
    return [0.0 if not width else least if width < least else width * (100 - small) / large for width in raw]


@register.simple_tag
def distribution(counts: Iterable[Any], height: int = 10, *, numbers: bool = False, label: str = "") -> SafeString:
    """A bar of states; ``counts`` lists (colour, word, count) in the order to show; ``height`` in px.

    With ``numbers`` a part wide enough for its figure carries it. Red is hatched, so grey print tells it apart.
    """
    parts = _parts(counts)
    widths = _widths([count for _c, _w, count, _u in parts])
    pieces, x = [], 0.0
    for (colour, _word, count, _url), width in zip(parts, widths, strict=True):
        if not count:
            continue
        # Numbers and the name of a colour of ours: nothing to escape, and pages print hundreds of these.
        box = f'x="{x:.2f}%" width="{max(width - 0.25, 0.4):.2f}%" height="{int(height)}"'
        pieces.append(f'<rect class="{colour}" {box}/>')
        if colour == "red":
            pieces.append(f'<rect class="hatch" {box}/>')
        if numbers and width > 1.5 + 2.6 * len(str(count)):
            place = f'x="{x + width / 2:.2f}%" y="{height / 2 + 4.5:.1f}"'
            pieces.append(f'<text class="{colour}" {place}>{count:d}</text>')
        x += width
    words = label or _("; ").join(f"{word} {count}" for _c, word, count, _u in parts if count) or _("Nothing to show")
    body = mark_safe("".join(pieces))  # made of our own constants and numbers only
    return format_html('<svg class="dist" height="{}" role="img" aria-label="{}">{}</svg>', height, words, body)


@register.simple_tag
def distribution_legend(counts: Iterable[Any], *, empty: bool = True) -> SafeString:
    """The words and figures of a distribution beneath its bar; a part with a url is a link to the filtered list."""
    rows = []
    for colour, word, count, url in _parts(counts):
        if not count and not empty:
            continue
        hatch = mark_safe('<rect class="hatch" width="12" height="12"/>') if colour == "red" else ""
        key = format_html(
            '<svg class="dist key" width="12" height="12" aria-hidden="true">'
            '<rect class="{}" width="12" height="12"/>{}</svg>',
            colour,
            hatch,
        )
        text = format_html("{}{} <b>{}</b>", key, word, count)
        rows.append((format_html('<a href="{}">{}</a>', url, text) if url else text,))
    return format_html('<ul class="legend">{}</ul>', format_html_join("", "<li>{}</li>", rows))


def _anchor(percent: float) -> str:
    """Where a text hangs on its tick so that it never leaves the bar, however narrow the bar."""
    return "start" if percent <= 33 else "end" if percent >= 67 else "middle"


class _Scale:
    """Maps a figure between ``low`` and ``high`` to per cent of the bar, kept within the bar."""

    def __init__(self, low: Number, high: Number) -> None:
        self.low, self.high = float(low), float(high)

    def __call__(self, value: Number) -> float:
        span = self.high - self.low
        return min(100.0, max(0.0, 100 * (float(value) - self.low) / span)) if span > 0 else 0.0


@register.simple_tag
def bullet(
    now: Number | None = None,
    *,
    planned: Number | None = None,
    low: Number = 0,
    high: Number = 100,
    planned_label: str = "",
    marks: Iterable[tuple[Number, str]] = (),
    label: str = "",
    over: bool = False,
) -> SafeString:
    """A bullet bar: the track from ``low`` to ``high``, the part done, a tick at ``planned`` with its words above.

    ``marks`` are (figure, words) beneath the bar, such as 37 and 79 on a scale of 0 to 100. All figures are in one
    unit, the caller's. ``now`` None: nothing reported, drawn as an empty dashed track. ``over``: beyond its cap.
    ``label`` is the sentence a screen reader hears; without it the words on the bar are joined.
    """
    scale, marks = _Scale(low, high), list(marks)
    pieces = [mark_safe('<rect class="track" y="14" width="100%" height="16" rx="3"/>')]
    if now is not None:
        width = _percent(scale(now))
        pieces.append(format_html('<rect class="done" y="14" width="{}" height="16" rx="3"/>', width))
        if over:
            pieces.append(format_html('<rect class="hatch" y="14" width="{}" height="16" rx="3"/>', width))
    if planned is not None:
        at = scale(planned)
        tick = '<line class="halo" x1="{0}" x2="{0}" y1="14" y2="30"/><line x1="{0}" x2="{0}" y1="11" y2="33"/>'
        pieces.append(format_html(tick, _percent(at)))
        text = (_percent(at), _anchor(at), planned_label)
        pieces.append(format_html('<text x="{}" y="8" text-anchor="{}">{}</text>', *text))
    for value, words in marks:
        at = scale(value)
        pieces.append(format_html('<line class="mark" x1="{0}" x2="{0}" y1="30" y2="36"/>', _percent(at)))
        text = (_percent(at), _anchor(at), words)
        pieces.append(format_html('<text x="{}" y="48" text-anchor="{}">{}</text>', *text))
    spoken = [_("Nothing reported")] if now is None else [str(now)]
    spoken += [planned_label] if planned_label else []
    return format_html(
        '<svg class="bullet{}{}" height="{}" role="img" aria-label="{}">{}</svg>',
        " blank" if now is None else "",
        " over" if over else "",
        52 if marks else 34,
        label or _("; ").join([*spoken, *(words for _value, words in marks)]),
        mark_safe("".join(pieces)),  # every piece is a SafeString
    )


def _along(value: date | Number) -> float:
    return float(value.toordinal()) if isinstance(value, date) else float(value)


@register.simple_tag
def curve(
    actual: Sequence[tuple[date | Number, Number]],
    *,
    plan: Sequence[tuple[date | Number, Number]] = (),
    low: Number | None = None,
    high: Number | None = None,
    label: str = "",
) -> SafeString:
    """A small line chart: actual against plan, each a list of (day or number, figure) in order; no axes, no script."""
    points = [*actual, *plan]
    if len(points) < _MIN_POINTS:
        return format_html('<svg class="curve" role="img" aria-label="{}"></svg>', label or _("Nothing reported"))
    xs, ys = [_along(x) for x, _y in points], [float(y) for _x, y in points]
    across = _Scale(min(xs), max(xs))
    upward = _Scale(min(ys) if low is None else low, max(ys) if high is None else high)

    def line(kind: str, series: Sequence[tuple[date | Number, Number]]) -> SafeString:
        path = " ".join(f"{across(_along(x)):.2f},{38 - 0.36 * upward(y):.2f}" for x, y in series)
        return format_html('<polyline class="{}" points="{}"/>', kind, path) if series else SafeString("")

    return format_html(
        '<svg class="curve" viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label="{}">{}{}</svg>',
        label or _("Actual against plan"),
        line("plan", plan),
        line("actual", actual),
    )


@register.simple_tag
def cite(citation: Any) -> SafeString:
    """The mark of a source: a dotted link to the citation's page, or nothing where there is no citation.

    A citation has ``code``, ``document`` (a code, or an object with ``code``) and ``place`` (as numbered there).
    """
    if not citation:
        return SafeString("")
    document = getattr(citation.document, "code", citation.document)
    text = _("Source %(document)s %(place)s") % {"document": document, "place": citation.place}
    return format_html('<a class="src" href="/citations/{}/">{}</a>', quote(str(citation.code), safe=""), text.strip())


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, hint: str = "", label: str = "") -> dict[str, object]:
    """A form field: label, control, hint and error, tied together for a screen reader; keeps what was typed."""
    hint = hint or str(bound.help_text)
    described = [f"{bound.auto_id}_helptext"] if hint and bound.auto_id else []
    described += [f"{bound.auto_id}_error"] if bound.errors and bound.auto_id else []
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attrs),
        "label": label or bound.label,
        "hint": hint,
        "tick": isinstance(bound.field.widget, CheckboxInput),
        "group": bound.field.widget.use_fieldset,
        "id": bound.auto_id,
    }


@register.simple_tag(takes_context=True)
def keep_query(context: Context, *names: str) -> SafeString:
    """Hidden inputs that carry the named parameters of the present address through a GET form."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return SafeString("")
    pairs = [(name, value) for name in names for value in request.GET.getlist(name) if value]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> SafeString:
    """The reader's chosen theme as an attribute of the page, from its cookie: so that a page never flashes."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return format_html(' data-theme="{}"', chosen) if chosen in ("light", "dark") else SafeString("")
