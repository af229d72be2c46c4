"""Baselines hold the plan versions of clearance sites too; decisions name the ledger figure a metric adds up."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0025_clearance_sites'),
    ]

    operations = [
        migrations.AddField(
            model_name='baselineentry',
            name='site_plan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tracker.siteplan'),
        ),
        migrations.AddField(
            model_name='derivation',
            name='ledger',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.RemoveConstraint(
            model_name='baselineentry',
            name='baseline_entry_one_subject',
        ),
        migrations.AddConstraint(
            model_name='baselineentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('metric_plan__isnull', True), ('milestone_plan__isnull', False), ('site_plan__isnull', True)), models.Q(('metric_plan__isnull', False), ('milestone_plan__isnull', True), ('site_plan__isnull', True)), models.Q(('metric_plan__isnull', True), ('milestone_plan__isnull', True), ('site_plan__isnull', False)), _connector='OR'), name='baseline_entry_one_subject'),
        ),
    ]
