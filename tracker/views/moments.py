"""The moment of a page that takes one; a date that cannot be read is said so, and the page shows now."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tracker.views.edge import BadMoment, Moment, moment, now_moment


def moment_or_now(request: HttpRequest) -> Moment:
    """The moment the address asks for; now, with a message, where it cannot be read."""
    try:
        return moment(request)
    except BadMoment as bad:
        what = _("Day") if bad.field == "on" else _("Known by")
        messages.error(request, _("%(what)s: no date we can read. This is the page as of today.") % {"what": what})
        return now_moment()
