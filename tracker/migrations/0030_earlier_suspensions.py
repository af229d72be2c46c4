"""Earlier suspensions of a call go on counting: the column, and what the accepted reports say of them so far."""

from django.db import migrations, models

# As `domain.tender_stops.earlier` has it: of each suspension of the present call but the present one the last word; one
# that nobody ended counts as far as the last report that stated it.
FILL = """
WITH last AS (
    SELECT DISTINCT ON (r.package_id, p.suspended_from)
        r.package_id, p.suspended_from AS since, coalesce(p.suspended_until, r.as_of) AS until
    FROM tracker_report r
    JOIN tracker_packagereport p ON p.report_id = r.id
    JOIN tracker_package k ON k.id = r.package_id AND k.round = p.round
    WHERE r.state = 'accepted' AND p.suspended_from IS NOT NULL
      AND p.suspended_from IS DISTINCT FROM k.suspended_from
      AND NOT EXISTS (SELECT 1 FROM tracker_report s WHERE s.supersedes_id = r.id AND s.state = 'accepted')
    ORDER BY r.package_id, p.suspended_from, r.as_of DESC, r.accepted_at DESC, r.id DESC
)
UPDATE tracker_package k SET earlier_stops = found.stops
FROM (
    SELECT package_id, jsonb_agg(jsonb_build_array(since, until) ORDER BY since) AS stops
    FROM last WHERE until > since GROUP BY package_id
) found
WHERE found.package_id = k.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0024_dependency_times'),
    ]

    operations = [
        migrations.AddField(
            model_name='package',
            name='earlier_stops',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
