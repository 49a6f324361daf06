"""Forms of what belongs to a patient, with a reason beside every value that may be blank."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms import RowForm
from cases.models import (
    Administration,
    AdverseEvent,
    Diagnosis,
    LaboratoryResult,
    Lesion,
    Missing,
    MolecularAlteration,
    ResponseAssessment,
    SkeletalEvent,
    Specimen,
    Treatment,
)
from cases.models.vocabulary import CodedTerm
from cases.term_select import offer_terms

UNITS = {
    "largest_diameter_mm": "mm",
    "dose_mg": "mg",
    "interval_days": _("days"),
    "mean_attenuation_hu": "HU",
    "region_mm2": "mm²",
    "tumour_content_percent": "%",
    "cold_ischaemia_minutes": "min",
    "necrosis_percent": "%",
    "percent_0": "%",
    "percent_1": "%",
    "percent_2": "%",
    "percent_3": "%",
    "core_diameter_mm": "mm",
    "rna_input_ng": "ng",
    "reaction_volume_ul": "µL",
    "concentration_ng_ml": "ng/mL",
    "hours": "h",
}
NAMED_WITH = {"lesion": ("site",), "treatment": ("agent",), "core": ("microarray",)}
"""What the name of a related row is made of."""

BLANK = "blank_"


class RecordForm(RowForm):
    """Of a record of a patient: choices are the patient's own, blank values can say why they are blank."""

    given = frozenset({"patient"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._names:
            field: Any = self.fields[name]
            relation: Any = self.instance._meta.get_field(name).related_model
            if relation is not None and issubclass(relation, CodedTerm):
                offer_terms(field)
            elif relation is not None:
                field.queryset = self._own(field.queryset).select_related(*NAMED_WITH.get(name, ()))
            if unit := UNITS.get(name):
                field.unit, field.help_text = unit, ""
            if self._may_be_missing(name):
                self.fields[f"{BLANK}{name}"] = forms.ChoiceField(
                    label=field.label,
                    choices=[("", "–"), *Missing.choices],
                    required=False,
                    initial=self.instance.missing.get(name, ""),
                )

        self.fields[self._names[0]].widget.attrs["autofocus"] = True

    def _own(self, rows: Any) -> Any:
        """Of related rows the patient's, or the study's where they are of no patient."""
        names = {field.name for field in rows.model._meta.get_fields()}
        if "patient" in names:
            return rows.filter(patient=self.instance.patient)
        if "specimen" in names:
            return rows.filter(specimen__patient=self.instance.patient)
        return rows.filter(study=self.instance.patient.study) if "study" in names else rows

    @property
    def values(self) -> list[forms.BoundField]:
        """The fields a person fills in."""
        return [field for field in self.visible_fields() if not field.name.startswith(BLANK)]

    @property
    def reasons(self) -> list[forms.BoundField]:
        """Why values are blank, one field each."""
        return [field for field in self.visible_fields() if field.name.startswith(BLANK)]

    @property
    def says_why(self) -> bool:
        """Whether any reason is given or wrong, so that the reasons are shown open."""
        return any(field.value() or field.errors for field in self.reasons)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        missing = {}
        for name in self._names:
            reason = cleaned.get(f"{BLANK}{name}")
            if not reason:
                continue
            if cleaned.get(name) not in (None, ""):
                self.add_error(f"{BLANK}{name}", _("There is a value; take the reason or the value away."))
            missing[name] = reason
        self.instance.missing = missing
        return cleaned

    def _may_be_missing(self, name: str) -> bool:
        """A blank value of a column that has no word of its own for unknown."""
        field = self.instance._meta.get_field(name)
        blank = field.blank and not field.is_relation and not field.has_default()
        return blank and not isinstance(self.fields[name], forms.BooleanField)


class DiagnosisForm(RecordForm):
    class Meta:
        model = Diagnosis
        fields = ["is_index", "category", "histology", "primary_site", "giant_cells", "grade", "stage", "date"]


class AlterationForm(RecordForm):
    class Meta:
        model = MolecularAlteration
        fields = ["gene", "kind", "result", "partner", "hgvs", "method", "date"]


class LesionForm(RecordForm):
    class Meta:
        model = Lesion
        fields = [
            "code",
            "site",
            "site_detail",
            "laterality",
            "tissue",
            "radiographic_type",
            "largest_diameter_mm",
            "is_index",
        ]


class TreatmentForm(RecordForm):
    class Meta:
        model = Treatment
        fields = [
            "agent",
            "lesion",
            "dose_mg",
            "route",
            "interval_days",
            "loading_days",
            "start",
            "end",
            "stopping_reason",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["loading_days"].error_messages["item_invalid"] = _("Day number %(nth)s in the list:")


class AdministrationForm(RecordForm):
    class Meta:
        model = Administration
        fields = ["treatment", "date", "dose_mg"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What a dose belongs to is fixed once it is recorded.
        self.fields["treatment"].disabled = self.instance.pk is not None


class ResponseAssessmentForm(RecordForm):
    class Meta:
        model = ResponseAssessment
        fields = [
            "lesion",
            "date",
            "modality",
            "criterion",
            "sclerosis",
            "category",
            "mean_attenuation_hu",
            "region_mm2",
            "reader",
        ]


class SkeletalEventForm(RecordForm):
    class Meta:
        model = SkeletalEvent
        fields = ["type", "date", "lesion"]


class AdverseEventForm(RecordForm):
    class Meta:
        model = AdverseEvent
        fields = ["term", "date", "grade", "ctcae_version", "treatment", "resolved_date"]


class LaboratoryResultForm(RecordForm):
    """The unit is the usual one of the test unless another is written."""

    class Meta:
        model = LaboratoryResult
        fields = ["test", "date", "comparator", "value", "unit"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("test") and not cleaned.get("unit"):
            cleaned["unit"] = cleaned["test"].usual_unit
        return cleaned


class SpecimenForm(RecordForm):
    given = frozenset({"study", "patient"})

    class Meta:
        model = Specimen
        fields = [
            "code",
            "kind",
            "lesion",
            "parent",
            "procedure",
            "collection_date",
            "tumour_content_percent",
            "decalcification",
            "cold_ischaemia_minutes",
            "storage_place",
            "rna_integrity_number",
            "a260_a280",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = self.instance.patient.specimens.order_by("code").exclude(pk=self.instance.pk)
