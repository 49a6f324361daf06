"""The form of response proportions, and what it counts before anything is asked: nobody's outcome but who has one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.forms import (
    GROUPING_FIELDS,
    MeasureChoice,
    QuestionForm,
    choose_grouping,
    counted,
    grouping_fields,
    offered_groupings,
)
from analytics.groupings import GROUPINGS, Labels, in_all_languages
from analytics.kinds.response_proportions.spec import (
    COVARIATES,
    GROUPED_BY,
    MARKER,
    MARKER_PREFIX,
    NotEvaluable,
    OverallTest,
    ResponseProportions,
    Step,
)
from analytics.kinds.response_proportions.wording import outcome_name
from analytics.plots.names import in_a_sentence, in_language
from analytics.population import patients_of
from cases.access import Person
from cases.derived.course import responses
from cases.derived.response import Excluded, Outcome

MEASURE = MeasureChoice(prefix=MARKER_PREFIX, heading=_("Marker"))


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many patients a question would rest on, before it is asked; ``evaluable`` counts by group."""

    in_scope: int
    treated: int
    followed: int
    evaluable: dict[str, int]
    not_evaluable: dict[str, int]
    labels: dict[str, Labels]
    grouping: Labels


@dataclass(frozen=True, kw_only=True)
class ComparedGroup:
    """A row of the preview."""

    name: str
    evaluable: int
    not_evaluable: int
    is_reference: bool


def preview(*, spec: ResponseProportions, by: Person) -> Preview:
    """The counts of a question."""
    patients = patients_of(spec=spec, by=by)
    answers = responses(list(patients), spec.criterion, count_flagged=spec.count_flagged)
    grouping = GROUPINGS[spec.grouping]
    groups = grouping.assign(patients, spec.gene).groups
    evaluable: Counter[str] = Counter()
    not_evaluable: Counter[str] = Counter()
    for patient, answer in answers.items():
        if answer.outcome is not None and patient in groups:
            counts = not_evaluable if answer.outcome is Outcome.NOT_EVALUABLE else evaluable
            counts[groups[patient]] += 1
    labels = grouping.ordered({*evaluable, *not_evaluable}, patients)
    return Preview(
        in_scope=len(answers),
        treated=sum(answer.excluded is not Excluded.NOT_TREATED for answer in answers.values()),
        followed=sum(answer.outcome is not None for answer in answers.values()),
        evaluable={code: evaluable[code] for code in labels},
        not_evaluable={code: not_evaluable[code] for code in labels},
        labels=labels,
        grouping=in_all_languages(grouping.label(spec.gene)),
    )


