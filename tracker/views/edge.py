"""The edge: where the clock is read, rights are checked and a page's moment (`?on=`, `?known=`) is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from tracker import words
from tracker.audit import Refused, record_refusal
from tracker.models import User
from tracker.permissions import NOBODY, Permission, Reach, reach_of

P = ParamSpec("P")
T = TypeVar("T")
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)


def today() -> date:
    """Today in Asia/Shanghai."""
    return timezone.localdate()


def reach(request: HttpRequest) -> Reach:
    """What the signed-in person may do today; read once a request."""
    found: Reach | None = getattr(request, "_reach", None)
    if found is None:
        found = reach_of(request.user, today()) if request.user.is_authenticated else NOBODY
        request._reach = found  # type: ignore[attr-defined]
    return found


def person(request: HttpRequest) -> User:
    """The signed-in person; PermissionDenied for a visitor."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def came_from(request: HttpRequest) -> str:
    """The page of this host that one was on when something was sent; the overview where it is not said."""
    asked = request.headers.get("HX-Request") == "true"
    try:
        here = urlsplit(request.headers.get("HX-Current-URL" if asked else "Referer", ""))
    except ValueError:  # no address at all
        return "/"
    return urlunsplit(("", "", here.path, here.query, "")) if here.netloc == request.get_host() else "/"


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The way to the sign-in page and back to the page one was on: what was sent there cannot be opened by a link.

    htmx is told to leave the page, lest the sign-in form be put in place of what was typed; report.js keeps that.
    """
    asked = request.headers.get("HX-Request") == "true"
    way = redirect_to_login(came_from(request) if asked or request.method == "POST" else request.get_full_path())
    return HttpResponse(status=401, headers={"HX-Redirect": way.url}) if asked else way


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def guarded(
    permission: Permission, *, ended: Callable[[HttpRequest], HttpResponseBase] = to_sign_in
) -> Callable[[View[P]], View[P]]:
    """Let in who holds the permission anywhere; a visitor goes to sign in, others get 403 and an audit event.

    `ended` answers the visitor: their session may have ended while they were typing.
    """

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ended(request)
            if not reach(request).holds(permission):
                refuse(request, f"view.{view.__name__}", "page", request.path[:60], code="no_right")
            return view(request, *args, **kwargs)

        inner.guard = permission  # type: ignore[attr-defined]
        return cast("View[P]", inner)  # mypy tells a named first argument from a positional one

    return wrap


def open_to_all(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Mark a view that needs no sign-in, so that the test of all addresses knows it is meant."""
    view.guard = None  # type: ignore[attr-defined]
    return view


SIGNED_IN = "signed in"
"""The guard of what belongs to a person's own account: it needs no appointment."""


def for_oneself(view: View[P]) -> View[P]:
    """Let in whoever is signed in, with an appointment or without; a visitor goes to sign in."""

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else to_sign_in(request)

    inner.guard = SIGNED_IN  # type: ignore[attr-defined]
    return cast("View[P]", inner)


def refuse(request: HttpRequest, action: str, kind: str, subject: str, *, code: str) -> None:
    """Write the refusal down and answer 403."""
    record_refusal(action, by=request.user, subject_type=kind, subject_code=subject, code=code)
    raise PermissionDenied(words.refusal(code))


def found_or_404(row: T | None) -> T:
    """The row, or 404."""
    if row is None:
        raise Http404
    return row


def answer(form: Form, refused: Refused) -> int:
    """Put a refusal beside the field it is about and return the status of the answer: 403, 409 (stale) or 422."""
    form.add_error(refused.field if refused.field in form.fields else None, words.refusal(refused.code, refused.inputs))
    return 403 if refused.right else 409 if refused.code == "stale" else 422


def attempted(form: Form, act: Callable[[], object]) -> bool:
    """Carry out what a form asks for; a refusal becomes an error at its field, a missing right 403.

    A stale form comes back with the row's present version: who has compared both may send it again as it is.
    """
    try:
        act()
    except Refused as refused:
        if refused.right:
            raise PermissionDenied(words.refusal(refused.code)) from refused
        if refused.code == "stale":
            renew(form, refused.inputs["version"])
        answer(form, refused)
        return False
    return True


def renew(form: Form, version: int) -> None:
    """Let a form that comes back carry the row's present version: who has read the message may submit once more."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(version)
    form.data = data


@dataclass(frozen=True, slots=True)
class Moment:
    """The day a page speaks of, and what was known by then.

    `on` is the day for lights; `known` the instant up to which reports and plans count. `past` says whether the rows'
    current-state columns may not be used and the state must be read from the reports.
    """

    on: date
    known: datetime
    today: date
    on_given: bool
    known_given: bool

    @property
    def changed(self) -> bool:
        """Whether the page shows anything but now."""
        return self.on_given or self.known_given

    @property
    def past(self) -> bool:
        """Whether the state has to be rebuilt from the reports instead of read from the current columns."""
        return self.known_given or (self.on_given and self.on < self.today)

    def query(self) -> str:
        """The moment as a query string to append to links ('' for now)."""
        pairs = []
        if self.on_given:
            pairs.append(("on", self.on.isoformat()))
        if self.known_given:
            pairs.append(("known", self.known_text()))
        return urlencode(pairs)

    def known_text(self) -> str:
        """The instant as `?known=` takes it: the bare day where it is a day's end, else to the microsecond."""
        local = timezone.localtime(self.known).replace(tzinfo=None)
        if local.time() == time.min:
            return (local.date() - timedelta(days=1)).isoformat()
        return local.isoformat()


class BadMoment(ValueError):
    """`?on=` or `?known=` cannot be read; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def now_moment() -> Moment:
    """Now."""
    now = timezone.now()
    day = timezone.localdate(now)
    return Moment(on=day, known=now, today=day, on_given=False, known_given=False)


def moment(request: HttpRequest) -> Moment:
    """The page's moment from its query string; raises BadMoment for what cannot be read."""
    now = timezone.now()
    day = timezone.localdate(now)
    on_text, known_text = request.GET.get("on", "").strip(), request.GET.get("known", "").strip()
    on = _day("on", on_text) if on_text else day
    known = _instant(known_text) if known_text else now
    return Moment(on=on, known=known, today=day, on_given=bool(on_text) and on != day, known_given=bool(known_text))


def _day(field: str, text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise BadMoment(field)
    return found


def _instant(text: str) -> datetime:
    """An ISO instant; a bare day means until its end in Asia/Shanghai."""
    try:
        if len(text) <= 10:
            midnight = datetime.combine(_day("known", text) + timedelta(days=1), time.min)
            return timezone.make_aware(midnight)
        found = parse_datetime(text)
    except (ValueError, OverflowError):
        found = None
    if found is None or not FIRST_DAY <= found.date() <= LAST_DAY:
        raise BadMoment("known")
    return found if timezone.is_aware(found) else timezone.make_aware(found)
