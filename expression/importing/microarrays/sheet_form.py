"""The questions about the workbook of a block: whose its cases are, and what was stained and scored in each sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cases.importing.codes import LONGEST_CODE
from cases.importing.formats import OptionsForm
from cases.models import Core, SpecimenKind, Study, TissueMicroarray
from cases.models.study import code_validator
from expression.importing.microarrays.answers import UnreadableLine, controls_in, meanings_in, owners_in
from expression.importing.microarrays.stain_fields import StainFields
from expression.models import Antibody, Compartment, LaboratoryScale, Scale, StainedCell
from expression.models.laboratory_scale import LONGEST_MEANING

NEW_SCALE = "new"
OWN_SCALE = "own:"
SHEET_FIELDS = ("antibody", "cell_type", "compartment", "scale", "scale_code", "meanings", "not_assessable")
READING_FIELDS = ("reader", "read_on", "lost", "no_tumour", "reason")


@dataclass(frozen=True, kw_only=True)
class SheetQuestion:
    """One score sheet: its name, how often each entry stands in it, and the fields that ask about it."""

    name: str
    entries: list[tuple[str, int]]
    fields: list[BoundField]


class BlockForm(StainFields, OptionsForm):
    """The fields of score sheet ``n`` are ``sheet-n-antibody`` …, counted from 0."""

    microarray = forms.CharField(
        label=_("Code of the block"),
        max_length=LONGEST_CODE,
        validators=[code_validator],
        help_text=_("A block of this code that the study has already gets these cores and readings."),
    )
    core_diameter_mm = TissueMicroarray._meta.get_field("core_diameter_mm").formfield(help_text=_("mm, of a new block"))
    gaps = forms.ChoiceField(
        label=_("Blank rows and columns of the map"),
        choices=[("skip", _("are gaps between sectors and no places")), ("count", _("are places without cores"))],
        initial="skip",
    )
    specimen_kind = forms.ChoiceField(
        label=_("New specimens are"), choices=SpecimenKind.choices, initial=SpecimenKind.FFPE_BLOCK
    )
    patients = forms.CharField(
        label=_("Whose the cases are"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_(
            "A line for each case: its number on the map, the code of the patient and, if you want, of the specimen, "
            "with commas or tabs between them. Two or three columns of a spreadsheet can be pasted."
        ),
    )
    controls = forms.CharField(
        label=_("Control tissues"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("A line for each: its name on the map and, after a comma, the tissue. They belong to no patient."),
    )
    lost = forms.CharField(
        label=_("Entries for lost cores"), required=False, help_text=_("With commas between them, for all sheets.")
    )
    no_tumour = forms.CharField(label=_("Entries for “no tumour”"), required=False)

    def __init__(self, *, outline: dict[str, Any], options: dict[str, Any] | None, data: Any, study: Study) -> None:
        super().__init__(data, initial=_start(outline, options or {}))
        self.study, self.sheets = study, outline["sheets"]
        if not outline["has_gaps"]:
            del self.fields["gaps"]
        for number in range(len(self.sheets)):
            self._add(number)
        if not self.sheets:
            for name in READING_FIELDS[:-1]:
                del self.fields[name]

    @property
    def block_fields(self) -> list[BoundField]:
        names = ("microarray", "core_diameter_mm", "gaps", "specimen_kind")
        return [self[name] for name in names if name in self.fields]

    @property
    def case_fields(self) -> list[BoundField]:
        return [self[name] for name in ("patients", "controls")]

    @property
    def reading_fields(self) -> list[BoundField]:
        return [self[name] for name in READING_FIELDS if name in self.fields]

    @property
    def sheet_questions(self) -> Iterator[SheetQuestion]:
        for number, sheet in enumerate(self.sheets):
            fields = [self[f"sheet-{number}-{name}"] for name in SHEET_FIELDS]
            yield SheetQuestion(name=sheet["name"], entries=sheet["entries"], fields=fields)

    @property
    def options(self) -> dict[str, Any]:
        """The answers as they were typed; ``sheets`` has those of each score sheet by its name."""
        given = {name: self.cleaned_data[name] for name in type(self).base_fields if name in self.fields}
        diameter = given["core_diameter_mm"]
        sheets = {
            sheet["name"]: {name: self.cleaned_data[f"sheet-{number}-{name}"] for name in SHEET_FIELDS}
            for number, sheet in enumerate(self.sheets)
        }
        return given | {"core_diameter_mm": None if diameter is None else str(diameter), "sheets": sheets}

    def clean_patients(self) -> str:
        return self._readable("patients", owners_in, _("“{line}”: this case has another line already."))

    def clean_controls(self) -> str:
        text = self._readable("controls", controls_in, "")
        longest: Any = Core._meta.get_field("control_tissue").max_length
        if any(len(tissue) > longest for tissue in controls_in(text).values()):
            raise forms.ValidationError(_("A tissue has at most %(longest)s characters."), params={"longest": longest})
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = [number for number in range(len(self.sheets)) if cleaned.get(f"sheet-{number}-antibody")]
        for number in asked:
            self._check_scale(number)
        if asked and not cleaned.get("reader") and "reader" not in self.errors:
            self.add_error("reader", _("Who read the scores?"))
        return cleaned

    def _check_scale(self, number: int) -> None:
        prefix = f"sheet-{number}-"
        scale = self.cleaned_data.get(f"{prefix}scale", "")
        if not scale:
            self.add_error(f"{prefix}scale", _("What do the numbers mean? Choose their scale."))
        if scale != NEW_SCALE:
            return
        if not self.cleaned_data.get(f"{prefix}scale_code"):
            self.add_error(f"{prefix}scale_code", _("Give the new scale a code."))
        message = _("“{line}” is no score with its meaning of at most {longest} characters. Write 1 = focal.")
        text = self._readable(f"{prefix}meanings", meanings_in, message)
        if not text.strip() and f"{prefix}meanings" not in self.errors:
            self.add_error(f"{prefix}meanings", _("Write what each score means, a line for each."))

    def _readable(self, name: str, read: Any, message: Any) -> str:
        text: str = self.cleaned_data.get(name, "")
        try:
            read(text)
        except UnreadableLine as error:
            self.add_error(name, str(message).format(line=error.line, longest=LONGEST_MEANING))
        return text

    def _add(self, number: int) -> None:
        antibodies = Antibody.objects.filter(study=self.study).select_related("marker", "phospho_site__marker")
        stains = [(antibody.code, f"{antibody.code} ({antibody.in_words})") for antibody in antibodies]
        scales = LaboratoryScale.objects.filter(study=self.study)
        own = [(f"{OWN_SCALE}{scale.code}", f"{scale.code}: {scale.in_words}") for scale in scales]
        entries = _("With commas between them. A core with such an entry has no score; it is never 0.")
        fields: dict[str, forms.Field] = {
            "antibody": forms.ChoiceField(
                label=_("antibody"),
                required=False,
                choices=[("", _("Do not import this sheet")), *stains],
                help_text=""
                if stains
                else _("The study has none yet. Add it under “Assays”, then open this page again."),
            ),
            "cell_type": forms.ChoiceField(label=_("cell type"), choices=StainedCell.choices),
            "compartment": forms.ChoiceField(label=_("compartment"), choices=Compartment.choices),
            "scale": forms.ChoiceField(
                label=_("what the numbers are"),
                required=False,
                choices=[("", "–"), *Scale.choices, *own, (NEW_SCALE, _("A laboratory scale with the meanings below"))],
            ),
            "scale_code": forms.CharField(
                label=_("code of a new scale"), required=False, max_length=LONGEST_CODE, validators=[code_validator]
            ),
            "meanings": forms.CharField(
                label=_("meanings of a new scale"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
                help_text=_("A line for each score: 1 = focal."),
            ),
            "not_assessable": forms.CharField(
                label=_("entries for “not assessable”"), required=False, help_text=entries
            ),
        }
        for key, field in fields.items():
            field.label = capfirst(field.label)
            self.fields[f"sheet-{number}-{key}"] = field


def _start(outline: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """What the fields show first: the earlier answers, else the guesses."""
    start = {name: outline[name] for name in ("microarray", "patients", "controls")}
    start |= {name: value for name, value in options.items() if name != "sheets"}
    for number, sheet in enumerate(outline["sheets"]):
        answers = options.get("sheets", {}).get(sheet["name"], {})
        guesses = {"cell_type": StainedCell.TUMOUR, "compartment": Compartment.NOT_STATED, **sheet}
        for name in SHEET_FIELDS:
            start[f"sheet-{number}-{name}"] = answers.get(name, guesses[name])
    return start
