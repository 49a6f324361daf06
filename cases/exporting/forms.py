"""What a person chooses of an export. The same forms serve the pages, the API and the command."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.exporting.formats import ExportFormat, Headings
from cases.exporting.population import population
from cases.importing.records.targets import by_whose_rows, targets
from cases.models import Study

LONGEST_FILTER = 8000


class ShapeForm(forms.Form):
    """How an export leaves. Subclasses ask what is in it."""

    format = forms.ChoiceField(label=_("Format"), choices=ExportFormat.choices, initial=ExportFormat.CSV)
    headings = forms.ChoiceField(
        label=_("Headings"),
        choices=Headings.choices,
        initial=Headings.NAMES,
        help_text=_("Cells hold codes; the data dictionary beside the tables says what they mean."),
    )
    shift_dates = forms.BooleanField(
        label=_("Shift dates"),
        required=False,
        help_text=_(
            "All dates of a patient are moved by the same secret number of days, so times between them stay. Dates "
            "known to the month or year are left out with the reason, as are birth years and ages of people over 89."
        ),
    )
    leave_out_texts = forms.BooleanField(
        label=_("Leave out free texts"), required=False, help_text=_("A text in somebody’s own words may name a date.")
    )
    filter = forms.CharField(required=False, max_length=LONGEST_FILTER, widget=forms.HiddenInput)

    shape = ("format", "headings", "shift_dates", "leave_out_texts")

    def __init__(self, data: Any = None, *, study: Study, user: User, **kwargs: Any) -> None:
        self.study = study
        self.user = user
        super().__init__(data, **kwargs)

    @property
    def shape_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.shape]

    def clean_filter(self) -> str:
        query: str = self.cleaned_data["filter"]
        population(query, user=self.user, study=self.study)
        return query

    @property
    def options(self) -> dict[str, Any]:
        """What was chosen, to be kept with the job."""
        return dict(self.cleaned_data)


class RecordsForm(ShapeForm):
    """Patients, kinds of records, and the tables of the study and its laboratory."""

    tables = forms.MultipleChoiceField(label=_("Tables"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["tables"]
        offered.choices = [
            (heading, [(target.name, target.heading) for target in group]) for heading, group in by_whose_rows()
        ]
        offered.initial = [target.name for target in targets()]


def with_usual(form_class: type[ShapeForm], data: dict[str, Any], **kwargs: Any) -> ShapeForm:
    """A form filled from JSON or a command line: what is not said is as the page offers it.

    Raises ``ValidationError`` for a name that the form does not know.
    """
    offered = form_class(**kwargs)
    if unknown := sorted(data.keys() - offered.fields.keys()):
        message = _("There is no such field. Fields are: %(names)s.")
        raise ValidationError({name: [message % {"names": ", ".join(offered.fields)}] for name in unknown})
    usual = {name: offered.get_initial_for_field(field, name) for name, field in offered.fields.items()}
    return form_class({**usual, **data}, **kwargs)
