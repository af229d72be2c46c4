"""The design system: components escape what they are given, say what they draw, and keep to the content policy."""

import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tracker.templatetags import components

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "tracker" / "static" / "tracker"
EVIL = "<b onclick='x()'>\"&</b>"
ESCAPED = "&lt;b onclick=&#x27;x()&#x27;&gt;&quot;&amp;&lt;/b&gt;"


class Inline(HTMLParser):
    """Collects what the content policy forbids: style elements, style and event attributes, scripts in the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        script = tag == "script" and "src" not in names and names.get("type") != "application/json"
        if tag == "style" or script or any(name == "style" or name.startswith("on") for name in names):
            self.found.append(f"<{tag} {names}>")


def inline(drawn: str) -> list[str]:
    reader = Inline()
    reader.feed(drawn)
    return reader.found


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def render(source: str, **context: Any) -> str:
    request = context.pop("request", None)
    return engines["django"].from_string("{% load components %}" + source).render(context, request)


def counts(*numbers: int) -> list[tuple[str, str, int]]:
    return [(colour, f"word-{colour}", n) for colour, n in zip(components.SHAPES, numbers, strict=False)]


class TestLight:
    def test_has_a_shape_and_a_word(self):
        shapes = [render("{% light colour=c word='On course' %}", c=colour) for colour in components.SHAPES]
        assert all(">On course</span>" in shape and "<svg" in shape for shape in shapes)
        assert len({re.search(r"<svg.*</svg>", shape).group() for shape in shapes}) == len(components.SHAPES)  # type: ignore[union-attr]

    def test_reads_a_reading_and_explains_it_when_asked(self):
        reading = SimpleNamespace(colour="red", word=EVIL, reason=EVIL)
        assert render("{% light reading %}", reading=reading).count(ESCAPED) == 1
        assert f'<span class="why">{ESCAPED}</span>' in render("{% light reading why=True %}", reading=reading)

    def test_grey_is_blank_and_an_unknown_colour_is_refused(self):
        assert 'class="light blank"' in render("{% light colour='grey' word='x' %}")
        with pytest.raises(ValueError, match="no such light"):
            components.light(colour="pink", word="x")


class TestDistribution:
    @given(st.lists(st.integers(0, 100_000), min_size=1, max_size=6))
    def test_parts_fill_the_bar_and_none_vanishes(self, numbers: list[int]):
        drawn = components.distribution(counts(*numbers))
        boxes = re.findall(r'<rect class="(?!hatch)\w+" x="([\d.]+)%" width="([\d.]+)%"', drawn)
        assert len(boxes) == sum(1 for n in numbers if n)
        edges = [(float(x), float(x) + float(width)) for x, width in boxes]
        assert all(end <= start + 0.02 for (_s, end), (start, _e) in pairwise(edges))
        assert not edges or 99 <= edges[-1][1] <= 100.01

    def test_says_its_figures_and_hatches_red(self):
        drawn = components.distribution([("red", EVIL, 3), ("green", "fine", 0), ("done", "done", 9)], 22, numbers=True)
        assert f'aria-label="{ESCAPED} 3; done 9"' in drawn
        assert drawn.count('class="hatch"') == 1
        assert 'height="22"' in drawn
        assert ">9</text>" in drawn

    def test_legend_links_and_escapes(self):
        drawn = components.distribution_legend([("red", EVIL, 3, "/milestones/?state=a&b="), ("done", "done", 0)])
        assert f"{ESCAPED} <b>3</b>" in drawn
        assert 'href="/milestones/?state=a&amp;b="' in drawn
        assert "done" not in components.distribution_legend([("done", "finished", 0)], empty=False)

    def test_nothing_at_all_is_said_too(self):
        assert 'aria-label="Nothing to show"' in components.distribution(counts(0, 0))


class TestBullet:
    @given(st.floats(-50, 900), st.floats(0, 400), st.floats(0, 400))
    def test_stays_within_the_bar(self, now: float, planned: float, mark: float):
        drawn = components.bullet(now, planned=planned, high=400, planned_label="due", marks=[(mark, "goal")])
        assert all(0 <= float(n) <= 100 for n in re.findall(r'(?:width|x|x1|x2)="([\d.-]+)%"', drawn))
        for x, anchor in re.findall(r'<text x="([\d.]+)%" y="\d+" text-anchor="(\w+)"', drawn):
            assert anchor == ("start" if float(x) <= 33 else "end" if float(x) >= 67 else "middle")

    def test_nothing_reported_is_a_dashed_track(self):
        drawn = components.bullet(None, planned=3, planned_label=EVIL)
        assert 'class="bullet blank"' in drawn
        assert 'class="done"' not in drawn
        assert f'aria-label="Nothing reported; {ESCAPED}"' in drawn

    def test_scale_from_37_to_79_in_any_language(self):
        with translation.override("de"):
            drawn = components.bullet(48.25, low=0, high=100, marks=[(37, "37"), (79, "79")])
        assert 'width="48.25%"' in drawn
        assert 'x1="37.00%"' in drawn
        assert 'x1="79.00%"' in drawn

    def test_beyond_a_cap_and_an_empty_scale(self):
        assert 'class="bullet over"' in components.bullet(185, high=177, over=True)
        assert 'width="0.00%"' in components.bullet(1, low=5, high=5)


def test_curve_draws_both_lines_and_few_points_none():
    plan = [(date(2026, 1, 1), 0), (date(2026, 12, 31), 100)]
    drawn = components.curve([(date(2026, 1, 1), 0), (date(2026, 7, 2), 30)], plan=plan, low=0, high=100, label=EVIL)
    assert 'class="plan" points="0.00,38.00 100.00,2.00"' in drawn
    assert drawn.count("<polyline") == 2
    assert ESCAPED in drawn
    assert "polyline" not in components.curve([])


class TestCite:
    def test_links_to_the_place(self):
        citation = SimpleNamespace(code="000-0/1?", document=SimpleNamespace(code="000"), place=EVIL)
        assert components.cite(citation) == f'<a class="src" href="/citations/000-0%2F1%3F/">Source 000 {ESCAPED}</a>'

    def test_nothing_to_cite(self):
        assert components.cite(None) == ""


class SampleForm(forms.Form):
    note = forms.CharField(label=EVIL, help_text=EVIL, max_length=3)
    agreed = forms.BooleanField(label="Agreed", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput)


class OptionalForm(forms.Form):
    note = forms.CharField(required=False)


class TestField:
    def test_error_and_hint_are_tied_to_the_control_and_the_text_is_kept(self):
        form = SampleForm({"note": EVIL})
        drawn = render("{% field form.note %}", form=form)
        control = re.search(r"<input[^>]*>", drawn).group()  # type: ignore[union-attr]
        assert 'aria-describedby="id_note_helptext id_note_error"' in control
        assert 'aria-invalid="true"' in control
        assert f'value="{ESCAPED}"' in control
        assert {'id="id_note_helptext"', 'id="id_note_error"'} <= set(re.findall(r'id="id_note_\w+"', drawn))
        assert EVIL not in drawn

    def test_each_kind_has_a_name(self):
        form = SampleForm()
        assert "(optional)" in render("{% field note %}", note=OptionalForm()["note"])
        assert '<label for="id_agreed"><input type="checkbox"' in render("{% field form.agreed %}", form=form)
        assert 'role="group" aria-labelledby="id_kind_label"' in render("{% field form.kind %}", form=form)
        hidden = render("{% field form.token %}", form=form)
        assert "label" not in hidden
        assert 'type="hidden"' in hidden

    def test_a_form_as_a_whole(self):
        form = SampleForm({})
        form.add_error(None, EVIL)
        assert ESCAPED in render('{% include "components/errors.html" %}', form=form)


def test_queries_survive_a_form_and_a_page_link():
    request = RequestFactory().get("/x/", {"sort": EVIL, "q": "a", "page": "2"})
    kept = render('{% keep_query "sort" "on" %}', request=request)
    assert kept == f'<input type="hidden" name="sort" value="{ESCAPED}">'
    page = Paginator(range(60), 25).page(2)
    drawn = render('{% include "components/pagination.html" %}', request=request, page=page)
    assert "26 to 50 of 60" in drawn
    assert re.search(r'rel="next" href="\?[^"]*q=a[^"]*page=3', drawn)
    assert EVIL not in drawn


@pytest.mark.parametrize(("cookie", "attribute"), [("dark", ' data-theme="dark"'), ("auto", ""), (EVIL, "")])
def test_theme_comes_from_the_cookie(cookie: str, attribute: str):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    assert components.theme({"request": request}) == attribute  # type: ignore[arg-type]


class SampleTable(tables.Table):
    name = tables.Column(verbose_name=EVIL)
    figure = tables.Column(orderable=False, attrs={"td": {"class": "num"}})

    class Meta:
        template_name = "components/table.html"


class TestTable:
    def drawn(self, rows: list[dict[str, Any]], **query: str) -> str:
        request = RequestFactory().get("/x/", query)
        table = SampleTable(rows, order_by=query.get("sort", ""), request=request)
        table.paginate(page=int(query.get("page", 1)), per_page=2)
        return str(table.as_html(request))

    def test_cells_carry_their_heading_and_are_escaped(self):
        drawn = self.drawn([{"name": EVIL, "figure": 1}])
        assert f'data-label="{ESCAPED}"' in drawn
        assert 'data-label="Figure" class="num"' in drawn
        assert EVIL not in drawn

    def test_sorting_keeps_the_query_and_starts_at_the_first_page(self):
        drawn = self.drawn([{"name": n, "figure": n} for n in range(5)], sort="name", q="a&b", page="2")
        assert 'aria-sort="ascending"' in drawn
        sort = re.search(r'<a href="(\?[^"]*)">&lt;b', drawn).group(1)  # type: ignore[union-attr]
        assert "q=a%26b" in sort
        assert "sort=-name" in sort
        assert "3 to 4 of 5" in drawn

    def test_no_rows(self):
        assert "Nothing matches" in self.drawn([])


def test_chart_has_its_sentence_its_data_and_the_same_as_a_table():
    chart = {"id": "c1", "summary": EVIL, "label": EVIL, "figure": {"data": ["</script>"]}, "height": 200}
    drawn = render('{% include "components/chart.html" %}', chart=chart | {"columns": [EVIL], "rows": [[EVIL, 2]]})
    assert 'data-chart="c1-data"' in drawn
    assert '<script id="c1-data" type="application/json">{"data": ["\\u003C/script\\u003E"]}</script>' in drawn
    assert f'<th scope="row">{ESCAPED}</th><td>2</td>' in drawn
    assert 'height="200"' in drawn
    assert EVIL not in drawn
    assert not inline(drawn)


@pytest.mark.parametrize(
    ("source", "context"),
    [
        ("messages.html", {"messages": [SimpleNamespace(level_tag="error", __str__=EVIL)], "oob": True}),
        ("empty.html", {"text": EVIL, "url": '/"x', "action": EVIL}),
        ("tabs.html", {"tabs": [{"url": '/"x', "label": EVIL, "current": True, "count": 0}], "label": EVIL}),
        ("facts.html", {"facts": [(EVIL, EVIL), ("empty", None)]}),
        ("confirm.html", {"id": "ask", "title": EVIL, "text": EVIL, "action": EVIL}),
        ("filters.html", {"form": SampleForm(), "label": EVIL}),
    ],
)
def test_includes_escape(source: str, context: dict[str, Any]):
    drawn = render(f'{{% include "components/{source}" %}}', **context)
    assert EVIL not in drawn
    assert '"/"x"' not in drawn
    assert not inline(drawn)


PAGE = {
    "nav": [
        SimpleNamespace(url="/", label=EVIL, current=True, place="bar", phone=True, count=None),
        SimpleNamespace(url="/review/", label="Review", current=False, place="bar", phone=False, count=12),
        SimpleNamespace(url="/guide/", label="Guide", current=False, place="more", phone=False, count=None),
    ],
    "who": SimpleNamespace(name=EVIL, role="Reviewer", unit=EVIL),
    "as_of": SimpleNamespace(text=EVIL, changed=True, supported=True, on="2026-01-01", known="", keep=[("q", EVIL)]),
    "language_switch": SimpleNamespace(code="zh-hans", label="中文", next="/?a=" + EVIL),
    "simulated": True,
    "reference": "7F3A-K9C2",
}


class TestPage:
    def test_frame(self):
        drawn = render_to_string("base.html", PAGE, RequestFactory().get("/"))
        assert EVIL not in drawn
        assert not inline(drawn)
        assert '<html lang="en">' in drawn
        assert drawn.count('href="/review/"') == 2, "in the bar, and in the phone's menu"
        assert drawn.count('href="/guide/"') == 1
        assert "Simulated reports are loaded" in drawn
        assert "7F3A-K9C2" in drawn

    @pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
    @pytest.mark.parametrize(("language", "tag"), [("zh-hans", "zh-Hans"), ("en", "en")])
    def test_error_pages_need_nothing(self, name: str, language: str, tag: str):
        with translation.override(language):
            drawn = render_to_string(f"errors/{name}.html", {"reference": "7F3A-K9C2", "reason": EVIL})
        assert f'lang="{tag}"' in drawn
        assert drawn.count("7F3A-K9C2") == 2
        assert drawn.count("<h1>") == 1
        assert EVIL not in drawn

    def test_sign_in_offers_roles_in_the_demo_only(self):
        roles = [SimpleNamespace(code=EVIL, label=EVIL, description=EVIL, unit=EVIL)]
        shown = render_to_string("sign_in.html", {"demo": True, "demo_roles": roles, "form": SampleForm()}, None)
        assert "/sign-in/demo/" in shown
        assert "/sign-in/demo/" not in render_to_string("sign_in.html", {"demo": False, "demo_roles": roles}, None)
        again = render_to_string("sign_in.html", {"onward": EVIL}, None)
        assert f'name="next" value="{ESCAPED}"' in again
        assert EVIL not in shown + again


def test_no_template_writes_style_or_script_inline():
    for path in (ROOT / "templates").rglob("*.html"):
        source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not inline(source), path


def shipped(source: str) -> set[Path]:
    """The own sheets and modules a template names, with the modules those import."""
    found = {STATIC / name for name in re.findall(r"static 'tracker/((?:css|js)/[\w.]+)'", source)}
    for path in [one for one in found if one.suffix == ".js"]:
        found |= {path.with_name(name) for name in re.findall(r'(?:from|import) "\./([\w.]+)"', path.read_text())}
    return found


def test_no_page_ships_more_than_a_little_of_our_own():
    everywhere = shipped((ROOT / "templates" / "base.html").read_text(encoding="utf-8"))
    chart = shipped((ROOT / "templates" / "components" / "chart.html").read_text(encoding="utf-8"))
    assert {path.name for path in everywhere} >= {"base.css", "components.css", "app.js", "theme.js"}
    for path in (ROOT / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        files = everywhere | shipped(source) | (chart if "components/chart.html" in source else set())
        total = sum(one.stat().st_size for one in files)
        assert total < 60_000, f"{path}: {total} bytes"


def test_the_map_style_we_keep_out_is_the_one_plotly_has():
    silenced = re.search(r'MAP_STYLE = "(\w+)"', (STATIC / "js" / "chart.js").read_text()).group(1)  # type: ignore[union-attr]
    found = finders.find("plotly/plotly.min.js")
    assert isinstance(found, str)
    assert silenced in Path(found).read_text(encoding="utf-8"), "plotly.js was upgraded: look for its new style id"


TOKENS = (STATIC / "css" / "tokens.css").read_text()
COLOUR = re.compile(r"--([\w-]+):\s*light-dark\((#\w+),\s*(#\w+)\)")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [(ink, ground) for ink in ("ink", "ink-2", "accent") for ground in ("paper", "sheet", "sunk")]
TEXT += [(light, f"{light}-soft") for light in ("red", "amber", "green", "grey", "accent")]
TEXT += [("red", "sheet"), ("amber", "sheet"), ("on-accent", "accent"), ("ink", "accent-soft")]
TEXT += [("on-strong", "fill-red"), ("on-strong", "fill-done"), ("on-mild", "fill-amber"), ("on-mild", "fill-green")]
TEXT += [("on-faint", "fill-later"), ("on-faint", "fill-blank")]
CONTROLS = [("edge", "sheet"), ("edge", "paper"), ("accent", "sheet"), ("c-1", "sheet")]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_are_told_apart(theme: int):
    tokens = {name: pair[theme] for name, *pair in COLOUR.findall(TOKENS)}
    needed = [(*pair, 4.5) for pair in TEXT] + [(*pair, 3.0) for pair in CONTROLS]
    poor = [(a, b, contrast(tokens[a], tokens[b])) for a, b, least in needed if contrast(tokens[a], tokens[b]) < least]
    assert not poor


def test_every_token_used_is_defined():
    defined = set(re.findall(r"(--[\w-]+)\s*:", TOKENS))
    for path in [*(STATIC / "css").iterdir(), *(STATIC / "js").iterdir()]:
        used = set(re.findall(r"(?:var\(|token:)(--[\w-]+\w)", path.read_text()))
        assert used <= defined | {"--c"}, path
