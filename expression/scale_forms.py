"""The form of a laboratory scale: a line for each score."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms import RowForm
from expression.importing.microarrays.answers import UnreadableLine, meanings_in
from expression.models import LaboratoryScale
from expression.models.laboratory_scale import HIGHEST_STEP, LONGEST_MEANING


class MeaningsField(forms.JSONField):
    """Score -> meaning, typed as ``1 = focal``, a line for each; over the API it is the JSON object."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or value.lstrip().startswith("{"):
            return super().to_python(value)
        try:
            return meanings_in(value) or None
        except UnreadableLine as error:
            raise forms.ValidationError(
                _("“%(line)s”: write a number up to %(highest)s, =, and its meaning (%(longest)s letters at most)."),
                params={"line": error.line, "highest": HIGHEST_STEP, "longest": LONGEST_MEANING},
            ) from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{step} = {value[step]}" for step in sorted(value, key=int))


class LaboratoryScaleForm(RowForm):
    """Adds a scale; there is no change of one, since scores rest on it."""

    given = frozenset({"study"})

    class Meta:
        model = LaboratoryScale
        fields = ["code", "meanings", "not_assessable"]
        field_classes = {"meanings": MeaningsField}
        help_texts = {
            "meanings": _("A line for each score, such as: 1 = focal"),
            "not_assessable": _("What stands in a cell without a score, with commas between: 9, x"),
        }
