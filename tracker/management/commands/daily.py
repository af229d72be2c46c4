"""manage.py daily: everything that is to be done once a day. Safe to run twice, and by several hosts at once."""

import logging
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone, translation
from django.utils.dateparse import parse_date

from tracker.actions import digests, drafts, notices, rechecks, reminders, sheets
from tracker.exports.digest import LINES, letter
from tracker.permissions import reach_of
from tracker.queries import notices as queries

LOCK = 0x67756174_75646179
"""The number under which the database knows these jobs."""
GIVE_UP = 5
"""After so many failures in a row the mail server is taken to be away; the rest waits for the next day."""
log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Each job has transactions of its own: one that fails is reported at the end and keeps none of the others back."""

    help = "Do the daily jobs: check schedules, remind people, send the day's mails, clear away what has expired."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day reminders are made for."""
        parser.add_argument("--on", metavar="DAY", help="make the reminders of this day (2026-11-20), not of today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry out the jobs one after the other; raises CommandError naming those that failed."""
        today = timezone.localdate()
        on = _day(options["on"], today) if options["on"] else today
        jobs: dict[str, Callable[[], str]] = {
            "schedules": lambda: f"{rechecks.recheck_all(today=today)} findings",
            "reminders": lambda: _reminders(on),
            "mail": lambda: _mail(today),
            "clean-up": _clean,
        }
        failed = []
        with _alone() as alone:
            if not alone:
                self.stdout.write("The daily jobs are running already, perhaps on another host. Nothing was done here.")
                return
            for name, job in jobs.items():
                try:
                    done = job()
                except Exception:
                    log.exception("daily job failed: %s", name)
                    failed.append(name)
                    if not connection.is_usable():
                        connection.close()  # the next job gets a new one; what is told once stays told once
                else:
                    self.stdout.write(f"{name}: {done}.")
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The log says why; the other jobs are done. Run it again.")


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this process holds the lock of the daily jobs; the database lets go of it should the process die."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (held,) = cursor.fetchone()
    try:
        yield bool(held)
    finally:
        if held:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
            except DatabaseError:
                log.warning("the connection of the daily jobs was lost, and their lock with it")


def _day(text: str, today: date) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None or found > today:
        raise CommandError("--on takes a day that has come, written as 2026-11-20.")
    return found


def _reminders(on: date) -> str:
    counts = reminders.make(on=on)
    return ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "nothing new"


def _mail(today: date) -> str:
    """Send each person's mail of the day; raises RuntimeError once all are tried, if any failed."""
    sent = failed = away = 0
    for post in queries.to_mail(now=timezone.now(), demo=settings.DEMO):
        if away >= GIVE_UP:
            break
        done = _send(post, today)
        if done is not None:
            sent, failed = sent + done, failed + (not done)
            away = 0 if done else away + 1
    if failed:
        raise RuntimeError(f"{failed} mails were not taken by the mail server ({sent} were); tried again tomorrow")
    return f"{sent} sent"


def _send(post: queries.Post, today: date) -> bool | None:
    """Send one mail: True where it went out, False where the server refused, None where there is nothing to send."""
    with translation.override(post.language):
        found = queries.in_reach(post.notices, reach_of(post.person, today))
        if not found:
            return None
        claimed = digests.claim(person=post.person, day=today, count=len(found))
        if claimed is None:
            return None
        rows = queries.worded_rows(found[:LINES], language=post.language)
        name = post.person.called(post.language)
        mail = letter(name, rows, total=len(found), site=settings.SITE)
    try:
        EmailMessage(mail.subject, mail.body, to=[post.person.email]).send()
    except (smtplib.SMTPException, OSError, ValueError):
        log.exception("no mail to %s", post.person.username)
        digests.failed(claimed)
        return False
    digests.sent(claimed, [row.pk for row in found])
    return True


def _clean() -> str:
    now = timezone.now()
    uploads, old = sheets.purge(now), notices.forget(now=now) + digests.forget(now=now)
    return f"{uploads} uploads, {old} old notices, {drafts.purge(now)} old drafts removed"
