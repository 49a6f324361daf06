"""The questions about a plate: what each target is, whose each sample is, and what is compared with what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.importing.codes import LONGEST_CODE
from cases.importing.formats import OptionsForm
from cases.models import Study
from cases.models.study import code_validator
from expression.importing.plate_outline import CYCLES, PatientRule, SampleAction
from expression.models import Marker, ReferencePairing, TargetRole
from expression.scoring import LARGEST_EFFICIENCY

SMALLEST_EFFICIENCY = 1.01
PLATE_FIELDS = ["code", "cycles", "reference_pairing", "calibrator", "unmatched", "patient_rule"]


@dataclass(frozen=True, kw_only=True)
class FormRow:
    """One target or sample: what the file says about it, and the fields that ask about it."""

    about: dict[str, Any]
    fields: list[BoundField]


class PlateForm(OptionsForm):
    """The fields of target ``n`` are ``target-n-marker`` …, those of sample ``n`` are ``sample-n-action`` …."""

    code = forms.CharField(label=_("Code of the run"), max_length=LONGEST_CODE, validators=[code_validator])
    cycles = forms.IntegerField(
        label=_("Cycles"),
        min_value=CYCLES.start,
        max_value=CYCLES.stop - 1,
        help_text=_("An undetermined well stands for a Cq of at least this."),
    )
    reference_pairing = forms.ChoiceField(
        label=_("Reference wells"),
        choices=ReferencePairing.choices,
        help_text=_("What target wells are compared with."),
    )
    unmatched = forms.ChoiceField(
        label=_("Samples that have no specimen yet"),
        choices=[(SampleAction.SKIP, _("are not study samples")), (SampleAction.CREATE, _("become new specimens"))],
        help_text=_("Unless their row says something else."),
    )
    patient_rule = forms.ChoiceField(
        label=_("Patient of a new specimen"),
        choices=PatientRule.choices,
        help_text=_("Where its row names none. Unknown patients are added."),
    )

    def __init__(self, *, outline: dict[str, Any], options: dict[str, Any] | None, data: Any, study: Study) -> None:
        super().__init__(data, initial=_start(outline, options or {}))
        self.study = study
        self.targets, self.samples = outline["targets"], outline["samples"]
        self.fields["calibrator"] = forms.ChoiceField(
            label=_("Calibrator"),
            choices=[("", _("None: only ΔCq")), *((sample["name"], sample["name"]) for sample in self.samples)],
            required=False,
            help_text=_("Relative quantities are multiples of this sample's."),
        )
        markers = [("", _("Not a study marker")), *((marker.symbol, _label(marker)) for marker in Marker.objects.all())]
        for number, target in enumerate(self.targets):
            self._add(f"target-{number}", target["name"], _target_fields(markers))
        for number, sample in enumerate(self.samples):
            self._add(f"sample-{number}", sample["name"], _sample_fields())

    @property
    def plate_fields(self) -> list[BoundField]:
        """The questions about the whole run."""
        return [self[name] for name in PLATE_FIELDS]

    @property
    def target_rows(self) -> Iterator[FormRow]:
        return self._rows("target", self.targets, ["marker", "role", "efficiency"])

    @property
    def sample_rows(self) -> Iterator[FormRow]:
        return self._rows("sample", self.samples, ["action", "specimen", "patient"])

    @property
    def options(self) -> dict[str, Any]:
        """The answers; ``targets`` and ``samples`` by name."""
        return {
            **{name: self.cleaned_data[name] for name in PLATE_FIELDS},
            "targets": {row.about["name"]: self._answers(row) for row in self.target_rows},
            "samples": {row.about["name"]: self._answers(row) for row in self.sample_rows},
        }

    def _add(self, prefix: str, name: str, fields: dict[str, forms.Field]) -> None:
        for key, field in fields.items():
            field.widget.attrs["aria-label"] = format_lazy("{name}: {field}", name=name, field=field.label)
            self.fields[f"{prefix}-{key}"] = field

    def _rows(self, kind: str, about: list[dict[str, Any]], keys: list[str]) -> Iterator[FormRow]:
        for number, item in enumerate(about):
            yield FormRow(about=item, fields=[self[f"{kind}-{number}-{key}"] for key in keys])

    def _answers(self, row: FormRow) -> dict[str, Any]:
        return {field.name.rpartition("-")[2]: self.cleaned_data[field.name] for field in row.fields}


def _target_fields(markers: list[tuple[str, Any]]) -> dict[str, forms.Field]:
    return {
        "marker": forms.ChoiceField(label=_("marker"), choices=markers, required=False),
        "role": forms.ChoiceField(label=_("role"), choices=TargetRole.choices),
        "efficiency": forms.FloatField(
            label=_("efficiency"),
            min_value=SMALLEST_EFFICIENCY,
            max_value=LARGEST_EFFICIENCY,
            widget=forms.NumberInput(attrs={"step": "any"}),
        ),
    }


def _sample_fields() -> dict[str, forms.Field]:
    return {
        "action": forms.ChoiceField(
            label=_("what it is"), choices=[("", _("As chosen above")), *SampleAction.choices], required=False
        ),
        "specimen": _code_field(_("specimen")),
        "patient": _code_field(_("patient")),
    }


def _code_field(label: Any) -> forms.Field:
    return forms.CharField(label=label, max_length=LONGEST_CODE, required=False, validators=[code_validator])


def _start(outline: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """What the fields show first: the earlier answers, else the guesses."""
    start = {"unmatched": SampleAction.SKIP, **outline, **options}
    for kind in ("target", "sample"):
        answers = options.get(f"{kind}s", {})
        for number, item in enumerate(outline[f"{kind}s"]):
            for key, value in {**item, **answers.get(item["name"], {})}.items():
                start[f"{kind}-{number}-{key}"] = value
    return start


def _label(marker: Marker) -> str:
    return marker.name if marker.name == marker.symbol else f"{marker.name} ({marker.symbol})"
