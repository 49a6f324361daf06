"""Forms whose texts and codes are screened: what could identify somebody is asked about, never silently stored."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Study
from cases.privacy import Privacy, declared
from cases.screening import compile_record_number, screen

CHECKED = "identifies_nobody"
CHECKED_LABEL = _("I have checked: this identifies nobody")
NO_NAMES = _("Never write a name: the portal does not detect names.")
SCREENED = (Privacy.CODE, Privacy.FREE_TEXT)


class ScreenedForm(forms.BaseForm):
    """A form whose ``screened`` fields ask once more where a text looks like something that identifies a person.

    The person changes the text, or ticks that it identifies nobody.
    """

    @property
    def screened(self) -> list[str]:
        """Names of the fields with texts and codes that people write."""
        return [name for name in ("reason",) if name in self.fields]

    @property
    def screened_for(self) -> Study | None:
        """The study whose record numbers are looked for; None before one is chosen."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        values = self.cleaned_data if cleaned is None else cleaned
        pattern: re.Pattern[str] | None = None
        changed = [name for name in self.screened if name in self.changed_data and values.get(name)]
        if changed:
            pattern = record_number_of(self.screened_for)
        hits = {name: screen(str(values[name]), record_number=pattern) for name in changed}
        if not any(hits.values()):
            return values
        self.fields[CHECKED] = forms.BooleanField(label=CHECKED_LABEL, required=False)
        if not forms.CheckboxInput().value_from_datadict(self.data, self.files, self.add_prefix(CHECKED)):
            for name, found in hits.items():
                for hit in found:
                    self.add_error(
                        name,
                        forms.ValidationError(
                            _("“%(text)s” looks like %(what)s. Change it, or tick below that it identifies nobody."),
                            params={"text": hit.text, "what": hit.looks_like.label},
                        ),
                    )
        return values


class ScreenedTexts(ScreenedForm, forms.Form):
    """A form without a row, of the study whose texts it asks for; all of them are screened."""

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._study = study

    @property
    def screened(self) -> list[str]:
        return [name for name, field in self.fields.items() if type(field) is forms.CharField]

    @property
    def screened_for(self) -> Study | None:
        return self._study


class ScreenedRowForm(ScreenedForm, forms.ModelForm):
    """Screens the fields which the model declares as codes or free text, and says so in their help."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = declared(self._meta.model)
        for name, field in self.fields.items():
            if categories.get(name) == Privacy.FREE_TEXT:
                field.help_text = f"{field.help_text} {NO_NAMES}".strip()

    @property
    def screened(self) -> list[str]:
        categories = declared(self._meta.model)
        return [name for name in self.fields if categories.get(name) in SCREENED] + super().screened

    @property
    def screened_for(self) -> Study | None:
        row: Any = self.instance
        if isinstance(row, Study):
            return row
        for name in ("study", "patient"):
            known = getattr(row, name) if getattr(row, f"{name}_id", None) else None
            chosen = self.cleaned_data.get(name) or known
            if chosen is not None:
                return chosen if isinstance(chosen, Study) else chosen.study
        return None


def record_number_of(study: Study | None) -> re.Pattern[str] | None:
    """The pattern of the study's record numbers; None where there is none, or none that can be searched with."""
    try:
        return compile_record_number(study.record_number_pattern if study else "")
    except ValueError:
        return None
