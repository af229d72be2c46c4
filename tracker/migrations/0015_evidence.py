"""Files on a report. A row is added while its report waits, may say once that its author took the file away, and is
final from the decision on; rows of simulated reports leave with them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION guatu_evidence_guarded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_state text;
    its_origin text;
BEGIN
    SELECT state, origin INTO its_state, its_origin FROM tracker_report
        WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.report_id ELSE OLD.report_id END;
    IF TG_OP = 'DELETE' THEN
        IF current_setting('guatu.purge', true) = 'simulation' AND its_origin = 'simulation' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'evidence is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF its_state NOT IN ('draft', 'submitted') THEN
        RAISE EXCEPTION 'the evidence of a % report is final', its_state USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    IF OLD.removed_at IS NOT NULL OR NEW.removed_at IS NULL
       OR to_jsonb(NEW) - 'removed_at' IS DISTINCT FROM to_jsonb(OLD) - 'removed_at' THEN
        RAISE EXCEPTION 'evidence can only be marked as removed, once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guatu_evidence_guarded BEFORE INSERT OR UPDATE OR DELETE ON tracker_evidence
    FOR EACH ROW EXECUTE FUNCTION guatu_evidence_guarded();
CREATE TRIGGER guatu_no_truncate BEFORE TRUNCATE ON tracker_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION guatu_no_truncate();
"""
BACKWARD = """
DROP TRIGGER guatu_evidence_guarded ON tracker_evidence;
DROP TRIGGER guatu_no_truncate ON tracker_evidence;
DROP FUNCTION guatu_evidence_guarded();
"""

OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA = (
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/webp",
    f"{OFFICE}wordprocessingml.document",
    f"{OFFICE}spreadsheetml.sheet",
    f"{OFFICE}presentationml.presentation",
    "application/ofd",
)


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0010_report_cycles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stored", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=120)),
                ("media_type", models.CharField(choices=[(name, name) for name in MEDIA], max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("sent_sha256", models.CharField(max_length=64)),
                ("thumb_width", models.PositiveSmallIntegerField(default=0)),
                ("thumb_height", models.PositiveSmallIntegerField(default=0)),
                ("uploaded_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="tracker.report"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("report", "id"),
                "indexes": [models.Index(fields=["stored"], name="evidence_stored")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("report", "sent_sha256"),
                        name="evidence_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stored__regex", "^[0-9a-f]{32}$")), name="evidence_stored_form"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
