"""Every field of every model of people, measurements and answers says what it holds."""

import pytest
from django.db import models
from django.test.utils import isolate_apps

from cases.management.commands.document_privacy import PAGE, domain_models, fields_by_category
from cases.models import Patient, Specimen
from cases.privacy import Privacy, declared, needs_declaration, undeclared

DOMAIN_MODELS = list(domain_models())


@pytest.mark.parametrize("model", DOMAIN_MODELS, ids=lambda model: model._meta.label)
def test_every_field_is_declared(model: type[models.Model]) -> None:
    assert undeclared(model) == set()


@pytest.mark.parametrize("model", DOMAIN_MODELS, ids=lambda model: model._meta.label)
def test_nothing_is_declared_that_is_no_field(model: type[models.Model]) -> None:
    names = {field.name for field in model._meta.concrete_fields if needs_declaration(field)}
    assert declared(model).keys() <= names


@pytest.mark.parametrize("model", DOMAIN_MODELS, ids=lambda model: model._meta.label)
def test_text_of_any_length_and_e_mail_addresses_are_free_text(model: type[models.Model]) -> None:
    """A field made for long text or for an address cannot pass as something harmless."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.TextField):
            assert declared(model)[field.name] == Privacy.FREE_TEXT
        assert not isinstance(field, models.EmailField | models.GenericIPAddressField)


@isolate_apps("cases")
def test_a_new_field_is_missed_until_it_is_declared() -> None:
    class Letter(models.Model):  # noqa: DJ008
        sender = models.CharField(max_length=20)
        written = models.DateField()
        pages = models.IntegerField()
        is_read = models.BooleanField()

        privacy = {"pages": Privacy.MEASUREMENT}

        class Meta:
            app_label = "cases"

    assert undeclared(Letter) == {"sender", "written"}


def test_declarations_of_parents_are_inherited() -> None:
    assert declared(Patient)["missing"] == declared(Specimen)["missing"] == Privacy.CLINICAL


def test_the_page_about_privacy_is_up_to_date() -> None:
    """Run ``manage.py document_privacy`` after declaring a field."""
    page = PAGE.read_text()
    assert not [category for category in Privacy if f"| `{category.value}` |" not in page]
    assert fields_by_category() in page
