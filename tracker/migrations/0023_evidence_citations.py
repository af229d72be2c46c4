"""A place of a document as evidence on a report; and how far the sending of a sheet is."""
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0029_resettlement_housing'),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetSending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=32, unique=True)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField()),
                ('stopped', models.BooleanField(default=False)),
                ('seen_at', models.DateTimeField(help_text='when it last went on; a process that was killed leaves its row behind')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='evidence',
            name='evidence_stored_form',
        ),
        migrations.AddField(
            model_name='evidence',
            name='citation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tracker.citation'),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='media_type',
            field=models.CharField(blank=True, choices=[('application/pdf', 'application/pdf'), ('image/jpeg', 'image/jpeg'), ('image/png', 'image/png'), ('image/webp', 'image/webp'), ('application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'), ('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'), ('application/vnd.openxmlformats-officedocument.presentationml.presentation', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'), ('application/ofd', 'application/ofd')], default='', max_length=100),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='sha256',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='size',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='stored',
            field=models.CharField(blank=True, default='', max_length=32),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('citation__isnull', True), ('stored__regex', '^[0-9a-f]{32}$')), models.Q(('citation__isnull', False), ('stored', '')), _connector='OR'), name='evidence_stored_form'),
        ),
    ]
