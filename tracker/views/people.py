"""People: the list, adding one, one person's names, appointments, account; and everybody's own password."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker import words
from tracker.actions import people
from tracker.audit import Refused
from tracker.exports import people as export
from tracker.forms.people import (
    EndForm,
    NamesForm,
    NewPasswordForm,
    OwnPasswordForm,
    PersonForm,
    PostForm,
    VersionForm,
)
from tracker.models import Appointment, Role, Unit, User
from tracker.permissions import Permission
from tracker.queries import people as shown
from tracker.queries.organisations import unit_choices
from tracker.tables.paging import arrange
from tracker.tables.people import PeopleFilter, PeopleTable
from tracker.views import codes as _codes  # noqa: F401 - registers <code:…>
from tracker.views import edge
from tracker.views.downloads import list_file, wants_file

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""What a password is made of: no 0 and o, 1, i and l, for it is written on paper or read out over the telephone."""


@edge.guarded(Permission.MANAGE_PEOPLE)
@require_safe
def people_list(request: HttpRequest) -> HttpResponseBase:
    """Everybody in reach, filtered and sorted by the address; the same people as a file."""
    reach, language, today = edge.reach(request), words.language(), edge.today()
    labels = {line.code: line.label for line in shown.roles()}
    units = unit_choices(reach=reach, permission=Permission.MANAGE_PEOPLE, language=language)
    rows = shown.listed(reach=reach, today=today)
    found = PeopleFilter(request.GET or None, rows, today=today, units=units, roles=labels)
    table = PeopleTable(found.qs)
    table.lines = shown.rows(arrange(table, request.GET), language=language)
    if wants_file(request):
        posts = export.lines(table.data.data, language=language)
        return list_file(request, "people", export.COLUMNS, posts, title=_("People"), form=found.form)
    return render(request, "people/list.html", {"table": table, "filter": found})


