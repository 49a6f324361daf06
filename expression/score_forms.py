"""The form of one core's score, and the choice of what is scored."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.forms import RowForm
from expression import blinding
from expression.core_score import number
from expression.models import Antibody, Compartment, Evaluability, IhcReading, StainedCell
from expression.models.ihc import ROUNDING
from expression.models.percentages import PERCENTAGES

STAINED = ("percent_1", "percent_2", "percent_3")
NEVER_READ = "never read"
"""The version of a core that its reader has not seen scored: whatever stands there was saved meanwhile."""


class StainForm(forms.Form):
    """What of a block is scored."""

    antibody = forms.ModelChoiceField(
        label=_("Antibody"), queryset=Antibody.objects.all(), to_field_name="code", empty_label=None
    )
    cell_type = forms.ChoiceField(label=_("Cell type"), choices=StainedCell)
    compartment = forms.ChoiceField(label=_("Compartment"), choices=Compartment)

    def __init__(self, *args: Any, antibodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["antibody"]
        field.queryset = antibodies
        field.label_from_instance = lambda antibody: f"{antibody.marker.name} · {antibody} · {antibody.clone}"


class CoreScoreForm(RowForm):
    """The percentages of one core as ``reader`` sees them, or why there are none. What is not stained is the rest.

    A core that is not evaluable has no percentages, whatever stands in their fields.
    """

    given = frozenset({"study", "patient", "specimen", "core", "antibody"})
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = IhcReading
        fields = ["evaluability", "percent_1", "percent_2", "percent_3", "percent_0", "intensity"]
        widgets = {"evaluability": forms.HiddenInput}

    def __init__(self, *args: Any, reader: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        for name in PERCENTAGES:
            field: Any = self.fields[name]
            field.widget = forms.TextInput({"inputmode": "decimal", "class": "short", "autocomplete": "off"})
            field.unit, field.help_text = "%", ""
            if self.initial.get(name) is not None:
                self.initial[name] = number(self.initial[name])
        self.fields["percent_0"].help_text = _("Blank: the rest.")
        self.fields["percent_1"].widget.attrs["autofocus"] = True

    def clean_version(self) -> str:
        return "" if self.instance.pk is None else self.cleaned_data["version"] or NEVER_READ

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("evaluability") != Evaluability.EVALUABLE:
            cleaned |= dict.fromkeys((*PERCENTAGES, "intensity"))
        elif self.instance.recorded_score is not None:
            self.add_error(None, _("A summary score is recorded here. Change it in the list of IHC readings."))
        elif not self.errors.keys() & set(PERCENTAGES):
            self._fill_up(cleaned)
        self.instance.reader = self.reader
        self.instance.read_on = timezone.localdate().isoformat()
        self.instance.missing = {
            name: why for name, why in self.instance.missing.items() if cleaned.get(name) in (None, "")
        }
        return cleaned

    def _fill_up(self, cleaned: dict[str, Any]) -> None:
        """Blank percentages become 0 and the rest, or an error says what is wrong with them."""
        if all(cleaned.get(name) is None for name in PERCENTAGES):
            self.add_error(
                "percent_1",
                _("Nothing was entered. Type 0 where no cell is stained, or say why the core has no score."),
            )
            return
        stained = {name: cleaned[name] or Decimal(0) for name in STAINED}
        total = sum(stained.values(), Decimal(0))
        if cleaned["percent_0"] is None:
            if total > 100 + Decimal(str(ROUNDING)):
                text = _("1+, 2+ and 3+ add up to %(total)s %%, more than 100 %%.")
                self.add_error("percent_1", forms.ValidationError(text, params={"total": number(total)}))
            cleaned["percent_0"] = max(100 - total, Decimal(0))
        elif abs(total + cleaned["percent_0"] - 100) > Decimal(str(ROUNDING)):
            total += cleaned["percent_0"]
            text = _("0, 1+, 2+ and 3+ add up to %(total)s %%, not to 100 %%.")
            self.add_error("percent_1", forms.ValidationError(text, params={"total": number(total)}))
        cleaned |= stained

    def save(self, commit: bool = True) -> IhcReading:
        """The first core that somebody scores begins a blind scoring."""
        reading = super().save(commit)
        if reading.core is not None and not reading.is_consensus:
            blinding.begin(core=reading.core, reading=reading)
        return reading
