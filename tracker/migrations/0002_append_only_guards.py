"""Guards in the database itself: what is only ever added stays, whoever writes, psql and bulk writes included.

Removing simulated data is the one exception: inside a transaction that sets guatu.purge to 'simulation', rows of
simulated origin may be deleted. Nothing may ever be updated.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION guatu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('guatu.purge', true) = 'simulation' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION guatu_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed or deleted: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION guatu_report_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.origin = 'simulation' AND current_setting('guatu.purge', true) = 'simulation' THEN
            RETURN OLD;
        END IF;
        IF OLD.state = 'draft' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'a report is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('accepted', 'returned', 'withdrawn') THEN
        RAISE EXCEPTION 'a % report is final', OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guatu_report_values_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    current_state text;
    current_origin text;
BEGIN
    SELECT state, origin INTO current_state, current_origin FROM tracker_report WHERE id = OLD.report_id;
    IF TG_OP = 'DELETE' AND current_setting('guatu.purge', true) = 'simulation' AND current_origin = 'simulation' THEN
        RETURN OLD;
    END IF;
    IF current_state IN ('accepted', 'returned', 'withdrawn') THEN
        RAISE EXCEPTION 'the values of a % report are final', current_state USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guatu_code_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.code IS DISTINCT FROM OLD.code THEN
        RAISE EXCEPTION 'the code of % is immutable', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guatu_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% holds commitments: TRUNCATE refused', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

APPEND_ONLY = ("milestoneplan", "metricplan", "baseline", "baselineentry")
CODED = ("unit", "document", "programme", "project", "milestone", "metric", "citation")


def forward_sql() -> str:
    parts = [FORWARD]
    for table in APPEND_ONLY:
        parts.append(
            f"CREATE TRIGGER guatu_append_only BEFORE UPDATE OR DELETE ON tracker_{table} "
            "FOR EACH ROW EXECUTE FUNCTION guatu_append_only();"
        )
    parts.append(
        "CREATE TRIGGER guatu_never_changed BEFORE UPDATE OR DELETE ON tracker_auditevent "
        "FOR EACH ROW EXECUTE FUNCTION guatu_never_changed();"
    )
    parts.append(
        "CREATE TRIGGER guatu_report_final BEFORE UPDATE OR DELETE ON tracker_report "
        "FOR EACH ROW EXECUTE FUNCTION guatu_report_final();"
    )
    for table in ("milestonereport", "metricreport"):
        parts.append(
            f"CREATE TRIGGER guatu_report_values_final BEFORE UPDATE OR DELETE ON tracker_{table} "
            "FOR EACH ROW EXECUTE FUNCTION guatu_report_values_final();"
        )
    for table in CODED:
        parts.append(
            f"CREATE TRIGGER guatu_code_fixed BEFORE UPDATE ON tracker_{table} "
            "FOR EACH ROW EXECUTE FUNCTION guatu_code_fixed();"
        )
    for table in (*APPEND_ONLY, "auditevent", "report", "milestonereport", "metricreport"):
        parts.append(
            f"CREATE TRIGGER guatu_no_truncate BEFORE TRUNCATE ON tracker_{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guatu_no_truncate();"
        )
    return "\n".join(parts)


def backward_sql() -> str:
    parts = []
    for table in (*APPEND_ONLY, "auditevent", "report", "milestonereport", "metricreport"):
        parts.append(f"DROP TRIGGER guatu_no_truncate ON tracker_{table};")
    parts += [f"DROP TRIGGER guatu_append_only ON tracker_{table};" for table in APPEND_ONLY]
    parts.append("DROP TRIGGER guatu_never_changed ON tracker_auditevent;")
    parts.append("DROP TRIGGER guatu_report_final ON tracker_report;")
    for table in ("milestonereport", "metricreport"):
        parts.append(f"DROP TRIGGER guatu_report_values_final ON tracker_{table};")
    parts += [f"DROP TRIGGER guatu_code_fixed ON tracker_{table};" for table in CODED]
    for name in ("append_only", "never_changed", "report_final", "report_values_final", "code_fixed"):
        parts.append(f"DROP FUNCTION guatu_{name}();")
    parts.append("DROP FUNCTION guatu_no_truncate();")
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0001_initial")]

    operations = [migrations.RunSQL(forward_sql(), backward_sql())]
