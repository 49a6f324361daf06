"""The form of a comparison between groups, and what it counts before anything is asked."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.forms import (
    GROUPING_FIELDS,
    MeasureChoice,
    QuestionForm,
    choose_grouping,
    counted,
    grouping_fields,
    offered_groupings,
    without_details,
)
from analytics.groupings import GROUPINGS, Labels, in_all_languages
from analytics.kinds.expression_by_group.spec import ExpressionByGroup, Method
from analytics.measurements import measured_patients
from analytics.plots import looks
from analytics.plots.names import in_a_sentence, in_language
from analytics.population import patients_of
from analytics.spec import Assay
from cases.access import Person
from cases.models import Patient

MEASURE = MeasureChoice()
USUAL_MARGIN = "1"
"""Of qPCR: one cycle."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many patients a question would rest on, before it is asked."""

    in_scope: int
    measured: int
    grouped: int
    groups: dict[str, int]
    labels: dict[str, Labels]
    grouping: Labels


@dataclass(frozen=True, kw_only=True)
class ComparedGroup:
    """A row of the preview."""

    name: str
    patients: int
    swatch: str
    is_reference: bool


def preview(
    *,
    spec: ExpressionByGroup,
    by: Person,
    patients: QuerySet[Patient] | None = None,
    measured: Collection[int] | None = None,
) -> Preview:
    """The counts of a question. Cheaper than loading its numbers; a qPCR sample without a usable Cq still counts.

    ``patients`` are those of the question, and ``measured`` the keys of all patients with a measurement, where they are
    known already.
    """
    patients = patients_of(spec=spec, by=by) if patients is None else patients
    with_values = patients.filter(pk__in=measured_patients(measure=spec, by=by) if measured is None else measured)
    grouping = GROUPINGS[spec.grouping]
    assigned = grouping.assign(with_values, spec.detail).groups
    labels = grouping.ordered(set(assigned.values()), with_values)
    groups = dict.fromkeys(labels, 0)
    for code in assigned.values():
        groups[code] += 1
    return Preview(
        in_scope=patients.count(),
        measured=with_values.count(),
        grouped=len(assigned),
        groups=groups,
        labels=labels,
        grouping=in_all_languages(grouping.label(spec.detail)),
    )


class ExpressionByGroupForm(QuestionForm):
    """A marker, what patients are compared by, and which of the groups there are."""

    spec_class = ExpressionByGroup
    measures = (MEASURE,)
    preview_template = "analytics/previews/expression_by_group.html"
    question = (*MEASURE.question, *GROUPING_FIELDS, "groups", "reference")
    finer = (*MEASURE.finer, "method", "margin", "cutoff", "stratum")

    grouping, gene, criterion = grouping_fields().values()
    groups = forms.MultipleChoiceField(
        label=_("Groups"), widget=forms.CheckboxSelectMultiple, required=False, help_text=_("Patients with a value.")
    )
    reference = forms.ChoiceField(
        label=_("Reference group"), required=False, help_text=_("The others are compared with it.")
    )
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices)
    stratum = forms.ChoiceField(
        label=_("Strata by"), required=False, help_text=_("Patients are compared with those of their own stratum only.")
    )
    cutoff = forms.CharField(
        label=_("Positive from"),
        required=False,
        help_text=_("The lowest value that counts as positive: fix it before you see the answer."),
    )
    margin = forms.CharField(
        label=_("Margin of equivalence"),
        required=False,
        help_text=_(
            "The smallest difference that would matter, in the unit of differences: fix it before you see the answer."
        ),
    )

    def choose_all(self) -> None:
        choose_grouping(self, self.catalogue.groupings)
        self.choose("method", self._methods)
        self.type_in("margin", usual=USUAL_MARGIN if self.chosen["assay"] == Assay.QPCR else "")
        self.type_in("cutoff")
        self.choose("stratum", self._strata)
        self.choose_several("groups", self.preview.groups, usual=self.preview.groups)
        self.choose("reference", ["", *self.chosen["groups"]])
        self.stale.pop("reference", None)

    def offered(self) -> dict[str, list[tuple[str, Any]]]:
        names = {code: in_language(labels) for code, labels in self.preview.labels.items()}
        return offered_groupings(self, self.catalogue.groupings) | {
            "method": [(method, Method(method).label) for method in self._methods],
            "stratum": [(code, GROUPINGS[code].name) for code in self._strata],
            "groups": [(code, counted(names[code], count)) for code, count in self.preview.groups.items()],
            "reference": [("", _("None")), *((code, names[code]) for code in self.chosen["groups"])],
        }

    def without(self) -> Iterable[str]:
        of_method = {"margin": Method.EQUIVALENCE, "stratum": Method.STRATIFIED, "cutoff": Method.POSITIVE}
        unwanted = [name for name, method in of_method.items() if self.chosen["method"] != method]
        if self.chosen["method"] == Method.CENSORED:
            unwanted += ["undetermined", "reference"]
        return [*without_details(self), *unwanted]

    @property
    def _methods(self) -> list[str]:
        """The methods there are for what is measured: only a single marker by qPCR has limits of detection."""
        has_limits = self.chosen["assay"] == Assay.QPCR and not self.chosen["per_marker"]
        return [method for method in Method.values if has_limits or method != Method.CENSORED]

    @property
    def _strata(self) -> list[str]:
        """The groupings that can make strata of the compared groups."""
        groupings = (code for code in self.catalogue.groupings if not GROUPINGS[code].needs)
        return [code for code in groupings if code != self.chosen["grouping"]]

    @cached_property
    def preview(self) -> Preview:
        return preview(spec=self.preview_spec(), by=self.catalogue.by)

    def preview_spec(self) -> ExpressionByGroup:
        """The question about all groups, to count which there are."""
        left_out = ("groups", "reference", "method", "margin", "cutoff", "stratum")
        plain = {name: value for name, value in self.chosen.items() if name not in left_out}
        place = {"study": self.catalogue.study.code, "population": self.population.as_json()}
        return ExpressionByGroup.from_mapping({**plain, **place})

    @property
    def sentence(self) -> SafeString:
        text = gettext("Is <b>{marker}</b>, in {unit}, the same in these groups by <b>{grouping}</b>?")
        return format_html(
            text,
            marker=MEASURE.marker(self),
            unit=MEASURE.unit(self),
            grouping=in_a_sentence(in_language(self.preview.grouping)),
        )

    @property
    def warnings(self) -> list[str]:
        fewest = 1 if self.chosen["method"] == Method.POSITIVE else 2
        if len(self.compared) >= fewest:
            return []
        return [
            gettext(
                "Fewer than two groups have patients with a value. Choose another marker, or another way to make "
                "groups."
            )
        ]

    @property
    def compared(self) -> list[ComparedGroup]:
        """The ticked groups, in their order."""
        styles = looks(self.chosen["groups"], reference=self.chosen["reference"])
        return [
            ComparedGroup(
                name=in_language(self.preview.labels[code]),
                patients=self.preview.groups[code],
                swatch=f"group-{look.number}" if look.number else "",
                is_reference=code == self.chosen["reference"],
            )
            for code, look in styles.items()
        ]

    def as_asked(self) -> dict[str, Any]:
        """Where every group is ticked, the question is about all groups, also those that come later."""
        chosen = super().as_asked()
        return chosen | {"groups": []} if set(chosen["groups"]) == set(self.preview.groups) else chosen
