"""The form of an association, and what it counts before anything is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.forms import (
    GROUPING_FIELDS,
    MeasureChoice,
    QuestionForm,
    choose_grouping,
    grouping_fields,
    offered_groupings,
    without_details,
)
from analytics.kinds.association.spec import Association, Coefficient, X, Y
from analytics.measurements import measured_patients, two_names
from analytics.plots.names import in_language
from analytics.population import patients_of
from analytics.spec import Assay
from analytics.stats.association import FEWEST_PAIRS

FIRST = MeasureChoice(prefix=X, heading=_("First measure"), usual_assay=Assay.IHC)
SECOND = MeasureChoice(prefix=Y, heading=_("Second measure"), usual_assay=Assay.QPCR)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many patients a question would rest on, before it is asked."""

    in_scope: int
    first: int
    second: int
    both: int
    names: tuple[str, str]


class AssociationForm(QuestionForm):
    """Two measures; by choice the groups of patients in which the association is told as well."""

    spec_class = Association
    measures = (FIRST, SECOND)
    preview_template = "analytics/previews/association.html"
    question = (*FIRST.question, *SECOND.question, *GROUPING_FIELDS)
    finer = (*FIRST.finer, *SECOND.finer, "coefficient")

    grouping, gene, criterion = grouping_fields().values()
    coefficient = forms.ChoiceField(label=_("Coefficient"), choices=Coefficient.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grouping"].label = _("Colour patients by")
        self.fields["grouping"].help_text = _("The association is then told for each group, too.")
        self.fields["grouping"].required = False

    def choose_all(self) -> None:
        choose_grouping(self, ["", *self.catalogue.groupings])
        self.choose("coefficient", Coefficient.values)

    def offered(self) -> dict[str, list[tuple[str, Any]]]:
        return offered_groupings(self, ["", *self.catalogue.groupings])

    def without(self) -> Iterable[str]:
        return without_details(self)

    @cached_property
    def preview(self) -> Preview:
        patients = patients_of(spec=self._place, by=self.catalogue.by)
        first, second = (measure.measure(self) for measure in self.measures)
        keys = [measured_patients(measure=measure, by=self.catalogue.by) for measure in (first, second)]
        one, other = two_names(first, second)
        return Preview(
            in_scope=patients.count(),
            first=patients.filter(pk__in=keys[0]).count(),
            second=patients.filter(pk__in=keys[1]).count(),
            both=patients.filter(pk__in=keys[0]).filter(pk__in=keys[1]).count(),
            names=(in_language(one), in_language(other)),
        )

    @property
    def sentence(self) -> SafeString:
        x, y = self.preview.names
        text = gettext("Do <b>{x}</b>, in {x_unit}, and <b>{y}</b>, in {y_unit}, go together?")
        return format_html(text, x=x, x_unit=FIRST.unit(self), y=y, y_unit=SECOND.unit(self))

    @property
    def warnings(self) -> list[str]:
        if FIRST.of(self.chosen) == SECOND.of(self.chosen):
            return [gettext("Both measures are the same. Choose another marker, assay or stain.")]
        if self.preview.both < FEWEST_PAIRS:
            return [gettext("Too few patients have both measures. Choose others.")]
        return []

    @property
    def _place(self) -> Association:
        """The question without its measures' checks, for the population it is about."""
        first, second = (measure.measure(self) for measure in self.measures)
        return Association(study=self.catalogue.study.code, population=self.population, x=first, y=second)
