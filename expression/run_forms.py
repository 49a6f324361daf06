"""Forms about a run of quantitative PCR: how it was done, its targets, and wells left out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms import RowForm
from expression.models import EfficiencySource, QpcrRun, QpcrSample, QpcrTarget, QpcrWell
from expression.run_miqe import RUN_FIELDS
from expression.scoring import PERFECT_EFFICIENCY


class RunForm(RowForm):
    """How the run was done, with the MIQE items people type, and which samples are its calibrators."""

    given = frozenset({"study", "import_job"})
    calibrators = forms.ModelMultipleChoiceField(
        label=_("Calibrators"),
        queryset=QpcrSample.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Relative quantities are multiples of this sample, or of the geometric mean of these samples."),
    )

    class Meta:
        model = QpcrRun
        fields = ["cycles", "reference_pairing", *RUN_FIELDS]

    def __init__(self, *args: Any, samples: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["calibrators"]
        field.queryset = samples
        field.initial = [sample.pk for sample in samples if sample.is_calibrator]

    def save(self, commit: bool = True) -> QpcrRun:
        run: QpcrRun = super().save(commit)
        chosen = {sample.pk for sample in self.cleaned_data["calibrators"]}
        field: Any = self.fields["calibrators"]
        for sample in field.queryset:
            if sample.is_calibrator != (sample.pk in chosen):
                sample.is_calibrator = sample.pk in chosen
                sample.save(update_fields=["is_calibrator"])
        return run


class TargetForm(RowForm):
    """An assay of the run. A changed efficiency was entered, or is 2 because nobody measured it."""

    given = frozenset({"run"})

    class Meta:
        model = QpcrTarget
        fields = ["marker", "role", "efficiency", "assay_id"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "efficiency" in self.changed_data and "efficiency" in cleaned:
            perfect = cleaned["efficiency"] == PERFECT_EFFICIENCY
            self.instance.efficiency_source = EfficiencySource.ASSUMED if perfect else EfficiencySource.ENTERED
        if cleaned.get("efficiency") == 1:
            self.add_error("efficiency", _("With an efficiency of 1 nothing is amplified. It lies above 1."))
        return cleaned


class WellForm(RowForm):
    """Leave a well out, or take it back. Both need a reason, which the history keeps."""

    given = frozenset({"run", "target", "sample"})

    class Meta:
        model = QpcrWell
        fields = ["omitted"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["omitted"].help_text = _("A well left out is kept and does not count.")
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            max_length=200,
            help_text=_("Such as: bubble, pipetting error, atypical melting curve. It is kept in the history."),
        )
