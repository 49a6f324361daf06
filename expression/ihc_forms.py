"""Forms of immunohistochemistry: a reading, an antibody, a cut-off, a rule."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cases.forms import RowForm
from cases.record_forms import RecordForm
from expression.models import (
    Antibody,
    ConsolidationRule,
    Evaluability,
    IhcReading,
    PositivityCutoff,
    Scale,
    Summary,
)
from expression.models.ihc import ROUNDING
from expression.models.percentages import PERCENTAGES
from expression.models.scale import LARGEST

SCORED = (*PERCENTAGES, "intensity", "recorded_score", "recorded_scale", "laboratory_scale")
"""What only an evaluable reading has."""


class IhcReadingForm(RecordForm):
    """What one reader saw. A script adds the percentages up while they are typed, and says what does not apply."""

    given = frozenset({"study", "patient"})

    class Meta:
        model = IhcReading
        fields = [
            "specimen",
            "core",
            "antibody",
            "cell_type",
            "compartment",
            "evaluability",
            *PERCENTAGES,
            "intensity",
            "recorded_score",
            "recorded_scale",
            "laboratory_scale",
            "reader",
            "read_on",
            "is_consensus",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What was read stays on its specimen once it is recorded.
        for name in ("specimen", "core"):
            self.fields[name].disabled = self.instance.pk is not None
        # Only what was read on a control tissue, and so on nobody, is without a specimen.
        self.fields["specimen"].required = True
        antibody: Any = self.fields["antibody"]
        antibody.queryset = antibody.queryset.select_related("marker", "phospho_site")
        antibody.label_from_instance = lambda row: f"{row.code} ({row.in_words})"
        self._mark_for_the_script()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("evaluability") == Evaluability.EVALUABLE:
            self._check_percentages(cleaned)
            self._check_recorded_score(cleaned)
        elif given := [name for name in SCORED if cleaned.get(name) not in (None, "")]:
            for name in given:
                self.add_error(name, _("Does not apply to what could not be scored. Leave it blank."))
        return cleaned

    def _may_be_missing(self, name: str) -> bool:
        """Why there is no score is said by whether the tissue was evaluable."""
        return name not in SCORED and super()._may_be_missing(name)

    def _mark_for_the_script(self) -> None:
        for name in PERCENTAGES:
            self.fields[name].widget.attrs |= {"data-adds-up": "100", "step": "any"}
        self.fields[PERCENTAGES[0]].widget.attrs["data-begins-row"] = True
        self.fields[PERCENTAGES[-1]].widget.attrs["data-sum-label"] = _("Sum")
        self.fields["evaluability"].widget.attrs["data-scored"] = Evaluability.EVALUABLE.value
        for name in SCORED:
            self.fields[name].widget.attrs["data-only-scored"] = _("does not apply")

    def _check_percentages(self, cleaned: dict[str, Any]) -> None:
        """Refuse, beside the last of them, percentages that are not four or do not add up."""
        cells = [cleaned.get(name) for name in PERCENTAGES]
        if any(name in self.errors for name in PERCENTAGES) or all(part is None for part in cells):
            return
        if None in cells:
            self.add_error(PERCENTAGES[-1], _("Give all four percentages; 0 where there are no such cells."))
            return
        total = sum((part for part in cells if part is not None), Decimal(0))
        if abs(total - 100) > Decimal(str(ROUNDING)):
            self.add_error(
                PERCENTAGES[-1],
                forms.ValidationError(
                    _("The percentages at 0, 1+, 2+ and 3+ add up to %(total)s, not to 100."),
                    params={"total": f"{total:f}".rstrip("0").rstrip(".")},
                ),
            )

    def _check_recorded_score(self, cleaned: dict[str, Any]) -> None:
        score, scale = cleaned.get("recorded_score"), cleaned.get("recorded_scale")
        own = cleaned.get("laboratory_scale")
        if scale and own:
            self.add_error("laboratory_scale", _("A score lies on one scale. Take one of the two away."))
            return
        if score is None or "recorded_score" in self.errors:
            if scale or own:
                self.add_error("recorded_score", _("Give the score, or take the scale away."))
            return
        if own:
            return
        if not scale:
            self.add_error("recorded_scale", _("Name the scale of the score."))
            return
        if not 0 <= score <= LARGEST[Scale(scale)]:
            self.add_error(
                "recorded_score",
                forms.ValidationError(
                    _("%(scale)s lies between 0 and %(largest)s."),
                    params={"scale": Scale(scale).label, "largest": LARGEST[Scale(scale)]},
                ),
            )


class AntibodyForm(RowForm):
    given = frozenset({"study"})

    class Meta:
        model = Antibody
        fields = ["code", "marker", "phospho_site", "clone", "vendor", "rrid", "dilution", "retrieval"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site: Any = self.fields["phospho_site"]
        site.queryset = site.queryset.select_related("marker")
        # What it is directed against decides what its readings mean.
        self.fields["marker"].disabled = self.instance.pk is not None


class VersionedForm(RowForm):
    """A new rule is version 1; what has its name already gets the next version instead of a change.

    The instance of a new version carries the name that stays.
    """

    given = frozenset({"study"})
    stays: tuple[str, ...] = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.stays:
            self.fields[name].disabled = bool(self.instance.name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        row: Any = self.instance
        same = type(row)._default_manager.filter(study=row.study, name=cleaned.get("name", ""))
        newest = same.aggregate(newest=Max("version"))["newest"]
        if newest and not self.fields["name"].disabled:
            self.add_error("name", _("This study has it already. Add a new version of that one instead."))
        row.version = (newest or 0) + 1
        return cleaned


class PositivityCutoffForm(VersionedForm):
    stays = ("name", "marker")

    class Meta:
        model = PositivityCutoff
        fields = ["name", "marker", "antibody", "cell_type", "compartment", "scale", "at_least", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        antibody: Any = self.fields["antibody"]
        antibody.queryset = self.instance.study.antibodies.select_related("marker", "phospho_site")
        antibody.label_from_instance = lambda row: f"{row.code} ({row.in_words})"


class ConsolidationRuleForm(VersionedForm):
    class Meta:
        model = ConsolidationRule
        fields = ["name", "cores_to_specimen", "specimens_to_patient", "minimum_evaluable_cores", "cutoff"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cutoff: Any = self.fields["cutoff"]
        cutoff.queryset = self.instance.study.positivity_cutoffs.select_related(
            "marker", "antibody__marker", "antibody__phospho_site"
        )
        cutoff.label_from_instance = lambda row: f"{row} ({row.in_words})"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        summaries = {cleaned.get("cores_to_specimen"), cleaned.get("specimens_to_patient")}
        if Summary.ANY_POSITIVE in summaries and not cleaned.get("cutoff"):
            self.add_error("cutoff", _("“Any positive” needs a cut-off that says what positive is."))
        return cleaned
