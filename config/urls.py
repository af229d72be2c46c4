"""The root of all addresses: everything belongs to the tracker app, error pages included."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("tracker.urls"):
    urlpatterns.append(path("", include("tracker.urls")))

handler400 = "tracker.views.errors.bad_request"
handler403 = "tracker.views.errors.permission_denied"
handler404 = "tracker.views.errors.not_found"
handler500 = "tracker.views.errors.server_error"
