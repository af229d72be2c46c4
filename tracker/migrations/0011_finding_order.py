from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0012_process_copies"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="schedulefinding",
            index=models.Index(fields=["rank", "-days", "id"], name="finding_worst"),
        ),
    ]