class ResponseProportionsForm(QuestionForm):
    """A criterion, what patients are compared by, and what else may explain the response."""

    spec_class = ResponseProportions
    preview_template = "analytics/previews/response_proportions.html"
    question = ("criterion", *GROUPING_FIELDS[:2], "groups", "reference", "covariates", *MEASURE.question, "step")
    finer = ("stratum", "stratum_gene", "test", "not_evaluable", "count_flagged", *MEASURE.finer)

    grouping, gene, criterion = grouping_fields().values()
    groups = forms.MultipleChoiceField(
        label=_("Groups"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Treated patients who were assessed by the criterion."),
    )
    reference = forms.ChoiceField(
        label=_("Reference group"), required=False, help_text=_("The others are compared with it.")
    )
    covariates = forms.MultipleChoiceField(
        label=_("Logistic regression with"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Beside the groups. Patients of whom one is not known are left out of it and counted."),
    )
    step = forms.ChoiceField(label=_("Odds ratio of the marker per"), choices=Step.choices)
    stratum = forms.ChoiceField(
        label=_("Compare within strata by"), required=False, help_text=_("Mantel–Haenszel, beside the comparison.")
    )
    stratum_gene = forms.ChoiceField(label=_("Gene of the strata"))
    test = forms.ChoiceField(label=_("Test over all groups"), choices=OverallTest.choices)
    not_evaluable = forms.ChoiceField(label=_("Patients who could not be evaluated"), choices=NotEvaluable.choices)
    count_flagged = forms.BooleanField(
        label=_("Count assessments after radiotherapy or surgery to the lesion"),
        required=False,
        help_text=_("Both harden bone, too: usually such an assessment is no response to denosumab."),
    )

    def __init__(self, asked: QueryDict, *, catalogue: Catalogue, bound: bool) -> None:
        # Only a regression with a marker has one, and only then are its fields there.
        if MARKER in asked.getlist("covariates") and catalogue:
            self.measures = (MEASURE,)
        super().__init__(asked, catalogue=catalogue, bound=bound)

    @classmethod
    def can_ask(cls, catalogue: Catalogue) -> bool:
        """A response needs assessments of lesions, not measured values."""
        return bool(catalogue.criteria)

    def choose_all(self) -> None:
        choose_grouping(self, self.groupings)
        self.choose("criterion", self.catalogue.criteria)
        self.choose("stratum", ["", *(code for code in self.groupings if code != self.chosen["grouping"])])
        needs_gene = bool(self.chosen["stratum"]) and GROUPINGS[self.chosen["stratum"]].needs == "gene"
        self.choose("stratum_gene", self.catalogue.genes if needs_gene else [""])
        self.choose("test", OverallTest.values)
        self.choose("not_evaluable", NotEvaluable.values)
        self.tick("count_flagged")
        self.choose_several("covariates", self.explanations)
        self.choose("step", Step.values if self.measures else [""])
        # The groups there are depend on all that was chosen before.
        self.choose_several("groups", self.preview.evaluable, usual=self.preview.evaluable)
        self.choose("reference", ["", *self.chosen["groups"]])
        self.stale.pop("reference", None)

    @cached_property
    def groupings(self) -> list[str]:
        return [code for code in self.catalogue.groupings if code in GROUPED_BY]

    @property
    def explanations(self) -> list[str]:
        """The covariates there are beside the chosen groups."""
        taken = {self.chosen["grouping"], "" if self.catalogue else MARKER}
        return [code for code in COVARIATES if code not in taken]

    def offered(self) -> dict[str, list[tuple[str, Any]]]:
        names = {code: in_language(labels) for code, labels in self.preview.labels.items()}
        grouped = offered_groupings(self, self.groupings)
        return grouped | {
            "groups": [(code, counted(names[code], count)) for code, count in self.preview.evaluable.items()],
            "reference": [("", _("None")), *((code, names[code]) for code in self.chosen["groups"])],
            "covariates": [(code, COVARIATES[code]) for code in self.explanations],
            "stratum": [
                ("", _("None")),
                *(option for option in grouped["grouping"] if option[0] != self.chosen["grouping"]),
            ],
            "stratum_gene": grouped["gene"],
        }

    def without(self) -> Iterable[str]:
        wanted = {
            "gene": GROUPINGS[self.chosen["grouping"]].needs == "gene",
            "stratum_gene": bool(self.chosen["stratum_gene"]),
            "step": bool(self.measures),
        }
        return [name for name, is_wanted in wanted.items() if not is_wanted]

    @cached_property
    def preview(self) -> Preview:
        plain = {name: self.chosen[name] for name in ("criterion", "grouping", "gene", "count_flagged")}
        place = {"study": self.catalogue.study.code, "population": self.population.as_json()}
        return preview(spec=ResponseProportions.from_mapping({**plain, **place}), by=self.catalogue.by)

    @property
    def sentence(self) -> SafeString:
        return format_html(
            gettext("<b>{outcome}</b> after denosumab: in what share of the patients, by <b>{grouping}</b>?"),
            outcome=outcome_name(self.chosen["criterion"]),
            grouping=in_a_sentence(in_language(self.preview.grouping)),
        )

    @property
    def warnings(self) -> list[str]:
        if any(self.preview.evaluable.values()):
            return []
        return [
            gettext(
                "No treated patient with a group was assessed by this criterion. Choose another criterion, or another "
                "way to make groups."
            )
        ]

    @property
    def compared(self) -> list[ComparedGroup]:
        """The ticked groups, in their order."""
        return [
            ComparedGroup(
                name=in_language(self.preview.labels[code]),
                evaluable=self.preview.evaluable[code],
                not_evaluable=self.preview.not_evaluable[code],
                is_reference=code == self.chosen["reference"],
            )
            for code in self.chosen["groups"]
        ]

    def as_asked(self) -> dict[str, Any]:
        """Where every group is ticked, the question is about all groups, also those that come later."""
        chosen = super().as_asked()
        return chosen | {"groups": []} if set(chosen["groups"]) == set(self.preview.evaluable) else chosen
