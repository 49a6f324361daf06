"""Nonsense in addresses and forms is answered in words, and a form offers what is of its own study."""

import re
from http import HTTPStatus

import pytest
from django import forms
from django.db import transaction

from cases.records import KINDS
from tests.access.asking import PORTAL, signed_in
from tests.access.expected import EXPECTED
from tests.access.world import World
from tests.factories import (
    AntibodyFactory,
    BandFactory,
    ConsolidationRuleFactory,
    ExperimentReadingFactory,
    PositivityCutoffFactory,
    StudyFactory,
    WesternBlotFactory,
)

pytestmark = pytest.mark.django_db


def test_strange_queries_are_no_failure(world: World) -> None:
    """Nonsense in the query of any page a manager may open."""
    client = signed_in(world.people["manager"])
    nonsense = {"page": "-1", "per_page": "0", "page_size": "x", "sort": "nothing", "code": "\x00", "study": "\x00"}
    for name, parameters in PORTAL:
        address = world.address(name, parameters)
        answer = client.get(address, nonsense)
        assert answer.status_code < 500, name
        answer.getvalue()


NONSENSE = (
    "\x00nonsense",
    "=HYPERLINK(1)<script>alert(1)</script>",
    "NaN",
    "1e999999999",
    "-1",
    "9" * 40,
    "長" * 5000,
)
NAME_OF_FIELD = re.compile(r'<(?:input|select|textarea)[^>]*? name="([^"]+)"')


def test_nonsense_in_a_form_is_no_failure(world: World, subtests: pytest.Subtests) -> None:
    """In every field of every page of the assays a manager may open, by GET and by POST."""
    client = signed_in(world.people["manager"])
    for name, parameters in PORTAL:
        if not name.startswith(("expression:", "analytics:agreement", "analytics:consensus")):
            continue
        address = world.address(name, parameters)
        if EXPECTED[name].split()[-1] != "200":
            continue
        page = client.get(address).getvalue().decode()
        fields = set(NAME_OF_FIELD.findall(page)) - {"csrfmiddlewaretoken", "version"}
        for nonsense in NONSENSE:
            with subtests.test(name, nonsense=nonsense[:20]), transaction.atomic():
                for method in (client.get, client.post):
                    answer = method(address, dict.fromkeys(fields, nonsense))
                    assert answer.status_code < 500
                    assert "<script>alert" not in answer.getvalue().decode()
                if answer.status_code == HTTPStatus.FOUND:
                    shown = client.get(answer["Location"])
                    assert shown.status_code == 200
                    assert "<script>alert" not in shown.getvalue().decode()
                transaction.set_rollback(True)


def test_a_form_offers_what_is_of_its_own_study(world: World) -> None:
    other = StudyFactory()
    marker = AntibodyFactory(study=other).marker
    cutoff = PositivityCutoffFactory(study=other, marker=marker)
    ConsolidationRuleFactory(study=other, cutoff=cutoff)
    ExperimentReadingFactory(experiment__study=other)
    BandFactory(blot=WesternBlotFactory(study=other))
    client = signed_in(world.people["manager"])
    offered = 0
    for name, parameters in PORTAL:
        if not name.startswith(("expression:", "analytics:", "cases:core", "cases:record")):
            continue
        for kind in [each.name for each in KINDS] if name == "cases:record-add" else [world.keys["kind"]]:
            world.keys["kind"] = kind
            answer = client.get(world.address(name, parameters))
            form = (getattr(answer, "context", None) or {}).get("form")
            for field in form.fields.values() if isinstance(form, forms.BaseForm) else ():
                queryset = getattr(field, "queryset", None)
                if queryset is not None and hasattr(queryset.model, "study_id"):
                    offered += queryset.count()
                    assert not queryset.exclude(study=world.study).exists(), (name, kind, queryset.model)
    assert offered
