"""Forms of cell lines and cell experiments, and the design of an experiment: factors and their levels."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms import RowForm
from expression.models import CellExperiment, CellLine, Culture, ExperimentCondition, Readout

MOST_CELLS = 1000
"""Readings that one table can hold: conditions × biological × technical replicates."""

BETWEEN_WORDS = re.compile(r"[,;、，\n]")
BETWEEN_NUMBERS = re.compile(r"[,;、，\s]+")


class CellLineForm(RowForm):
    given = frozenset({"study"})

    class Meta:
        model = CellLine
        fields = ["name", "accession", "histology"]


class ExperimentForm(RowForm):
    given = frozenset({"study"})

    class Meta:
        model = CellExperiment
        fields = [
            "code",
            "line",
            "readout",
            "marker",
            "performed_on",
            "biological_replicates",
            "technical_replicates",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line: Any = self.fields["line"]
        line.queryset = self.instance.study.cell_lines.all()
        # Values of one readout would become values of another.
        self.fields["readout"].disabled = self.instance.pk is not None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("readout") == Readout.TRAP_CELLS and cleaned.get("marker"):
            self.add_error("marker", _("TRAP-positive cells are counted: leave the marker blank."))
        self._refuse_too_large_a_table(cleaned)
        return cleaned

    def _refuse_too_large_a_table(self, cleaned: dict[str, Any]) -> None:
        """More replicates make the table of the conditions that are there wider."""
        if self.instance.pk is None or not {"biological_replicates", "technical_replicates"} <= cleaned.keys():
            return
        replicates = cleaned["biological_replicates"] * cleaned["technical_replicates"]
        conditions = self.instance.conditions.count()
        if conditions * replicates > MOST_CELLS:
            text = _("The table of the %(conditions)s conditions would hold %(cells)s readings, more than %(most)s.")
            params = {"conditions": conditions, "cells": conditions * replicates, "most": MOST_CELLS}
            self.add_error("biological_replicates", ValidationError(text, params=params))


@dataclass(frozen=True, kw_only=True)
class Combination:
    """A condition that is not saved yet: ng/mL and hours."""

    culture: str
    stimulus: str = ""
    concentration_ng_ml: Decimal | None = None
    hours: Decimal | None = None


class NumbersField(forms.CharField):
    """Numbers with commas or spaces between them, as exact decimals, each once."""

    def __init__(self, *, max_digits: int, decimal_places: int, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=300, **kwargs)
        self.one = forms.DecimalField(min_value=0, max_digits=max_digits, decimal_places=decimal_places)

    def clean(self, value: Any) -> Any:
        numbers = []
        for part in filter(None, BETWEEN_NUMBERS.split(super().clean(value))):
            try:
                numbers.append(self.one.clean(part))
            except ValidationError as error:
                raise ValidationError(
                    _("“%(part)s”: write numbers with a point, commas between them, as in 0.5, 5, 50. %(why)s"),
                    params={"part": part, "why": " ".join(error.messages)},
                ) from error
        return list(dict.fromkeys(numbers))


class DesignForm(forms.Form):
    """Factors and levels. ``combinations`` are the conditions they make, each once."""

    cultures = forms.MultipleChoiceField(
        label=gettext_lazy("Cultures"),
        choices=Culture.choices,
        initial=[Culture.MONO],
        widget=forms.CheckboxSelectMultiple,
    )
    stimuli = forms.CharField(
        label=gettext_lazy("Stimuli"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("With commas between them: IL-6, PTHrP. Blank: the cultures alone are compared."),
    )
    concentrations = NumbersField(
        label=gettext_lazy("Concentrations"),
        help_text=gettext_lazy("Of each stimulus, with commas between them: 1, 10, 100."),
        max_digits=9,
        decimal_places=3,
    )
    hours = NumbersField(
        label=gettext_lazy("Times"),
        help_text=gettext_lazy("Of every condition, with commas between them: 24, 48."),
        max_digits=6,
        decimal_places=2,
    )
    with_control = forms.BooleanField(
        label=gettext_lazy("With a control without stimulus in each culture"), initial=True, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, unit in (("concentrations", "ng/mL"), ("hours", "h")):
            field: Any = self.fields[name]
            field.unit = unit

    def clean_stimuli(self) -> list[str]:
        longest = ExperimentCondition._meta.get_field("stimulus").max_length or 0
        parts = (" ".join(part.split()) for part in BETWEEN_WORDS.split(self.cleaned_data["stimuli"]))
        names = list(dict.fromkeys(filter(None, parts)))
        if any(len(name) > longest for name in names):
            raise ValidationError(_("The name of a stimulus has at most %(number)s characters.") % {"number": longest})
        return names

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("concentrations") and "stimuli" in cleaned and not cleaned["stimuli"]:
            self.add_error("concentrations", _("A concentration is that of a stimulus: name the stimulus too."))
        return cleaned

    def combinations(self) -> list[Combination]:
        asked = self.cleaned_data
        hours = asked["hours"] or [None]
        doses = list(product(asked["stimuli"], asked["concentrations"] or [None]))
        if asked["with_control"] or not doses:
            doses.insert(0, ("", None))
        return [
            Combination(culture=culture, stimulus=stimulus, concentration_ng_ml=concentration, hours=time)
            for culture, (stimulus, concentration), time in product(asked["cultures"], doses, hours)
        ]

    def refuse_too_many(self, *, replicates: int, there: int = 0) -> None:
        """Say so where the table would get too large. ``there`` is the number of conditions it has already."""
        number = self._number() + there
        if number * replicates > MOST_CELLS:
            self.add_error(
                None,
                _(
                    "These are %(conditions)s conditions with %(replicates)s readings each. A table holds "
                    "%(most)s readings: choose fewer levels, or make several experiments."
                )
                % {"conditions": number, "replicates": replicates, "most": MOST_CELLS},
            )

    def _number(self) -> int:
        """Of combinations, without making them."""
        asked = self.cleaned_data
        doses = len(asked["stimuli"]) * max(1, len(asked["concentrations"]))
        doses += asked["with_control"] or not doses
        return len(asked["cultures"]) * doses * max(1, len(asked["hours"]))


class NewExperimentForm(DesignForm, ExperimentForm):
    """An experiment with its design."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            self.refuse_too_many(replicates=cleaned["biological_replicates"] * cleaned["technical_replicates"])
        return cleaned

    def save(self, commit: bool = True) -> Any:
        experiment = super().save(commit)
        add_conditions(experiment, self.combinations())
        return experiment


class MoreConditionsForm(DesignForm):
    """More conditions of an experiment; those it has already are not made again."""

    def __init__(self, *args: Any, experiment: CellExperiment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.experiment = experiment

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            experiment = self.experiment
            self.refuse_too_many(
                replicates=experiment.biological_replicates * experiment.technical_replicates,
                there=experiment.conditions.count(),
            )
        return cleaned

    def save(self) -> int:
        """How many conditions are new."""
        return add_conditions(self.experiment, self.combinations())


def add_conditions(experiment: CellExperiment, combinations: list[Combination]) -> int:
    """Make the conditions the experiment does not have, and say how many."""
    there = {
        Combination(
            culture=condition.culture,
            stimulus=condition.stimulus,
            concentration_ng_ml=condition.concentration_ng_ml,
            hours=condition.hours,
        )
        for condition in experiment.conditions.all()
    }
    new = [combination for combination in combinations if combination not in there]
    ExperimentCondition.objects.bulk_create(
        ExperimentCondition(experiment=experiment, **vars(combination)) for combination in new
    )
    return len(new)
