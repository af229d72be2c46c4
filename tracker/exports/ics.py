"""Dates as an iCalendar file (RFC 5545), which calendar programs subscribe to."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from tracker.queries.feeds import Entry


def calendar(name: str, entries: Iterable[Entry], *, site: str, now: datetime) -> bytes:
    """The calendar; `site` is where the pages are, without a slash at its end. Whole days need no time zone."""
    found = Calendar()
    found.add("prodid", "-//Guatu//Guatu//ZH")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    found.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for entry in entries:
        found.add_component(_event(entry, site, now))
    return bytes(found.to_ical())


def _event(entry: Entry, site: str, now: datetime) -> Event:
    event = Event()
    # The host makes the id unique among all calendars; the code in it never changes, so that a moved date moves the
    # entry a calendar program already holds.
    event.add("uid", f"{entry.uid}@{site.split('//')[-1].split(':')[0]}")
    event.add("dtstamp", entry.changed or now)
    event.add("dtstart", entry.first)
    event.add("dtend", entry.last + timedelta(days=1))  # the first day after it
    event.add("summary", entry.title)
    event.add("description", f"{entry.text}\n{site}{entry.path}")
    event.add("url", f"{site}{entry.path}")
    event.add("categories", [entry.category])
    event.add("transp", "TRANSPARENT")
    return event
