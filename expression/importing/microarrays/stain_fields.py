"""Who read a stain and when: the questions about every file with readings of cores."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.importing.cells import UnreadableCell
from cases.importing.records.values import read_date
from cases.screened_form import record_number_of
from cases.screening import screen
from cases.sentences import render
from expression.models import IhcReading


class StainFields(forms.Form):
    """``study`` is that of the file."""

    study: Any
    reader = forms.CharField(
        label=_("Reader"),
        required=False,
        max_length=IhcReading._meta.get_field("reader").max_length,
        help_text=_("Username or initials of the pathologist, or the program that scored."),
    )
    read_on = forms.CharField(
        label=_("Read on"),
        required=False,
        max_length=40,
        help_text=_("The year, the month or the day: 2019, 2019-05 or 2019-05-17. Blank: not known."),
        widget=forms.TextInput({"class": "short"}),
    )
    reason = forms.CharField(
        label=_("Reason for changes of verified patients"),
        required=False,
        max_length=200,
        help_text=_("It is kept in the history. Without it, rows of verified patients are refused."),
    )

    def clean_read_on(self) -> str:
        text = self.cleaned_data["read_on"].strip()
        if not text:
            return ""
        try:
            date = read_date(text)
        except UnreadableCell as error:
            raise forms.ValidationError(render(error.sentence)) from error
        if date.earliest > timezone.localdate():
            raise forms.ValidationError(_("This date lies in the future."))
        return str(date)

    def clean_reason(self) -> str:
        return self._identifies_nobody("reason")

    def clean_reader(self) -> str:
        return self._identifies_nobody("reader")

    def _identifies_nobody(self, name: str) -> str:
        text: str = self.cleaned_data[name].strip()
        if screen(text, record_number=record_number_of(self.study)):
            raise forms.ValidationError(_("This could identify a person. Write it differently."))
        return text
