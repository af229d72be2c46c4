"""Small Project files, written for the tests: only what a test is about, in the shapes that Project writes."""

import io

NAMESPACE = "http://schemas.microsoft.com/project"


def task(uid: int, name: str, **fields: object) -> str:
    """One task; `extra` is put before its end. Defaults: level 1, a day in March 2027."""
    extra = fields.pop("extra", "")
    values = {"UID": uid, "ID": uid, "Name": name, "OutlineLevel": 1} | fields
    return "<Task>" + "".join(f"<{key}>{value}</{key}>" for key, value in values.items()) + f"{extra}</Task>"


def spanning(uid: int, name: str, start: str, finish: str, days: int, **fields: object) -> str:
    """A task of whole working days from eight to five."""
    return task(
        uid, name, Start=f"{start}T08:00:00", Finish=f"{finish}T17:00:00", Duration=f"PT{days * 8}H0M0S",
        DurationFormat=7, **fields,
    )  # fmt: skip


def link(uid: int, kind: int = 1, lag: int = 0, style: int = 7, more: str = "") -> str:
    """A link from that predecessor; the lag in tenths of a minute."""
    return (
        f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID><Type>{kind}</Type>{more}<LinkLag>{lag}</LinkLag>"
        f"<LagFormat>{style}</LagFormat></PredecessorLink>"
    )


def plan(*tasks: str, head: str = "", calendars: str = "", rest: str = "", namespace: str = NAMESPACE) -> io.BytesIO:
    """A whole file."""
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><Project xmlns="{namespace}"><SaveVersion>14</SaveVersion>'
        f"<CalendarUID>1</CalendarUID><DefaultStartTime>08:00:00</DefaultStartTime><DefaultFinishTime>17:00:00"
        f"</DefaultFinishTime><MinutesPerDay>480</MinutesPerDay>{head}<Calendars>{calendars}</Calendars>"
        f"<Tasks>{task(0, 'whole', OutlineLevel=0, Summary=1)}{''.join(tasks)}</Tasks>{rest}</Project>"
    )
    return io.BytesIO(text.encode())
