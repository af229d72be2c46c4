"""A unit's own copies of process templates; versions are only ever added, which the database guards."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = (
    "CREATE TRIGGER guatu_append_only BEFORE UPDATE OR DELETE ON tracker_processomission "
    "FOR EACH ROW EXECUTE FUNCTION guatu_append_only();\n"
    "CREATE TRIGGER guatu_no_truncate BEFORE TRUNCATE ON tracker_processomission "
    "FOR EACH STATEMENT EXECUTE FUNCTION guatu_no_truncate();"
)
BACKWARD = (
    "DROP TRIGGER guatu_append_only ON tracker_processomission;\n"
    "DROP TRIGGER guatu_no_truncate ON tracker_processomission;"
)
ENDS = [("s", "s"), ("f", "f")]


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0014_sheets"),
    ]

    operations = [
        migrations.AddField(
            model_name="processtemplate",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="tracker.processtemplate",
            ),
        ),
        migrations.AddField(
            model_name="processtemplate",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="processes",
                to="tracker.unit",
            ),
        ),
        migrations.AddField(
            model_name="processtemplate",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="processtemplate",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.AddField(
            model_name="processtemplate",
            name="retired",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="ProcessOmission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("window", models.CharField(max_length=20)),
                ("from_step", models.CharField(max_length=10)),
                ("from_end", models.CharField(choices=ENDS, default="f", max_length=1)),
                ("to_step", models.CharField(max_length=10)),
                ("to_end", models.CharField(choices=ENDS, default="f", max_length=1)),
                ("reason", models.CharField(max_length=300)),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="omissions",
                        to="tracker.processtemplate",
                    ),
                ),
            ],
            options={"ordering": ("template", "id")},
        ),
        migrations.AddConstraint(
            model_name="processtemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin__isnull", True), ("retired", False), ("unit__isnull", True)),
                    models.Q(("by__isnull", False), ("origin__isnull", False), ("unit__isnull", False)),
                    _connector="OR",
                ),
                name="process_copy_of_a_unit",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
