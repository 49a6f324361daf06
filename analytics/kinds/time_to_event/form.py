"""The form of a time-to-event question, and what it counts before anything is asked."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.forms import MeasureChoice, QuestionForm, choose_grouping, counted, grouping_fields, offered_groupings
from analytics.groupings import GROUPINGS
from analytics.kinds.time_to_event import wording
from analytics.kinds.time_to_event.preview import Preview, preview
from analytics.kinds.time_to_event.spec import (
    KNOWN_LATER,
    MOST_GROUPS,
    Compared,
    Covariate,
    EndPoint,
    MarkerAs,
    TimeToEvent,
    Zero,
)
from analytics.plots.names import in_a_sentence
from analytics.spec import SpecError
from cases.models import Criterion, SkeletalEventType

MEASURE = MeasureChoice()
USUAL_LANDMARKS = "90, 180, 365"
USUAL_YEARS = "1, 2, 3"
OF_RESPONSE = ("landmarks", "landmark", "naive")
OF_GROUPS = ("grouping", "gene", "groups", "reference")


class TimeToEventForm(QuestionForm):
    """An event, a time zero, and what patients are compared by."""

    spec_class = TimeToEvent
    preview_template = "analytics/previews/time_to_event.html"
    question = (
        *("end_point", "event_types", "progression", "zero", "compared", "criterion", "landmarks", "landmark"),
        *OF_GROUPS,
        *MEASURE.question,
        *("marker_as", "covariates"),
    )
    finer = ("entry", "years", "keeps_earlier", "exact_dates", "naive", *MEASURE.finer)

    end_point = forms.ChoiceField(label=_("Event"), choices=EndPoint.choices, widget=forms.RadioSelect)
    event_types = forms.MultipleChoiceField(
        label=_("Kinds that count"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("All when none is ticked. Counted as the study defines it: one within the window is the same."),
    )
    progression = forms.ChoiceField(label=_("Criterion of progression"))
    zero = forms.ChoiceField(label=_("Time counts from"))
    compared = forms.ChoiceField(label=_("Compare patients by"))
    grouping, gene, criterion = grouping_fields().values()
    groups = forms.MultipleChoiceField(
        label=_("Groups"), widget=forms.CheckboxSelectMultiple, required=False, help_text=_("At most six curves.")
    )
    reference = forms.ChoiceField(
        label=_("Reference group"), required=False, help_text=_("The others are compared with it.")
    )
    landmarks = forms.CharField(
        label=_("Landmarks, in days"), help_text=_("Chosen before looking. All are shown, side by side.")
    )
    landmark = forms.ChoiceField(label=_("Landmark that is drawn"))
    naive = forms.BooleanField(
        label=_("Show the biased comparison, too"),
        required=False,
        help_text=_(
            "Who ever responded, from day 0. It finds a benefit where there is none: a patient has to stay free of "
            "the event in order to respond. Its figure is marked."
        ),
    )
    marker_as = forms.ChoiceField(label=_("Values enter as"), choices=MarkerAs.choices)
    covariates = forms.MultipleChoiceField(
        label=_("Adjust hazard ratios for"),
        widget=forms.CheckboxSelectMultiple,
        choices=Covariate.choices,
        required=False,
        help_text=_("Patients of whom one is not known are left out and counted."),
    )
    entry = forms.ChoiceField(
        label=_("Under observation from"),
        required=False,
        help_text=_("Where patients come under observation after time zero, they enter curves and tests late."),
    )
    years = forms.CharField(label=_("Estimates at, in years"))
    keeps_earlier = forms.BooleanField(
        label=_("Keep patients with an event before time zero"), required=False, help_text=_("Their next event counts.")
    )
    exact_dates = forms.BooleanField(label=_("Only dates known to the day"), required=False)

    def __init__(self, asked: QueryDict, *, catalogue: Catalogue, bound: bool) -> None:
        # Only a comparison by a marker has one, and only then are its fields there.
        if asked.get("compared") == Compared.MARKER and catalogue:
            self.measures = (MEASURE,)
        super().__init__(asked, catalogue=catalogue, bound=bound)

    @classmethod
    def can_ask(cls, catalogue: Catalogue) -> bool:
        """Follow-up is there without any measured value."""
        return True

    def choose_all(self) -> None:
        ends = [EndPoint.SKELETAL_EVENT, EndPoint.DEATH, *([EndPoint.PROGRESSION] if self.readings else [])]
        end = self.choose("end_point", [str(one) for one in ends])
        self.choose_several("event_types", self.kinds_of_event if end == EndPoint.SKELETAL_EVENT else [])
        self.choose("progression", self.readings if end == EndPoint.PROGRESSION else [""])
        compared = self.choose("compared", self.comparisons)
        zeros = [Zero.FIRST_DOSE] if compared == Compared.RESPONSE else list(Zero)
        self.choose("zero", [str(zero) for zero in zeros])
        self.choose("entry", ["", *(str(zero) for zero in Zero if zero != self.chosen["zero"])])
        self.choose_several("covariates", Covariate.values)
        self.type_in("years", usual=USUAL_YEARS)
        self.tick("exact_dates")
        self.tick("keeps_earlier")
        # The groups there are depend on all that was chosen before.
        self._choose_compared(compared)

    def _choose_compared(self, compared: str) -> None:
        self.choose("marker_as", MarkerAs.values if compared == Compared.MARKER else [""])
        self.choose("criterion", self.catalogue.criteria if compared == Compared.RESPONSE else [""])
        self.type_in("landmarks", usual=USUAL_LANDMARKS)
        self.choose("landmark", self._landmarks_middle_first if compared == Compared.RESPONSE else [""])
        self.tick("naive")
        if compared != Compared.GROUPS:
            for name in ("grouping", "gene", "reference"):
                self.choose(name, [""])
            self.choose_several("groups", [])
            return
        criterion = self.chosen["criterion"]
        choose_grouping(self, self.groupings)
        self.chosen["criterion"] = criterion
        usual = sorted(self.preview.groups, key=lambda code: -self.preview.groups[code].patients)[:MOST_GROUPS]
        self.choose_several(
            "groups", self.preview.groups, usual=[code for code in self.preview.groups if code in usual]
        )
        self.choose("reference", ["", *self.chosen["groups"]])
        self.stale.pop("reference", None)

    def offered(self) -> dict[str, list[tuple[str, Any]]]:
        criteria = {code: str(Criterion(code).label) for code in {*self.readings, *self.catalogue.criteria}}
        found: dict[str, list[tuple[str, Any]]] = {
            "compared": [(code, str(Compared(code).label)) for code in self.comparisons],
            "end_point": [(code, label) for code, label in EndPoint.choices if code != "progression" or self.readings],
            "event_types": [(code, str(SkeletalEventType(code).label)) for code in self.kinds_of_event],
            "progression": [(code, criteria[code]) for code in self.readings],
            "zero": Zero.choices if self.chosen["compared"] != Compared.RESPONSE else Zero.choices[:1],
            "entry": [("", _("Time zero")), *(one for one in Zero.choices if one[0] != self.chosen["zero"])],
            "criterion": [(code, criteria[code]) for code in self.catalogue.criteria],
            "landmark": [(day, gettext("Day {day}").format(day=day)) for day in sorted(self._landmarks, key=int)],
        }
        if self.chosen["compared"] == Compared.GROUPS:
            names = {code: group.name for code, group in self.preview.groups.items()}
            found |= offered_groupings(self, self.groupings) | {
                "groups": [(code, counted(names[code], one.patients)) for code, one in self.preview.groups.items()],
                "reference": [
                    ("", _("The largest group")),
                    *((code, names[code]) for code in self.chosen["groups"]),
                ],
            }
        return found

    def without(self) -> Iterable[str]:
        compared, end = self.chosen["compared"], self.chosen["end_point"]
        unwanted = {
            **dict.fromkeys((*OF_RESPONSE, "criterion"), compared != Compared.RESPONSE),
            **dict.fromkeys(OF_GROUPS, compared != Compared.GROUPS),
            "marker_as": compared != Compared.MARKER,
            **dict.fromkeys(("event_types", "keeps_earlier"), end != EndPoint.SKELETAL_EVENT),
            "progression": end != EndPoint.PROGRESSION,
        }
        if compared == Compared.GROUPS:
            unwanted["gene"] = GROUPINGS[self.chosen["grouping"]].needs != "gene"
        return [name for name, left_out in unwanted.items() if left_out]

    @cached_property
    def comparisons(self) -> list[str]:
        """By what patients of this study can be compared."""
        there = {
            Compared.RESPONSE: bool(self.catalogue.criteria),
            Compared.GROUPS: True,
            Compared.MARKER: bool(self.catalogue),
            Compared.NOTHING: True,
        }
        return [str(one) for one, is_there in there.items() if is_there]

    @cached_property
    def groupings(self) -> list[str]:
        """Those known at time zero."""
        return [code for code in self.catalogue.groupings if code not in KNOWN_LATER]

    @cached_property
    def readings(self) -> list[str]:
        """The criteria with an overall category, by which progression is read."""
        return [code for code in self.catalogue.criteria if code != Criterion.SCLEROSIS]

    @cached_property
    def kinds_of_event(self) -> list[str]:
        """The kinds of skeletal-related events that count in this study."""
        extended = self.catalogue.study.counts_hypercalcaemia
        return [code for code in SkeletalEventType.values if extended or code != SkeletalEventType.HYPERCALCAEMIA]

    @cached_property
    def preview(self) -> Preview:
        return preview(self._countable(), landmark=str(self.chosen.get("landmark", "")), by=self.catalogue.by)

    def _countable(self) -> TimeToEvent:
        """The question without what may be typed wrongly and changes no count, before groups are chosen."""
        left_out = {"groups", "reference", "years", "naive", *OF_RESPONSE}
        plain = {name: value for name, value in self.chosen.items() if name not in left_out}
        place = {"study": self.catalogue.study.code, "population": self.population.as_json()}
        try:
            return TimeToEvent.from_mapping({**plain, **place})
        except SpecError:
            # Before all fields are chosen, or after nonsense in an address: what there is without them.
            return TimeToEvent.from_mapping({"compared": Compared.NOTHING.value, **place})

    @property
    def _landmarks(self) -> list[str]:
        typed = [day.strip() for day in self.chosen["landmarks"].split(",")]
        days = [day for day in dict.fromkeys(typed) if day.isascii() and day.isdigit()]
        return days or USUAL_LANDMARKS.split(", ")

    @property
    def _landmarks_middle_first(self) -> list[str]:
        """The one in the middle is what usually is drawn."""
        days = self._landmarks
        middle = days[len(days) // 2]
        return [middle, *(day for day in days if day != middle)]

    @property
    def sentence(self) -> SafeString:
        spec = self._countable()
        event, zero = wording.event_name(spec), wording.zero_name(spec)
        if self.chosen["compared"] == Compared.NOTHING:
            text = gettext("When does <b>{event}</b> come, from <b>{zero}</b> on?")
            return format_html(text, event=event, zero=zero)
        text = gettext("Does <b>{event}</b> come at another time, from <b>{zero}</b> on, by <b>{compared}</b>?")
        return format_html(text, event=event, zero=zero, compared=self._compared_in_words())

    def _compared_in_words(self) -> str:
        compared = self.chosen["compared"]
        if compared == Compared.MARKER:
            return str(self.catalogue.marker_name(self.chosen["marker"]))
        if compared == Compared.GROUPS:
            return in_a_sentence(str(GROUPINGS[self.chosen["grouping"]].label(self.chosen["gene"])))
        return in_a_sentence(str(GROUPINGS["response"].label(self.chosen["criterion"])))

    @property
    def warnings(self) -> list[str]:
        found = [self.preview.refusal] if self.preview.refusal else []
        if self.preview.analysed == 0:
            found.append(gettext("No patient is left to analyse. Choose another time zero or a wider population."))
        elif self.preview.events == 0:
            found.append(gettext("Nobody has had the event, so nothing can be compared."))
        if self.chosen["naive"] and self.chosen["compared"] == Compared.RESPONSE:
            found.append(gettext("The biased comparison is asked for. It stands beside the others, marked as biased."))
        return found

    def as_asked(self) -> dict[str, Any]:
        """Where every group is ticked, the question is about all groups, also those that come later."""
        chosen = super().as_asked()
        if "groups" in chosen and set(chosen["groups"]) == set(self.preview.groups):
            chosen["groups"] = []
        return chosen
