"""The questions about a table of cases: what each column is, whose each sample is, what the numbers are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db import models
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.importing.codes import LONGEST_CODE, before_separator
from cases.importing.formats import OptionsForm
from cases.models import Histology, SpecimenKind, Study
from cases.models.diagnosis import gene_validator
from cases.models.study import code_validator
from expression.importing import column_roles
from expression.importing.column_roles import FUSION, IGNORE, LABELS, MARKER, PATIENT, SAMPLE, UNKNOWN
from expression.models import ExpressionDataset, Marker, ProfileUnit


class PatientRule(models.TextChoices):
    """Whose a sample is."""

    BEFORE_SEPARATOR = "before_separator", gettext_lazy("Sample code without its last part (A-1-S1: A-1)")
    SAMPLE_CODE = "sample_code", gettext_lazy("Sample code as it is: one sample per patient")
    COLUMN = "column", gettext_lazy("The column with the patient code")

    def patient_code(self, *, sample: str, given: str) -> str:
        """The patient's code; ``given`` is the cell of the patient column."""
        if self is PatientRule.COLUMN:
            return given
        return before_separator(sample) if self is PatientRule.BEFORE_SEPARATOR else sample


@dataclass(frozen=True, kw_only=True)
class ColumnQuestion:
    """One column of the file: its heading, a few of its values, and the field that asks what it is."""

    heading: str
    examples: list[str]
    field: BoundField


class ExpressionTableForm(OptionsForm):
    """The field of the file's column ``n``, counted from 0, is ``column-n``."""

    patient_rule = forms.ChoiceField(label=gettext_lazy("Patient of a sample"), choices=PatientRule.choices)
    dataset = forms.CharField(
        label=gettext_lazy("Code of the dataset"),
        max_length=LONGEST_CODE,
        validators=[code_validator],
        help_text=gettext_lazy("Values measured together. The code of an existing dataset adds to it."),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit of the values"),
        choices=[("", gettext_lazy("Choose")), *ProfileUnit.choices],
        help_text=gettext_lazy("Values of different units are never compared."),
    )
    platform = forms.CharField(
        label=gettext_lazy("Platform"),
        max_length=ExpressionDataset._meta.get_field("platform").max_length,
        help_text=gettext_lazy("Such as RNA-seq, or the name of the microarray."),
    )
    default_histology = forms.ChoiceField(
        label=gettext_lazy("Histology where the file has none"),
        required=False,
        help_text=gettext_lazy("For patients without a histology in the file and in the study."),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        required=False,
        max_length=ExpressionDataset._meta.get_field("source").max_length,
        help_text=gettext_lazy("Where the values come from: a repository, a paper, your own laboratory."),
    )
    specimen_kind = forms.ChoiceField(label=gettext_lazy("Kind of new specimens"), choices=SpecimenKind.choices)
    site = forms.ChoiceField(label=gettext_lazy("Site of new patients"), required=False)
    fusion_gene = forms.CharField(
        label=gettext_lazy("Gene of the fusion"),
        required=False,
        validators=[gene_validator],
        help_text=gettext_lazy("Only for a column with fusion partners whose heading does not name the gene."),
    )

    def __init__(self, *, study: Study, outline: dict[str, Any], options: dict[str, Any] | None, data: Any) -> None:
        super().__init__(data, initial=_start(outline, options or {}))
        self.columns = outline["columns"]
        sites = [(site.code, site.name) for site in study.sites.all()]
        histologies = [(histology.name, str(histology)) for histology in Histology.objects.all()]
        self._offer("site", [("", _("No site")), *sites])
        self._offer("default_histology", [("", _("No diagnosis")), *histologies])
        markers = {marker.symbol: marker for marker in Marker.objects.all()}
        for number, column in enumerate(self.columns):
            self.fields[f"column-{number}"] = _column_field(column["heading"], markers)

    @property
    def column_questions(self) -> Iterator[ColumnQuestion]:
        for number, column in enumerate(self.columns):
            yield ColumnQuestion(heading=column["heading"], examples=column["examples"], field=self[f"column-{number}"])

    @property
    def other_questions(self) -> Iterator[BoundField]:
        return (self[name] for name in type(self).base_fields)

    def clean(self) -> dict[str, Any]:
        roles = self._roles()
        counts = Counter(role for role in roles.values() if role not in (IGNORE, UNKNOWN))
        for role, number in counts.items():
            if number > 1:
                self._twice(role, roles)
        if SAMPLE not in counts:
            self.add_error(None, _("The column with the sample code is missing: choose which one it is."))
        if not any(role.startswith(MARKER) for role in counts):
            self.add_error(None, _("There is no column with the expression of a study marker: choose which one it is."))
        if FUSION in counts:
            self.add_error("fusion_gene", _("Name the gene whose fusion partners the column holds, such as SS18."))
        by_column = self.cleaned_data.get("patient_rule") == PatientRule.COLUMN
        if by_column and PATIENT not in counts:
            self.add_error("patient_rule", _("No column is the patient code. Choose the column or another rule."))
        if not by_column and PATIENT in counts and "patient_rule" in self.cleaned_data:
            self.add_error("patient_rule", _("There is a column with the patient code: use it, or do not import it."))
        return self.cleaned_data

    @property
    def options(self) -> dict[str, Any]:
        """The answers; ``columns`` holds the role of every heading."""
        answers = {name: self.cleaned_data[name] for name in type(self).base_fields}
        return answers | {"columns": self._roles()}

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def _roles(self) -> dict[str, str]:
        """The role of every heading; a fusion with its gene once that is known."""
        gene = self.cleaned_data.get("fusion_gene", "")
        roles = {
            column["heading"]: self.cleaned_data.get(f"column-{number}", UNKNOWN)
            for number, column in enumerate(self.columns)
        }
        return {heading: FUSION + gene if role == FUSION else role for heading, role in roles.items()}

    def _twice(self, role: str, roles: dict[str, str]) -> None:
        columns = [number for number, heading in enumerate(roles) if roles[heading] == role]
        for number in columns[1:]:
            self.add_error(
                f"column-{number}",
                _("Column “{first}” is this already. Choose something else for one of them.").format(
                    first=self.columns[columns[0]]["heading"]
                ),
            )


def _column_field(heading: str, markers: dict[str, Marker]) -> forms.Field:
    fusions = list(dict.fromkeys((FUSION + column_roles.fusion_gene(heading), FUSION)))
    field = forms.ChoiceField(
        label=heading,
        choices=[
            ("", _("Choose")),
            *LABELS.items(),
            (_("Fusion"), [(role, column_roles.label_of(role, markers)) for role in fusions]),
            (
                _("Expression"),
                [(MARKER + symbol, column_roles.label_of(MARKER + symbol, markers)) for symbol in markers],
            ),
        ],
        error_messages={
            "required": _("Column “{heading}” is unknown: choose what it is, or “Do not import”.").format(
                heading=heading
            )
        },
    )
    field.widget.attrs["aria-label"] = heading
    return field


def _start(outline: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """What the fields show first: the earlier answers, else the guesses."""
    roles = options.get("columns", {})
    columns = {
        f"column-{number}": roles.get(column["heading"], column["role"])
        for number, column in enumerate(outline["columns"])
    }
    return {"specimen_kind": SpecimenKind.NOT_STATED, **outline, **options, **columns}
