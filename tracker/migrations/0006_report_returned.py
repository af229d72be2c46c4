"""Returned reports are looked for on every visit to one's own list, and are few among all reports."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0005_calendars_and_windows")]

    operations = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(condition=models.Q(("state", "returned")), fields=["unit"], name="report_returned"),
        ),
    ]
