"""The form of a cohort: its name and what else is said of it; the filters are fields of the page beside it."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from analytics.cohorts.usage import asked_by_others
from analytics.models import Cohort, CohortKind, CohortPatient
from analytics.population import COHORT, check_population, filter_set
from analytics.spec import Population
from cases.access import Person
from cases.forms import RowForm


class CohortForm(RowForm):
    """``population`` is what the filters of the page choose; of a frozen cohort that is there it changes nothing."""

    given = frozenset({"study", "made_by"})

    class Meta:
        model = Cohort
        fields = ["name", "description", "kind", "is_shared"]
        widgets = {"description": forms.Textarea({"rows": 3}), "kind": forms.RadioSelect}

    def __init__(self, *args: Any, by: Person, population: Population, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.population = by, population
        self._name_before = self.instance.name
        if self.instance.pk:
            del self.fields["kind"]

    @property
    def _is_fixed(self) -> bool:
        """Whether the patients were chosen for good."""
        return bool(self.instance.pk and self.instance.is_frozen)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self._is_fixed:
            for text in check_population(self.population, study=self.instance.study, by=self.by).values():
                self.add_error(None, text)
            kind = cleaned.get("kind", self.instance.kind)
            if kind == CohortKind.LIVE and COHORT in dict(self.population.filters):
                text = _("A live cohort is made of filters, not of another cohort. Take the cohort out, or freeze it.")
                self.add_error(None, text)
        if self.instance.pk and not cleaned.get("is_shared") and asked_by_others(self.instance):
            self.add_error("is_shared", _("Others asked questions of it, so it stays shared. You can archive it."))
        return cleaned

    @transaction.atomic
    def save(self, commit: bool = True) -> Cohort:
        """The cohort, in another edition where its name or its filters are others than before."""
        cohort, is_new = self.instance, self.instance.pk is None
        filters = cohort.filters if self._is_fixed else self.population.as_json()
        if not is_new and (filters, cohort.name) != (cohort.filters, self._name_before):
            cohort.edition += 1
        cohort.filters = filters
        saved: Cohort = super().save(commit=commit)
        if is_new and cohort.is_frozen:
            chosen = filter_set(self.population, study=cohort.study.code, by=self.by).qs
            CohortPatient.objects.bulk_create(CohortPatient(cohort=cohort, patient=patient) for patient in chosen)
        return saved
