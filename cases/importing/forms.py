"""The forms that take a file, and a name for what was answered about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms import RowForm
from cases.importing.files import too_large
from cases.importing.formats import Text, as_looked_for, registered
from cases.models import ImportMapping
from cases.sentences import render


def _formats() -> list[tuple[str, Text]]:
    return [("", _("Let the portal find out")), *((offered.code, offered.title) for offered in as_looked_for())]


class FileForm(forms.Form):
    """``was_too_large``: the upload was cut off, so the file is missing though the person chose one."""

    file = forms.FileField(
        label=_("File"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose a file with a row of headings and rows of values below it."),
        },
    )
    format = forms.ChoiceField(
        label=_("What it is"), required=False, widget=forms.RadioSelect, choices=_formats, initial=""
    )

    def __init__(self, *args: Any, was_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suffixes = {suffix for offered in registered() for suffix in offered.suffixes}
        self.fields["file"].widget.attrs["accept"] = ",".join(sorted(suffixes))
        if was_too_large:
            self.fields["file"].error_messages["required"] = render(too_large().stored)


class MappingForm(RowForm):
    """The name of a mapping. The instance carries the rest."""

    given = frozenset({"study", "saved_by"})

    class Meta:
        model = ImportMapping
        fields = ["name"]

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"format"}
