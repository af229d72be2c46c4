"""The ties a schedule file adds, changes and removes between the milestones it names; a circle is refused."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from tracker.audit import Refused
from tracker.domain.schedule_file import FilePlan, LinkRow, Tied
from tracker.domain.schedule_network import built, ordered
from tracker.domain.schedule_values import Activity, CycleFound, Tie
from tracker.models import Dependency, EndedDependency, Milestone, Project

Ends = tuple[int, int]
DAY = date(2000, 1, 1)  # only the order is asked


def retie(project: Project, plan: FilePlan, found: Mapping[int, Milestone], *, now: datetime) -> list[LinkRow]:
    """Make the ties among the milestones of the file those of the file; others stay. Raises Refused (schedule_cycle).

    `found` are the milestones by the UID of their task. What is changed or removed is kept as it was until `now`.
    """
    rows = {row.pk: row for row in found.values()}
    wanted: dict[Ends, Tied] = {
        (found[link.predecessor].pk, found[link.successor].pk): link.tied
        for link in plan.links
        if link.predecessor in found and link.successor in found
    }
    inside = Dependency.objects.filter(predecessor__in=rows, successor__in=rows).order_by("pk")
    held = {(one.predecessor_id, one.successor_id): one for one in inside.select_for_update()}
    found_rows = []
    for ends, tied in wanted.items():
        one = held.get(ends)
        old = _tied(one) if one else None
        if old != tied:
            found_rows.append(_row("change" if one else "add", rows, ends, old, tied))
    gone = [one for ends, one in held.items() if ends not in wanted]
    found_rows += [_row("remove", rows, (one.predecessor_id, one.successor_id), _tied(one), None) for one in gone]
    _write(wanted, held, gone, now)
    _refuse_circles(project)
    return found_rows


def _tied(one: Dependency) -> Tied:
    return Tied(one.kind, one.lag, one.lag_unit if one.lag else "d")


def _row(kind: str, rows: Mapping[int, Milestone], ends: Ends, old: Tied | None, new: Tied | None) -> LinkRow:
    return LinkRow(kind, rows[ends[0]].name, rows[ends[1]].name, old, new)


def _write(
    wanted: Mapping[Ends, Tied], held: Mapping[Ends, Dependency], gone: Iterable[Dependency], now: datetime
) -> None:
    ended = [EndedDependency.of(one, until=now) for one in gone]
    Dependency.objects.filter(pk__in=[one.pk for one in gone]).delete()
    fresh, moved = [], []
    for ends, tied in wanted.items():
        one = held.get(ends)
        if one is None:
            fresh.append(
                Dependency(
                    predecessor_id=ends[0],
                    successor_id=ends[1],
                    kind=tied.kind,
                    lag=tied.lag,
                    lag_unit=tied.unit,
                    since=now,
                )
            )
        elif _tied(one) != tied:
            ended.append(EndedDependency.of(one, until=now))
            one.kind, one.lag, one.lag_unit, one.since = tied.kind, tied.lag, tied.unit, now
            moved.append(one)
    Dependency.objects.bulk_create(fresh, batch_size=1000)
    Dependency.objects.bulk_update(moved, ["kind", "lag", "lag_unit", "since"], batch_size=1000)
    EndedDependency.objects.bulk_create(ended, batch_size=1000)


def _refuse_circles(project: Project) -> None:
    """A circle may run through other projects of the programme: all its ties are asked."""
    ties = Dependency.objects.filter(predecessor__project__programme=project.programme_id).order_by("pk")
    pairs = list(ties.values_list("predecessor_id", "successor_id"))
    keys = sorted({key for pair in pairs for key in pair})
    try:
        network = built(
            [Activity(str(key), 0) for key in keys], [Tie(str(before), str(after)) for before, after in pairs], DAY, {}
        )
        ordered(network)
    except CycleFound as fault:
        names = dict(Milestone.objects.filter(pk__in=fault.loop).values_list("pk", "name"))
        loop = [names[int(key)] for key in (*fault.loop, fault.loop[0])]
        raise Refused("schedule_cycle", loop=" → ".join(loop)) from fault
