"""What was typed while a session ended: it goes along through the sign-in page, and becomes its author's draft.

The server keeps nothing for a visitor: the texts lie, signed, in the sign-in form itself. They are taken back for the
person alone who was last signed in there, and as a draft: nothing is ever sent by it. With scripts the page keeps what
is typed (drafts.js); this is for those without.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from tracker.actions import drafts as actions
from tracker.domain import drafts
from tracker.domain.drafts import Key, Kind, Unusable
from tracker.forms.reports import ticket
from tracker.forms.session import SignInForm
from tracker.imports import grid as grids
from tracker.models import User
from tracker.permissions import Permission, reach_of
from tracker.queries.people import demo_roles
from tracker.views.edge import to_sign_in, today

COOKIE, SALT = "guatu_person", "guatu.parcel"
REMEMBERED = timedelta(days=30)
"""How long a browser knows who was last signed in."""
KEPT = timedelta(hours=4)
"""How long after it was sent a text may still be taken back."""
LONGEST = 400_000
"""Signs of a signed text; a whole grid has half of that."""


def remember(response: HttpResponseBase, user: User) -> None:
    """Have the browser know who is signed in, for what is typed after the session has ended."""
    response.set_signed_cookie(
        COOKIE,
        str(user.pk),
        salt=SALT,
        max_age=REMEMBERED,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


@never_cache
def sign_in_again(request: HttpRequest) -> HttpResponseBase:
    """The sign-in page with what was sent; the plain way to it where there is nothing to keep, or a script keeps it."""
    parcel = "" if request.headers.get("HX-Request") == "true" else _packed(request)
    if not parcel:
        return to_sign_in(request)
    return sign_in_page(request, SignInForm(), status=401, parcel=parcel, onward=request.get_full_path())


def sign_in_page(
    request: HttpRequest, form: SignInForm, *, status: int, parcel: str = "", onward: str = ""
) -> HttpResponse:
    """The sign-in page; `onward` is where to go from there, `parcel` what was typed before."""
    context: dict[str, Any] = {"form": form, "parcel": parcel, "onward": onward}
    if settings.DEMO:
        context["demo_roles"] = demo_roles(get_language() or "zh-hans")
    return render(request, "sign_in.html", context, status=status)


def held(request: HttpRequest) -> str:
    """The parcel of a sign-in form that was sent, to be given back with it; '' for none or a false one."""
    text = request.POST.get("parcel", "")
    return text if _opened(text) is not None else ""


def taken_back(request: HttpRequest, user: User) -> bool | None:
    """Make what was typed the person's draft: True; False where it is not theirs, or cannot be; None for no parcel."""
    parcel = _opened(request.POST.get("parcel", ""))
    if parcel is None:
        return None
    try:
        key = Key.read(str(parcel["draft"]))
        mine = parcel["who"] == user.pk and reach_of(user, today()).holds(Permission.REPORT)
        given = {"fields": parcel["fields"], "token": parcel["token"], "version": parcel["version"]}
        return bool(mine and actions.keep(key=key, by=user, **given))
    except Unusable:
        return False


def _grid_fields(request: HttpRequest) -> dict[str, Any]:
    """Of a grid: its day and the rows that were touched."""
    touched = {
        name: {
            **{column: drafts.plain(text) for column, text in row.texts.items()},
            "version": row.version,
            "same": row.same,
        }
        for name, row in _touched(request)
    }
    drafts.fits_grid(touched)
    return {"as_of": drafts.plain(request.POST.get("as_of", "")[:60]), "rows": touched}


def _touched(request: HttpRequest) -> list[tuple[str, grids.Sent]]:
    rows = grids.touched_of(request.POST, request.POST.getlist("row"), today())
    return [(f"{row.kind}.{row.code}", row) for row in rows]


def typed(request: HttpRequest, key: Key) -> dict[str, Any]:
    """What was typed in the form of that key, as its draft keeps it. Raises Unusable where it is too much."""
    fields = _grid_fields(request) if key.kind is Kind.GRID else dict(drafts.texts(request.POST))
    found = ticket(request.POST)
    return {"fields": fields, "token": found.token or "", "version": max(found.version or 0, 0)}


def _packed(request: HttpRequest) -> str:
    """What was sent, signed, for who was last signed in; '' where that is nobody, or it is no form that has drafts."""
    who = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=REMEMBERED)
    if request.method != "POST" or not who:
        return ""
    try:
        key = Key.read(request.POST.get("draft", ""))
        parcel = {"who": int(who), "draft": str(key), **typed(request, key)}
    except Unusable:
        return ""
    return signing.dumps(parcel, salt=SALT, compress=True)


def _opened(text: str) -> dict[str, Any] | None:
    if not text or len(text) > LONGEST:
        return None
    try:
        parcel: dict[str, Any] = signing.loads(text, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    return parcel
