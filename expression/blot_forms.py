"""Forms of western blots, their membranes and their cell lines."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.forms import RowForm
from expression.models import Membrane, WesternBlot
from expression.target_words import Target, Targets

MEMBRANES_AT_ONCE = 3
TARGETS_HELP = _("With commas: p-STAT3 Y705, STAT3. The loading control is not repeated here.")


class TargetsField(forms.CharField):
    """Targets with commas between them; the clean value is a list of :class:`expression.target_words.Target`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("probed for"), "help_text": TARGETS_HELP, "max_length": 400, **kwargs})

    def clean(self, value: Any) -> Any:
        return Targets().read(super().clean(value))


class BlotForm(RowForm):
    given = frozenset({"study"})

    class Meta:
        model = WesternBlot
        fields = ["code", "performed_on", "detection"]


class NewBlotForm(BlotForm):
    """A blot with its first membranes. ``probed`` is what they were probed for, to make the columns of the table."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.probed: list[tuple[Membrane, Target]] = []
        for number in range(1, MEMBRANES_AT_ONCE + 1):
            names = {"number": number}
            self.fields[f"control_{number}"] = forms.CharField(
                label=_("Membrane %(number)s: loading control") % names,
                max_length=Membrane._meta.get_field("loading_control").max_length,
                required=number == 1,
                help_text=Membrane._meta.get_field("loading_control").help_text if number == 1 else "",
            )
            self.fields[f"targets_{number}"] = TargetsField(
                label=_("Membrane %(number)s: probed for") % names,
                required=number == 1,
                help_text=TARGETS_HELP if number == 1 else "",
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for number in range(2, MEMBRANES_AT_ONCE + 1):
            if cleaned.get(f"targets_{number}") and not cleaned.get(f"control_{number}"):
                self.add_error(f"control_{number}", _("Name the loading control of this membrane: each has its own."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        blot = super().save(commit)
        for number in range(1, MEMBRANES_AT_ONCE + 1):
            control = self.cleaned_data.get(f"control_{number}")
            if control:
                membrane = Membrane.objects.create(blot=blot, name=str(number), loading_control=control)
                self.probed += [(membrane, target) for target in self.cleaned_data.get(f"targets_{number}") or []]
        return blot


class MembraneForm(RowForm):
    given = frozenset({"blot"})

    class Meta:
        model = Membrane
        fields = ["name", "loading_control"]


class ColumnsForm(forms.Form):
    """What else a membrane of the blot was probed for: more columns of its table."""

    membrane = forms.ModelChoiceField(label=_("Membrane"), queryset=Membrane.objects.none(), empty_label=None)
    targets = TargetsField(label=_("Probed for"), help_text="")

    def __init__(self, *args: Any, blot: WesternBlot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        membranes: Any = self.fields["membrane"]
        membranes.queryset = blot.membranes.all()
        membranes.label_from_instance = lambda membrane: f"{membrane.name} ({membrane.loading_control})"


def refused(error: ValidationError) -> str:
    """The sentences of an error."""
    return " ".join(error.messages)
