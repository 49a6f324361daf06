"""Dates read alike in both languages, and like partial dates."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation


@pytest.mark.parametrize("language", ["en", "ja"])
def test_dates_and_times_are_iso(language: str) -> None:
    moment = datetime(2026, 3, 5, 7, 8, tzinfo=UTC)
    with translation.override(language), timezone.override(UTC):
        shown = Template("{{ m }} | {{ m.date }} | {{ m|date:'SHORT_DATE_FORMAT' }}").render(Context({"m": moment}))
    assert shown == "2026-03-05 07:08 | 2026-03-05 | 2026-03-05"