@sensitive_post_parameters("password")
@edge.guarded(Permission.MANAGE_PEOPLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    """A new account; the answer shows a password that was made, this once and never again."""
    form = PersonForm(request.POST or None, initial={"first": edge.today()}, **_choices(request))
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        password, made = _password(values)
        try:
            user = people.add(
                username=values["username"],
                names=people.Names(values["name"], values["name_en"]),
                password=password,
                post=_post(values),
                by=edge.person(request),
                reach=edge.reach(request),
            )
        except Refused as refused:
            status = edge.answer(form, refused)
        else:
            messages.success(request, _("The account %(username)s has been added.") % {"username": user.username})
            return _done(request, user, password if made else "")
    return render(request, "people/add.html", {"form": form, "roles": shown.roles()}, status=status)


@edge.guarded(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, username: str) -> HttpResponse:
    """One person; a POST changes the names."""
    user = _user(request, username)
    form = NamesForm(request.POST) if request.method == "POST" else None
    if form is None:
        return _page(request, user)

    def save() -> None:
        said = form.cleaned_data
        names = people.Names(said["name"], said["name_en"], said["email"])
        people.rename(user=user, names=names, today=edge.today(), **_by(request, form))

    return _act(request, user, "names", form, save, _("The names have been changed."))


@edge.guarded(Permission.MANAGE_PEOPLE)
@require_POST
def person_appoint(request: HttpRequest, username: str) -> HttpResponse:
    """One more appointment."""
    user = _user(request, username)
    form = PostForm(request.POST, **_choices(request))

    def save() -> None:
        people.appoint(user=user, post=_post(form.cleaned_data), **_by(request, form))

    return _act(request, user, "post", form, save, _("The appointment has been added."))


@edge.guarded(Permission.MANAGE_PEOPLE)
@require_POST
def person_end(request: HttpRequest, username: str, pk: int) -> HttpResponse:
    """The end of an appointment."""
    user = _user(request, username)
    held = edge.found_or_404(Appointment.objects.filter(user=user, pk=pk).select_related("user", "unit").first())
    form = EndForm(request.POST)

    def save() -> None:
        people.end_appointment(
            appointment=held, last=form.cleaned_data["last"], today=edge.today(), **_by(request, form)
        )

    return _act(request, user, f"end{pk}", form, save, _("The end of the appointment has been set."))


@edge.guarded(Permission.MANAGE_PEOPLE)
@require_POST
def person_active(request: HttpRequest, username: str) -> HttpResponse:
    """Deactivating and reactivating an account."""
    user = _user(request, username)
    form = VersionForm(request.POST)
    active = request.POST.get("active") == "1"

    def save() -> None:
        act = people.reactivate if active else people.deactivate
        act(user=user, today=edge.today(), **_by(request, form))

    said = _("The account is active again.") if active else _("The account has been deactivated.")
    return _act(request, user, "active", form, save, said)


@sensitive_post_parameters("password")
@edge.guarded(Permission.MANAGE_PEOPLE)
@never_cache
@require_POST
def person_password(request: HttpRequest, username: str) -> HttpResponse:
    """A new password for somebody else; one that was made is shown this once."""
    user = _user(request, username)
    form = NewPasswordForm(request.POST)
    password, made = _password(form.cleaned_data if form.is_valid() else {"password": "-"})

    def save() -> None:
        people.set_password(user=user, password=password, today=edge.today(), **_by(request, form))

    said = _("The new password holds from now on; open sessions have ended.")
    return _act(request, user, "password", form, save, said, password if made else "")


@sensitive_post_parameters("old", "new", "again")
@edge.for_oneself
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_password(request: HttpRequest) -> HttpResponse:
    """One's own password; this session goes on, the others end."""
    form = OwnPasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                user = people.change_password(
                    user=edge.person(request), old=form.cleaned_data["old"], new=form.cleaned_data["new"]
                )
            except Refused as refused:
                status = edge.answer(form, refused)
            else:
                update_session_auth_hash(request, user)
                messages.success(request, _("Your password has been changed."))
                return HttpResponseRedirect(reverse("my_password"))
    return render(request, "people/my_password.html", {"form": form}, status=status)


def _act(
    request: HttpRequest,
    user: User,
    name: str,
    form: VersionForm,
    save: Callable[[], None],
    said: str,
    password: str = "",
) -> HttpResponse:
    """Carry out what a form of the person's page asks for; what is refused comes back with what was typed."""
    status = 422
    if form.is_valid():
        try:
            save()
        except Refused as refused:
            status = edge.answer(form, refused)
        else:
            messages.success(request, said)
            return _done(request, user, password)
    return _page(request, user, status, **{name: form})


def _done(request: HttpRequest, user: User, password: str) -> HttpResponse:
    if password:
        return render(request, "people/password.html", {"username": user.username, "password": password})
    return HttpResponseRedirect(reverse("person", args=[user.username]))


def _page(request: HttpRequest, user: User, status: int = 200, **bound: Form) -> HttpResponse:
    page = edge.found_or_404(
        shown.person_page(
            username=user.username, reach=edge.reach(request), today=edge.today(), language=words.language()
        )
    )
    version = {"version": page.version}
    for form in bound.values():
        edge.renew(form, page.version)
    forms: dict[str, Form] = {
        "names": NamesForm(initial={**version, "name": page.name, "name_en": page.name_en, "email": page.email}),
        "post": PostForm(initial={**version, "first": edge.today()}, **_choices(request)),
        "active": VersionForm(initial=version),
        "password": NewPasswordForm(initial=version),
        **{f"end{post.pk}": EndForm(initial={**version, "last": edge.today()}) for post in page.posts},
        **bound,
    }
    acted = next(iter(bound.values()), None)
    for name, form in forms.items():
        form.auto_id = f"id_{name}_%s"
    posts = [(post, forms[f"end{post.pk}"]) for post in page.posts]
    return render(
        request,
        "people/person.html",
        {"page": page, "posts": posts, "roles": shown.roles(), "acted": acted, **forms},
        status=status,
    )


def _choices(request: HttpRequest) -> dict[str, Any]:
    units = unit_choices(reach=edge.reach(request), permission=Permission.MANAGE_PEOPLE, language=words.language())
    return {"units": units, "roles": [(line.code, line.label) for line in shown.roles()]}


def _user(request: HttpRequest, username: str) -> User:
    """The account, or 404 where it is not in reach."""
    found = User.objects.filter(shown.visible(edge.reach(request)), username=username).first()
    return edge.found_or_404(found)


def _by(request: HttpRequest, form: Form) -> dict[str, Any]:
    return {
        "by": edge.person(request),
        "reach": edge.reach(request),
        "version": form.cleaned_data["version"],
    }


def _post(values: dict[str, Any]) -> people.NewPost:
    unit = Unit.named(values["unit"])
    return people.NewPost(unit, Role(values["role"]), values["first"], values["last"], values["deputy_for"].strip())


def _password(values: dict[str, Any]) -> tuple[str, bool]:
    """The password to set, and whether it was made here: three groups, about 59 bits."""
    if values["password"]:
        return values["password"], False
    return "-".join("".join(secrets.choice(LETTERS) for _n in range(4)) for _group in range(3)), True


urlpatterns = [
    path("people/", people_list, name="people"),
    path("people/add/", person_add, name="person_add"),
    path("people/<code:username>/", person, name="person"),
    path("people/<code:username>/appointments/", person_appoint, name="person_appoint"),
    path("people/<code:username>/appointments/<int:pk>/end/", person_end, name="person_end"),
    path("people/<code:username>/active/", person_active, name="person_active"),
    path("people/<code:username>/password/", person_password, name="person_password"),
    path("me/password/", my_password, name="my_password"),
]
