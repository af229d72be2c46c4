"""The root of all addresses: everything belongs to the tracker app, error pages included."""

from django.urls import include, path

urlpatterns = [path("", include("tracker.urls"))]

handler400 = "tracker.views.errors.bad_request"
handler403 = "tracker.views.errors.permission_denied"
handler404 = "tracker.views.errors.not_found"
handler500 = "tracker.views.errors.server_error"
