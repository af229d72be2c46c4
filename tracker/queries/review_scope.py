"""What a reviewer looks at: reviewing reach, narrowed by unit, programme and words."""

from dataclasses import dataclass

from django.db.models import Q

from tracker.models import Programme, Unit
from tracker.models.subjects import KINDS, named_like, of_programme
from tracker.permissions import Permission, Reach, within


@dataclass(frozen=True, slots=True)
class Narrow:
    """The filters of the desk: a unit's path (it and all below), a programme's code, words in a name or code."""

    unit: str = ""
    programme: str = ""
    q: str = ""

    def reports(self, reach: Reach) -> Q:
        """The condition for reports; what is searched is the item and the note."""
        found = self._units(reach)
        if self.programme:
            found &= of_programme(self.programme)
        if self.q:
            found &= Q(note__icontains=self.q) | named_like(self.q)
        return found

    def items(self, reach: Reach, kind: str) -> Q:
        """The condition for the items of one kind of `SUBJECTS`."""
        found = self._units(reach)
        if self.programme:
            found &= Q(**{f"{KINDS[kind].programme}__code": self.programme})
        return found & self._named() if self.q else found

    def _units(self, reach: Reach) -> Q:
        paths = reach.paths(Permission.REVIEW)
        whole = any(path.count("/") == 1 for path in paths)
        found = Q() if whole else within("unit__path", paths)
        return found & Q(unit__path__startswith=self.unit) if self.unit else found

    def _named(self) -> Q:
        found = Q()
        for column in ("name", "name_en", "code"):
            found |= Q(**{f"{column}__icontains": self.q})
        return found


def programmes(*, language: str) -> list[tuple[str, str]]:
    """The programmes to narrow to."""
    return [(one.code, one.called(language)) for one in Programme.objects.current()]


def units(*, reach: Reach, language: str) -> list[tuple[str, str]]:
    """The units one reviews, as (path, name)."""
    found = Unit.objects.filter(within("path", reach.paths(Permission.REVIEW)), retired_at__isnull=True)
    return [(one.path, one.called(language)) for one in found]
