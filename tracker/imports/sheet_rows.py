"""The rows of an uploaded sheet as JSON and back: a large one is looked at some thousand rows a request."""

from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain.dates import DateKind, ImpreciseDate, Precision
from tracker.domain.ledger import Kind, RowKey, Said
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.states import Status
from tracker.imports.ledger import Fault, Row


def packed(row: Row) -> dict[str, Any]:
    """A row as JSON keeps it; what is empty is left out."""
    found: dict[str, Any] = {"table": row.table, "number": row.number, "kind": row.kind.value, "code": row.code}
    found |= {"name": row.name, "hidden": row.hidden, "places": row.places, "said": _said(row.said)}
    if row.part:
        found["part"] = row.part
    if row.key:
        found["key"] = [row.key.version, row.key.base, row.key.sheet]
    if row.faults:
        # Their inputs are texts typed and limits: a sentence names them as they are.
        shown = [[one.column, one.code, {name: str(value) for name, value in one.inputs.items()}] for one in row.faults]
        found["faults"] = shown
    return found


def unpacked(stored: dict[str, Any]) -> Row:
    """The row again."""
    key = stored.get("key")
    return Row(
        table=stored["table"],
        number=stored["number"],
        kind=Kind(stored["kind"]),
        code=stored["code"],
        name=stored["name"],
        said=_said_again(stored["said"]),
        key=RowKey(*key) if key else None,
        hidden=stored["hidden"],
        places=stored["places"],
        faults=[Fault(*one) for one in stored.get("faults", ())],
        part=stored.get("part", ""),
    )


def _said(said: Said) -> dict[str, Any]:
    forecast, quantity = said.forecast, said.quantity
    whole: dict[str, Any] = {
        "status": said.status.value if said.status else None,
        "progress": _text(said.progress),
        "actual_start": _text(said.actual_start),
        "actual_finish": _text(said.actual_finish),
        "as_of": _text(said.as_of),
        "note": said.note or None,
    }
    if forecast:
        ends = [_text(forecast.earliest), _text(forecast.latest)]
        whole["forecast"] = [forecast.text, *ends, forecast.precision.value, forecast.kind.value]
    if said.figures:
        whole["figures"] = {name: _text(value) for name, value in said.figures.items()}
    if quantity:
        whole["quantity"] = [_text(quantity.low), _text(quantity.high), quantity.qualifier.value, quantity.measure]
    return {name: value for name, value in whole.items() if value is not None}


def _said_again(stored: dict[str, Any]) -> Said:
    return Said(
        status=Status(stored["status"]) if "status" in stored else None,
        progress=_number(stored.get("progress")),
        actual_start=_day(stored.get("actual_start")),
        actual_finish=_day(stored.get("actual_finish")),
        forecast=_forecast(stored.get("forecast")),
        quantity=_quantity(stored.get("quantity")),
        figures={name: _number(text) for name, text in stored.get("figures", {}).items()},
        note=stored.get("note", ""),
        as_of=_day(stored.get("as_of")),
    )


def _forecast(stored: list[Any] | None) -> ImpreciseDate | None:
    if stored is None:
        return None
    text, earliest, latest, precision, kind = stored
    return ImpreciseDate(text, _day(earliest), _day(latest), Precision(precision), DateKind(kind))


def _quantity(stored: list[Any] | None) -> Quantity | None:
    if stored is None:
        return None
    low, high, qualifier, measure = stored
    return Quantity(_number(low), _number(high), Qualifier(qualifier), measure)


def _text(value: date | Decimal | None) -> str | None:
    return None if value is None else str(value)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
