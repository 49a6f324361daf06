"""Write the list of stored fields into docs/privacy.md from what the models declare."""

from collections.abc import Iterator
from typing import Any

import pghistory
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import models

from cases.privacy import Privacy, declared

PAGE = settings.BASE_DIR / "docs" / "privacy.md"
HEADING = "## Fields"
APPS = ("cases", "expression", "analytics")


def domain_models() -> Iterator[type[models.Model]]:
    """The models of people, measurements and answers, without their histories."""
    for app in APPS:
        for model in sorted(apps.get_app_config(app).get_models(), key=lambda model: model.__name__):
            if not issubclass(model, pghistory.models.Event):
                yield model


def fields_by_category() -> str:
    """A table in Markdown: each model with its declared fields."""
    rows = [f"| {model.__name__} | {_fields(model)} |" for model in domain_models() if declared(model)]
    return "\n".join(["| model | fields |", "| --- | --- |", *rows])


def _fields(model: type[models.Model]) -> str:
    names: dict[Privacy, list[str]] = {}
    for name, category in declared(model).items():
        names.setdefault(category, []).append(f"`{name}`")
    return "; ".join(f"{category.value}: {', '.join(of_category)}" for category, of_category in names.items())


class Command(BaseCommand):
    help = "Writes the list of stored fields into docs/privacy.md."

    def handle(self, *args: Any, **options: Any) -> None:
        before, _heading, _old = PAGE.read_text().partition(HEADING)
        PAGE.write_text(f"{before}{HEADING}\n\n{fields_by_category()}\n")
