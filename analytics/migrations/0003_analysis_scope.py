"""Answers know which rows their asker may see."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="analysis",
            name="scope",
            field=models.CharField(
                default="all",
                editable=False,
                help_text="Which rows the asker may see: all, or those of one site.",
                max_length=40,
            ),
            preserve_default=False,
        ),
    ]
