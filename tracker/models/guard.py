"""The write guard: tracked rows change only inside an action, where an audit event is written with them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Self, TypeVar

from django.db import models

from tracker.models import worded

_writing: ContextVar[bool] = ContextVar("guatu_writing", default=False)


class WriteOutsideAction(RuntimeError):
    """A tracked row was written without going through `tracker.actions`; a programming error, never a user's."""


@contextmanager
def writing() -> Iterator[None]:
    """Allow writes to tracked rows; only `tracker.audit.recording` and the loading of fixtures enter it."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def require_writing(what: str) -> None:
    """Raise WriteOutsideAction unless an action is under way."""
    if not _writing.get():
        raise WriteOutsideAction(f"{what} is written outside tracker.actions")


M = TypeVar("M", bound=models.Model)


class GuardedQuerySet(models.QuerySet[M]):
    """Refuses bulk writes outside actions, as `Record.save` refuses single ones."""

    def update(self, **values: Any) -> int:
        require_writing(self.model.__name__)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        require_writing(self.model.__name__)
        return super().delete()

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        require_writing(self.model.__name__)
        return super().bulk_create(objs, *args, **options)

    def bulk_update(self, objs: Iterable[M], *args: Any, **options: Any) -> int:
        require_writing(self.model.__name__)
        return super().bulk_update(objs, *args, **options)


class Record(models.Model):
    """Anything tracked: written only inside an action."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        require_writing(type(self).__name__)
        super().save(*args, **options)

    def store_new(self) -> None:
        """Store a new row whose key the database gives, like `save(force_insert=True)` but in SQL worded once."""
        require_writing(type(self).__name__)
        worded.insert(self)

    def store_new_with(self, part: "Record", link: str) -> None:
        """Store a new row and its one-to-one part, which names it in the field `link`; one statement."""
        require_writing(type(self).__name__)
        worded.insert_both(self, part, link)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        require_writing(type(self).__name__)
        return super().delete(*args, **options)


class ByCode(models.Manager[M]):
    """Natural key by code, for fixtures."""

    def get_by_natural_key(self, code: str) -> M:
        """The row of that code, in SQL worded once: loading the works asks for three thousand. Raises DoesNotExist."""
        row: M | None = _by_code(self.model).first(code)
        if row is None:
            raise self.model.DoesNotExist(f"{self.model.__name__} {code}")  # type: ignore[attr-defined]
        return row


@cache
def _by_code(model: type[M]) -> "worded.Worded[M]":
    return worded.Worded(lambda code: model._default_manager.filter(code=code).order_by(), "any")


@models.CharField.register_lookup
class Sounds(models.Lookup):
    """`sort_key__sounds=text`: the pinyin holds the text, typed with blanks between the syllables or without."""

    lookup_name = "sounds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Of text that is nothing but blanks every pinyin holds some."""
        lhs, values = self.process_lhs(compiler, connection)
        rhs, more = self.process_rhs(compiler, connection)
        return f"strpos(replace({lhs}, ' ', ''), replace(lower({rhs}), ' ', '')) > 0", (*values, *more)


class Named(Record):
    """What people call by name: an immutable code, both names, an order, a version for optimistic locking."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=400, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def called(self, language: str) -> str:
        """The name in the reader's language ('zh…' or 'en')."""
        return self.name if language.startswith("zh") or not self.name_en else self.name_en

    @classmethod
    def named(cls, code: str) -> Self:
        """The row of that code; raises DoesNotExist."""
        return cls._default_manager.get(code=code)
