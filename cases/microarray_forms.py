"""Forms of tissue microarrays and of the cores on them."""

from typing import Any

from django import forms
from django.db.models import PROTECT
from django.utils.translation import gettext_lazy as _

from cases.forms import RowForm
from cases.models import Core, Specimen, TissueMicroarray


class MicroarrayForm(RowForm):
    given = frozenset({"study"})

    class Meta:
        model = TissueMicroarray
        fields = ["code", "rows", "columns", "core_diameter_mm"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        diameter: Any = self.fields["core_diameter_mm"]
        diameter.unit, diameter.help_text = "mm", ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cores = self.instance.cores.all() if self.instance.pk else Core.objects.none()
        for name, path in (("rows", "row"), ("columns", "column")):
            if cleaned.get(name) and cores.filter(**{f"{path}__gt": cleaned[name]}).exists():
                self.add_error(name, _("There are cores outside such a grid. Take them away first."))
        return cleaned


class SpecimenByCode(forms.ModelChoiceField):
    """A specimen given by its code; the browser completes those of the data list ``specimen-codes``."""

    widget = forms.TextInput
    queryset: Any

    def prepare_value(self, value: Any) -> Any:
        specimen = self.queryset.filter(pk=value).first() if isinstance(value, int) else value
        return super().prepare_value(specimen)


class CoreForm(RowForm):
    """A core of a specimen or of a control tissue."""

    given = frozenset({"study", "microarray"})
    specimen = SpecimenByCode(
        label=_("Specimen"),
        queryset=Specimen.objects.all(),
        to_field_name="code",
        required=False,
        help_text=_("Its code. Blank for a control tissue."),
        error_messages={"invalid_choice": _("This study has no specimen of that code that you may see.")},
    )

    class Meta:
        model = Core
        fields = ["specimen", "control_tissue", "status"]

    def __init__(self, *args: Any, specimens: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["specimen"]
        field.queryset = specimens
        field.widget.attrs |= {"list": "specimen-codes", "autofocus": True, "autocomplete": "off"}
        if "reason" not in self.fields:
            self.fields["reason"] = forms.CharField(
                label=_("Reason for the change"),
                max_length=200,
                required=False,
                initial="",
                help_text=_("Needed where the patient is verified."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        specimen = cleaned.get("specimen")
        moved = (specimen.pk if specimen else None) != self.initial.get("specimen")
        if moved and self._measured():
            self.add_error("specimen", _("Something was measured on this core: it keeps its specimen."))
        if specimen is not None and specimen.patient.verified_at is not None and not cleaned.get("reason"):
            self.add_error("reason", _("This patient is verified. Say why."))
        return cleaned

    def _measured(self) -> bool:
        """Whether any row of a higher app names this core."""
        core: Any = self.instance
        if core.pk is None:
            return False
        relations = [relation for relation in core._meta.related_objects if relation.on_delete is PROTECT]
        return any(getattr(core, relation.get_accessor_name()).exists() for relation in relations)
