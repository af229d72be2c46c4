"""The documents tell the truth: links resolve, commands exist, tables are complete, nothing is copied or let slip."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.utils import translation

from config.environment import KNOWN_VARIABLES
from tests.screenshots import SHOTS
from tracker import words
from tracker.domain.states import DateState
from tracker.models import Document
from tracker.queries import guide

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT.parent / "shared" / "seeds"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"(?:\]\(|src=\")([^)\"\s]+)[)\"]")
OUTSIDE_THE_TABLE = {"DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "PORT"}
COPIED = 24
"""A run of so many characters in common with a seed document counts as copied."""

names = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The anchors a reader's page gives to the headings: lower case, words by hyphens, punctuation left out."""
    titles = re.findall(r"^#+ (.+)$", text(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page: Path) -> list[str]:
    found = []
    for link in LINK.findall(text(page)):
        path, _hash, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        picture = target.name.removesuffix(".png") in {shot.name for shot in SHOTS}
        if not (target.exists() or picture) or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@names
def test_links_resolve(page: Path):
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path: Path):
    page = tmp_path / "a.md"
    page.write_text("# One\n[a](b.md) [c](#one) [d](#two) ![e](screenshots/nothing.png)", encoding="utf-8")
    assert broken_links(page) == ["b.md", "#two", "screenshots/nothing.png"]


@names
def test_commands_exist(page: Path):
    makefile = text(ROOT / "Makefile")
    for target in set(
        re.findall(
            r"\bmake ([a-z]+)\b(?=[`\n ]| [A-Z])", "\n".join(re.findall(r"`[^`]+`|^make .*$", text(page), re.MULTILINE))
        )
    ):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    for command in set(re.findall(r"manage\.py ([a-z_]+)", text(page))):
        assert command in get_commands(), f"manage.py {command}"


def test_the_readme_names_every_command():
    readme = text(ROOT / "README.md")
    (targets,) = re.findall(r"^\.PHONY: (run .*)$", text(ROOT / "Makefile"), re.MULTILINE)
    for target in targets.split():
        assert f"`make {target}`" in readme
    for command, app in get_commands().items():
        if app == "tracker":
            assert f"`{command}" in readme, command


def test_every_variable_is_explained():
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", text(ROOT / "docs" / "deployment.md"), re.MULTILINE))
    assert listed == set(KNOWN_VARIABLES) | OUTSIDE_THE_TABLE


def test_the_manual_lists_every_state_as_the_product_does():
    manual = text(ROOT / "docs" / "user-guide.zh.md")
    rows = re.findall(r"^\| \S+ \S+ \| (\S+) \| (.+) \|$", manual, re.MULTILINE)
    with translation.override("zh-hans"):
        assert rows == [(line.word, line.rule) for line in [*guide.states(), *guide.verdicts()]]
        assert {word for word, _rule in rows} >= {words.state(state) for state in DateState}
    chapter = manual.split("## 日期怎么理解")[1].split("\n## ")[0]
    assert re.findall(r"^\| (\S+) \|", chapter, re.MULTILINE)[1:] == list(guide.SAMPLES)


def test_the_manual_says_what_the_guide_says():
    """Every sentence of the page stands in the manual, so that one cannot be changed without the other."""
    page = text(ROOT / "templates" / "guide" / "_zh.html")
    manual = re.sub(r"[\s*]", "", text(ROOT / "docs" / "user-guide.zh.md"))
    body = re.sub(r"{#.*?#}|{%.*?%}", "", page)
    sentences = re.findall(r"<(?:p|li)\b[^>]*>(.*?)</(?:p|li)>", body, re.DOTALL)
    assert len(sentences) > 20
    for sentence in sentences:
        plain = re.sub(r"<[^>]+>|\s", "", sentence)
        parts = [part for part in re.split(r"[。；：]", plain) if part]
        missing = [part for part in parts if part not in manual]
        assert not missing, missing


@pytest.mark.django_db
def test_the_data_page_has_a_chapter_for_every_document():
    chapters = set(re.findall(r"^## (\d{3}) ", text(ROOT / "docs" / "data.md"), re.MULTILINE))
    assert chapters == set(Document.objects.values_list("code", flat=True))


@names
def test_nothing_slips_in(page: Path):
    """No path of somebody's machine, and nothing about how the work was organised."""
    slips = re.findall(r"/(?:work|tmp|root|home|Users)/\S*|\b(?:agent|prompt|work order)s?\b", text(page))
    assert slips == []


def test_pictures_are_those_the_command_takes():
    shown = set(re.findall(r"screenshots/([\w-]+)\.png", "".join(map(text, PAGES))))
    assert shown == {shot.name for shot in SHOTS}


def shingles(content: str) -> set[str]:
    plain = re.sub(r"\s", "", content)
    return {plain[start : start + COPIED] for start in range(len(plain) - COPIED + 1)}


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the source documents are not on this machine")
def test_nothing_is_copied_from_the_source_documents():
    seeds: set[str] = set()
    for path in SEEDS.iterdir():
        seeds |= shingles(path.read_text(encoding="utf-8", errors="replace"))
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in (".png", ".mo") or not path.is_file():
            continue
        copied = shingles(path.read_text(encoding="utf-8", errors="replace")) & seeds
        assert not copied, f"{name}: {sorted(copied)[:3]}"
