"""Rows by the thousand: their keys taken at once, the rows written by COPY; for simulated data only."""

import json
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import JSONField, Model


def last_keys(tables: Sequence[type[Model]]) -> dict[type[Model], int]:
    """The highest key given out of each table; the tables are held so that nobody else takes the next ones."""
    keys: dict[type[Model], int] = {}
    with connection.cursor() as cursor:
        names = ", ".join(table._meta.db_table for table in tables)
        cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
        for table in tables:
            if table._meta.pk.remote_field is None:
                cursor.execute(f"SELECT nextval('{_sequence(table)}')")
                keys[table] = int(cursor.fetchone()[0])
    return keys


def settle_keys(keys: dict[type[Model], int]) -> None:
    """Let the next row written by anybody take the key after ours, and count anew what the planner goes by."""
    with connection.cursor() as cursor:
        for table, last in keys.items():
            cursor.execute(f"SELECT setval('{_sequence(table)}', %s)", [last])
        # All tables: with numbers of the small ones from before, the planner joins the large ones in the wrong order.
        cursor.execute("ANALYZE")


def settle_pages(table: type[Model]) -> None:
    """Note which pages of a table everybody may see, as the database does by itself within minutes of so many new rows;
    outside of a transaction only.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {table._meta.db_table}")


def _sequence(table: type[Model]) -> str:
    return f"{table._meta.db_table}_id_seq"


def copy_rows(table: type[Model], rows: Iterable[Model]) -> None:
    """Write rows with COPY: the values as the model's columns hold them, all columns named."""
    fields = table._meta.concrete_fields
    names = [item.attname for item in fields]
    texts = [place for place, item in enumerate(fields) if isinstance(item, JSONField)]
    columns = ", ".join(connection.ops.quote_name(str(item.column)) for item in fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            values = [getattr(row, name) for name in names]
            for place in texts:
                values[place] = json.dumps(values[place])
            copy.write_row(values)
