"""The short way to the tables and the steps it replaces: the same models, the same guards."""

from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

SHORT, LAST = ("tracker", "0001_squashed_0030_earlier_suspensions"), ("tracker", "0030_earlier_suspensions")
FILLS = {"0030_earlier_suspensions"}  # rows of a database that has none


def test_the_short_way_leads_where_the_steps_lead():
    short, steps = MigrationLoader(None), MigrationLoader(None, replace_migrations=False)
    assert short.project_state(SHORT).models == steps.project_state(LAST).models
    replaced = [steps.get_migration(*key) for key in short.get_migration(*SHORT).replaces]
    assert {migration.name for migration in replaced} == {
        name for app, name in steps.graph.forwards_plan(LAST) if app == "tracker"
    }
    guards = [
        operation.sql
        for migration in replaced
        if migration.name not in FILLS
        for operation in migration.operations
        if isinstance(operation, RunSQL)
    ]
    assert [step.sql for step in short.get_migration(*SHORT).operations if isinstance(step, RunSQL)] == guards
