"""The network the slow, obvious way: move one activity by one day for as long as anything is broken.

Nothing here is shared with the code under test but the values it takes. A moment is the beginning of a day; the end
of a day is the beginning of the next. Good for a handful of activities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.schedule import Activity, Link, Tie, WorkedDays

DAY = timedelta(1)


@dataclass
class Slow:
    """One network; `early`, `late`, `total`, `free` and `driving` by key, places as (start day, finish day)."""

    activities: list[Activity]
    ties: list[Tie]
    data_date: date
    deadline: date | None
    calendars: Mapping[str, WorkedDays]

    def __post_init__(self) -> None:
        self.by_key = {activity.key: activity for activity in self.activities}
        self.early = {a.key: self._first_place(a) for a in self.activities}
        self._move(self.early, +1)
        self.finish = max(finish for _, finish in self.early.values())
        self.late = {a.key: self._last_place(a, self.deadline or self.finish) for a in self.activities}
        self._move(self.late, -1)
        self.total = {a.key: self._total(a) for a in self.activities}
        self.free = {a.key: self._free(a) for a in self.activities}
        self.driving = {a.key: {t.predecessor for t in self.ties if self._drives(t, a)} for a in self.activities}

    # One activity

    def is_done(self, a: Activity) -> bool:
        return a.actual_finish is not None or (a.actual_start is not None and a.duration == 0)

    def is_begun(self, a: Activity) -> bool:
        return a.actual_start is not None and not self.is_done(a)

    def is_must(self, a: Activity) -> bool:
        held = a.must_finish is not None or (a.must_start is not None and not self.is_begun(a))
        return held and not self.is_done(a)

    def worked(self, a: Activity, day: date) -> bool:
        return a.unit == "d" or day in self.calendars[a.calendar].working

    def left(self, a: Activity) -> int:
        if a.duration == 0:
            return 0
        if a.remaining is not None:
            return max(1, a.remaining)
        if not self.is_begun(a):
            return a.duration
        assert a.actual_start is not None
        gone, day = 0, a.actual_start
        while day < self.data_date:
            gone += self.worked(a, day)
            day += DAY
        return max(1, a.duration - gone)

    def place(self, a: Activity, start: date) -> tuple[date, date] | None:
        """What the activity occupies when it (or its rest) starts that day; None if it cannot."""
        if not self.worked(a, start):
            return None
        todo, day = self.left(a), start
        if todo == 0:
            return start, start
        while True:
            todo -= self.worked(a, day)
            if todo == 0:
                return start, day
            day += DAY

    def step(self, a: Activity, place: tuple[date, date], by: int) -> tuple[date, date]:
        start = place[0] + by * DAY
        while (found := self.place(a, start)) is None:
            start += by * DAY
        return found

    def actual(self, a: Activity) -> tuple[date, date]:
        finish = a.actual_finish or a.actual_start
        assert finish is not None
        if a.duration == 0:
            return finish, finish
        if a.actual_start:
            return a.actual_start, finish
        start, todo = finish + DAY, a.duration
        while todo:
            start -= DAY
            todo -= self.worked(a, start)
        return start, finish

    def must(self, a: Activity) -> tuple[date, date]:
        if a.must_start and not self.is_begun(a):
            start = a.must_start
            while (found := self.place(a, start)) is None:
                start += DAY
            return found
        assert a.must_finish is not None
        start = a.must_finish
        while (found := self.place(a, start)) is None or found[1] > a.must_finish:
            start -= DAY
        return found

    def _first_place(self, a: Activity) -> tuple[date, date]:
        if self.is_done(a):
            return self.actual(a)
        start = self.data_date
        if a.start_no_earlier and not self.is_begun(a):
            start = max(start, a.start_no_earlier)
        if self.is_must(a):
            start = max(self.must(a)[0], self.data_date)
        return self.step(a, (start - DAY, start), +1)

    def _last_place(self, a: Activity, end: date) -> tuple[date, date]:
        if self.is_done(a):
            return self.actual(a)
        if self.is_must(a):
            return self.must(a)
        limit = min(end, a.finish_no_later or end)
        place = self.step(a, (limit + DAY, limit), -1)
        while place[1] > limit:
            place = self.step(a, place, -1)
        return place

    # One tie

    def kept(self, tie: Tie, before: tuple[date, date], after: tuple[date, date]) -> bool:
        """Whether the tie holds between two places. A milestone is the end of its day, but for SS its beginning."""
        p, s = self.by_key[tie.predecessor], self.by_key[tie.successor]
        from_finish, to_finish = tie.kind in (Link.FS, Link.FF), tie.kind in (Link.FF, Link.SF)
        moment = before[1] + DAY if from_finish or (p.duration == 0 and tie.kind is not Link.SS) else before[0]
        wanted = after[1] + DAY if to_finish or (s.duration == 0 and tie.kind is not Link.SS) else after[0]
        at_start = tie.kind is Link.SS or (tie.kind is Link.FS and s.duration > 0)
        return wanted >= self._lagged(moment, tie, p, at_start=at_start)

    def _lagged(self, moment: date, tie: Tie, p: Activity, *, at_start: bool) -> date:
        if tie.lag_unit == "d" or tie.lag == 0:
            return moment + tie.lag * DAY
        working, todo = self.calendars[p.calendar].working, abs(tie.lag)
        while todo and tie.lag > 0:
            todo -= moment in working
            moment += DAY
        while todo:
            moment -= DAY
            todo -= moment in working
        if tie.lag < 0 and not at_start:
            while moment - DAY not in working:
                moment -= DAY
        return moment

    def seen(self, tie: Tie, places: dict[str, tuple[date, date]]) -> tuple[date, date]:
        """The predecessor's place as its ties see it: one under way started when it did."""
        p = self.by_key[tie.predecessor]
        start, finish = places[p.key]
        return (p.actual_start if p.actual_start and self.is_begun(p) else start), finish

    def says_nothing_back(self, tie: Tie) -> bool:
        """Ties to what is finished, and from a start that has happened."""
        p, s = self.by_key[tie.predecessor], self.by_key[tie.successor]
        return self.is_done(s) or (self.is_begun(p) and tie.kind in (Link.SS, Link.SF))

    def _move(self, places: dict[str, tuple[date, date]], by: int) -> None:
        """Later (+1) moves a successor that comes too early, earlier (-1) a predecessor that comes too late."""
        moved = True
        while moved:
            moved = False
            for tie in self.ties:
                a = self.by_key[tie.successor if by > 0 else tie.predecessor]
                if self.is_done(a) or self.is_must(a) or (by < 0 and self.says_nothing_back(tie)):
                    continue
                if not self.kept(tie, self.seen(tie, places), places[tie.successor]):
                    places[a.key] = self.step(a, places[a.key], by)
                    moved = True

    # What follows

    def _total(self, a: Activity) -> int:
        if self.is_done(a):
            return 0
        place, steps, by = self.early[a.key], 0, 1 if self.late[a.key] > self.early[a.key] else -1
        while place != self.late[a.key]:
            place, steps = self.step(a, place, by), steps + by
        return steps

    def _free(self, a: Activity) -> int:
        if self.is_done(a):
            return 0
        place, steps = self.early[a.key], -1
        while self._harmless(a, place):
            place, steps = self.step(a, place, +1), steps + 1
        return max(0, steps)

    def _harmless(self, a: Activity, place: tuple[date, date]) -> bool:
        places = {**self.early, a.key: place}
        out = [t for t in self.ties if t.predecessor == a.key and not self.says_nothing_back(t)]
        return place[1] <= self.finish and all(self.kept(t, self.seen(t, places), places[t.successor]) for t in out)

    def _drives(self, tie: Tie, a: Activity) -> bool:
        """Whether this tie alone, of all that holds the successor, would put it where it is."""
        if tie.successor != a.key or self.is_done(a) or self.is_must(a):
            return False
        one_before = self.step(a, self.early[a.key], -1)
        before = self.seen(tie, self.early)
        return self.kept(tie, before, self.early[a.key]) and not self.kept(tie, before, one_before)
