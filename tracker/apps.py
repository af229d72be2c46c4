"""The one Django app of this project."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    """Guatu's only app; its rooms are described in docs/architecture.md."""

    name = "tracker"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Guatu"
