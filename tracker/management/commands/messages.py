"""Keeps the Chinese message catalogue in step with the code and the templates, without a system gettext."""

import argparse
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

CATALOGUE = Path(settings.BASE_DIR) / "tracker" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Written by us: Babel would stamp the day and its own version here, which changes the file on every run.
HEADER = """\
# Guatu in Chinese. Kept in step by `manage.py messages --update`; only the msgstr lines are written by hand.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


class Command(BaseCommand):
    """Update, check or compile the catalogue."""

    help = "Extract the messages of code and templates: --update the catalogue, --check it, or --compile it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--update", action="store_true", help="add new messages, remove unused ones")
        what.add_argument("--check", action="store_true", help="fail on a missing, unsure or unused entry")
        what.add_argument("--compile", action="store_true", help="write the .mo file the product reads")

    def handle(self, **options: Any) -> None:
        if options["update"]:
            catalogue = updated(load())
            save(catalogue)
            self.stdout.write(f"{len(catalogue)} messages, {len(missing(catalogue))} without Chinese")
        elif options["compile"]:
            compile_catalogue(load())
        else:
            problems = find_problems(load())
            if problems:
                raise CommandError("\n".join([*problems, "Next: make fix, then write the Chinese in django.po."]))
            self.stdout.write("Messages: complete")


def load() -> Catalog:
    """Return the stored catalogue, or an empty one."""
    if not CATALOGUE.exists():
        return Catalog(locale="zh_Hans", domain="django")
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale="zh_Hans", domain="django", abort_invalid=True)


def save(catalogue: Catalog) -> None:
    """Write the catalogue in a form that gives small differences: sorted, no line numbers, no dates."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    write_po(body, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=True)
    CATALOGUE.write_bytes(HEADER.encode() + body.getvalue().lstrip(b"\n"))


def compile_catalogue(catalogue: Catalog) -> None:
    """Write the .mo file, whole or not at all: a server may be reading it."""
    draft = CATALOGUE.with_suffix(".mo.new")
    with draft.open("wb") as stream:
        write_mo(stream, catalogue)
    draft.replace(CATALOGUE.with_suffix(".mo"))


def found_messages() -> Iterator[tuple[str, Any, str | None]]:
    """Yield file, message (a tuple for a plural) and context of everything marked for translation."""
    root = Path(settings.BASE_DIR)
    files = [*root.glob("tracker/**/*.py"), *root.glob("config/*.py"), *root.glob("templates/**/*.html")]
    files += [*root.glob("tracker/templates/**/*.html"), *root.glob("templates/**/*.txt")]
    for path in sorted(files):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Python's tokenizer takes the indentation of the HTML for that of code: there is none.
            text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
        for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS, ()):
            if message and message != "":
                yield str(path.relative_to(root)), message, context


def updated(old: Catalog) -> Catalog:
    """Return a catalogue of exactly the messages now in use, with the Chinese already written; never a guess."""
    new = Catalog(locale="zh_Hans", domain="django", fuzzy=False)
    for place, message, context in found_messages():
        known = old.get(message[0] if isinstance(message, tuple) else message, context)
        new.add(message, known.string if known else None, locations=[(place, 0)], context=context)
    return new


def missing(catalogue: Catalog) -> list[Message]:
    """Return the messages without Chinese."""
    return [message for message in catalogue if message.id and not _complete(message)]


def _complete(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def find_problems(stored: Catalog) -> list[str]:
    """Return a line for each entry that is missing, unsure (fuzzy), unused, or whose placeholders differ."""
    wanted = updated(stored)
    keys = {(_first(message), message.context) for message in wanted if message.id}
    problems = [f"no Chinese: {_first(message)!r}" for message in missing(wanted)]
    for message in stored:
        if not message.id:
            continue
        if message.fuzzy:
            problems.append(f"unsure: {_first(message)!r}")
        if (_first(message), message.context) not in keys:
            problems.append(f"unused: {_first(message)!r}")
        problems += [f"{error}: {_first(message)!r}" for error in message.check(stored)]
    problems += [f"unused: {_first(message)!r}" for message in stored.obsolete.values()]
    return problems


def _first(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, (tuple, list)) else message.id)
