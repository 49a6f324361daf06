"""What a person chooses of a wide table."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.spec import Consolidation, Undetermined
from analytics.wide_table.filled import Variable
from analytics.wide_table.measured import HowMeasured
from analytics.wide_table.offered import variables
from cases.exporting.forms import ShapeForm
from expression.models import Scale


class WideTableForm(ShapeForm):
    """Rows, columns, and by which rules measurements become one value."""

    rows = forms.ChoiceField(
        label=_("One row for each"),
        choices=[("patient", _("Patient")), ("specimen", _("Specimen"))],
        initial="patient",
    )
    variables = forms.MultipleChoiceField(label=_("Variables"), widget=forms.CheckboxSelectMultiple)
    consolidation = forms.ChoiceField(
        label=_("Several samples of a patient count as"),
        choices=Consolidation.choices,
        initial=Consolidation.MEDIAN,
        help_text=_("Of qPCR and profiles."),
    )
    undetermined = forms.ChoiceField(
        label=_("Undetermined samples"), choices=Undetermined.choices, initial=Undetermined.EXCLUDED
    )
    scales = forms.MultipleChoiceField(
        label=_("Scales of immunohistochemistry"),
        choices=Scale.choices,
        initial=[Scale.H_SCORE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    rules = forms.MultipleChoiceField(
        label=_("Consolidation rules"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Make cores the value of a specimen and specimens that of a patient; each rule makes a column."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue = Catalogue(study=self.study, by=self.user)
        offered = list(variables(catalogue, HowMeasured()).values())
        rules = [(rule, rule) for rule in catalogue.stains.rules]
        self._offer("variables", _by_heading(offered), [variable.code for variable in offered])
        self._offer("rules", rules, [rule for rule, _name in rules[:1]])

    def _offer(self, name: str, choices: Any, initial: list[str]) -> None:
        field: Any = self.fields[name]
        field.choices, field.initial = choices, initial


def _by_heading(offered: list[Variable]) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Headings come in the order in which they first occur."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for variable in offered:
        groups.setdefault(str(variable.group), []).append((variable.code, capfirst(str(variable.label))))
    return list(groups.items())
