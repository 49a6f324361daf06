"""The questions about a file of records: what each sheet holds, and which field each of its columns is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.importing.formats import OptionsForm
from cases.importing.records.headings import guess_columns
from cases.importing.records.targets import Target, target_named, targets
from cases.models import Study
from cases.screened_form import CHECKED_LABEL, record_number_of
from cases.screening import screen

BLANK_ERASES, REASON, IDENTIFIES_NOBODY = "blank_erases", "reason", "identifies_nobody"


@dataclass(frozen=True, kw_only=True)
class ColumnOfSheet:
    """A heading, a few values below it, and the field that asks what it is."""

    heading: str
    examples: list[str]
    field: BoundField


@dataclass(frozen=True, kw_only=True)
class SheetQuestion:
    """One sheet: what it is called, how many rows it has, what it holds, and its columns."""

    place: str
    rows: int
    target: BoundField
    shown: BoundField
    columns: list[ColumnOfSheet]

    @property
    def recognised(self) -> int:
        """How many columns have an answer."""
        return sum(bool(column.field.value()) for column in self.columns)

    @property
    def is_settled(self) -> bool:
        """Whether nothing needs a look: every column has an answer that was not objected to."""
        objected = [self.target.errors, *(column.field.errors for column in self.columns)]
        return self.recognised == len(self.columns) and not any(objected)


class RecordTableForm(OptionsForm):
    """What sheet ``n`` holds is ``sheet-n``, what its column ``m`` is ``column-n-m``, both counted from 0.

    ``shown-n`` is the kind whose fields were offered: where the person chose another one, the columns are guessed anew
    and shown once more.
    """

    blank_erases = forms.BooleanField(
        label=gettext_lazy("Blank cells erase what the study has"),
        required=False,
        help_text=gettext_lazy("Without this a blank cell says nothing, and the value in the study stays."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for changes of verified patients"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("It is kept in the history. Without it, rows of verified patients are refused."),
    )
    identifies_nobody = forms.BooleanField(
        label=CHECKED_LABEL,
        required=False,
        help_text=gettext_lazy("Only needed where a text or a code looks like a telephone number, a date or the like."),
    )

    def __init__(self, *, study: Study, outline: dict[str, Any], options: dict[str, Any] | None, data: Any) -> None:
        self.sheets = outline["sheets"]
        self._study = study
        self._guessed_anew: list[int] = []
        chosen = _start(self.sheets, options or {})
        super().__init__(self._with_guesses(data) if data is not None else None, initial=chosen)
        for number, sheet in enumerate(self.sheets):
            name = (self.data if data is not None else chosen).get(f"sheet-{number}", "")
            self._ask_about(number, sheet, name)

    @property
    def sheet_questions(self) -> Iterator[SheetQuestion]:
        for number, sheet in enumerate(self.sheets):
            yield SheetQuestion(
                place=sheet["place"],
                rows=sheet["row_count"],
                target=self[f"sheet-{number}"],
                shown=self[f"shown-{number}"],
                columns=[
                    ColumnOfSheet(
                        heading=column["heading"],
                        examples=column["examples"],
                        field=self[f"column-{number}-{place}"],
                    )
                    for place, column in enumerate(sheet["columns"])
                    if f"column-{number}-{place}" in self.fields
                ],
            )

    @property
    def is_settled(self) -> bool:
        """Whether nothing was left unrecognised."""
        return all(question.target.value() and question.is_settled for question in self.sheet_questions)

    @property
    def other_questions(self) -> Iterator[BoundField]:
        return (self[name] for name in type(self).base_fields)

    def clean(self) -> dict[str, Any]:
        for number in self._guessed_anew:
            self.add_error(
                f"sheet-{number}",
                _("The columns below were guessed for this choice. Look at them, then check every row."),
            )
        for number in range(len(self.sheets)):
            self._check_sheet(number)
        if not any(self._target(number) for number in range(len(self.sheets))):
            self.add_error(None, _("No sheet is imported. Choose what one of them holds."))
        reason = self.cleaned_data.get(REASON, "")
        if screen(reason, record_number=record_number_of(self._study)):
            self.add_error(REASON, _("This could identify a person. Write it differently."))
        return self.cleaned_data

    @property
    def options(self) -> dict[str, Any]:
        """The answers; ``sheets`` has for each its ``target``, blank for none, and ``columns``, a field or blank."""
        sheets = [
            {"target": self._target(number), "columns": self._columns(number) if self._target(number) else []}
            for number in range(len(self.sheets))
        ]
        return {name: self.cleaned_data[name] for name in type(self).base_fields} | {"sheets": sheets}

    def _ask_about(self, number: int, sheet: dict[str, Any], target_name: str) -> None:
        offered = [(target.name, target.heading) for target in targets()]
        choose = forms.ChoiceField(
            label=_("What this sheet holds"),
            required=False,
            choices=[("", _("Do not import")), *offered],
        )
        self.fields[f"sheet-{number}"] = choose
        self.fields[f"shown-{number}"] = forms.CharField(required=False, widget=forms.HiddenInput)
        if target_name not in dict(offered):
            return
        target = target_named(target_name)
        choices = [("", _("Do not import")), *((name, _label(target, name)) for name in target.columns)]
        for place, column in enumerate(sheet["columns"]):
            field = forms.ChoiceField(label=column["heading"], required=False, choices=choices)
            field.widget.attrs["aria-label"] = f"{sheet['place']}: {column['heading']}"
            self.fields[f"column-{number}-{place}"] = field

    def _with_guesses(self, data: Any) -> Any:
        answers = {name: data.get(name) for name in data}
        for number, sheet in enumerate(self.sheets):
            chosen = answers.get(f"sheet-{number}", "")
            if not chosen or chosen == answers.get(f"shown-{number}", chosen):
                continue
            if chosen in {target.name for target in targets()}:
                answers |= _guesses(number, sheet, chosen)
                self._guessed_anew.append(number)
        return answers

    def _target(self, number: int) -> str:
        return self.cleaned_data.get(f"sheet-{number}", "")

    def _columns(self, number: int) -> list[str]:
        places = range(len(self.sheets[number]["columns"]))
        return [self.cleaned_data.get(f"column-{number}-{place}", "") for place in places]

    def _check_sheet(self, number: int) -> None:
        if not self._target(number):
            return
        target, columns = target_named(self._target(number)), self._columns(number)
        if target.owner_column not in columns:
            self.add_error(f"sheet-{number}", _no_owner(target))
        for place, name in enumerate(columns):
            if name and name in columns[:place]:
                first = self.sheets[number]["columns"][columns.index(name)]["heading"]
                self.add_error(
                    f"column-{number}-{place}",
                    _("Column “{first}” is this already. Choose something else for one of them.").format(first=first),
                )


def _no_owner(target: Target) -> str:
    if target.is_of_patients:
        return _("No column is the code of the patient: choose which one it is.")
    return _("No column is “%(column)s”: choose which one it is.") % {"column": target.label(target.owner_column)}


def _label(target: Target, name: str) -> str:
    label = target.label(name)
    if target.names_patient(name):
        return _("Patient code")
    return label[:1].upper() + label[1:]


def _start(sheets: list[dict[str, Any]], options: dict[str, Any]) -> dict[str, Any]:
    """What the fields show first: the earlier answers, else the guesses."""
    start = {name: options[name] for name in RecordTableForm.base_fields if name in options}
    answered = options.get("sheets", [{"target": sheet["target"]} for sheet in sheets])
    for number, (sheet, answer) in enumerate(zip(sheets, answered, strict=True)):
        start |= {f"sheet-{number}": answer["target"], f"shown-{number}": answer["target"]}
        if not answer["target"]:
            continue
        if "columns" in answer:
            start |= {f"column-{number}-{place}": name for place, name in enumerate(answer["columns"])}
        else:
            start |= _guesses(number, sheet, answer["target"])
    return start


def _guesses(number: int, sheet: dict[str, Any], target_name: str) -> dict[str, str]:
    headings = [column["heading"] for column in sheet["columns"]]
    columns = guess_columns(target_named(target_name), headings)
    guessed = {f"column-{number}-{place}": name for place, name in enumerate(columns)}
    return guessed | {f"shown-{number}": target_name}
