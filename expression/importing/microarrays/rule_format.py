"""A workbook that says what the numbers of score sheets mean, as an import format: it makes laboratory scales."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.importing.codes import LONGEST_CODE, as_code
from cases.importing.files import FileKind
from cases.importing.formats import ImportFormat, ImportPlan, OptionsForm, Source
from cases.importing.tables import workbook_rows
from cases.jobs import Progress, Refusal
from cases.models import Study
from cases.models.study import code_validator
from cases.sentences import sentence
from expression.importing.microarrays.rule_sheets import Translation, consolidation_rules, translations_of
from expression.importing.microarrays.scales import Scales
from expression.models import LaboratoryScale


class RulesForm(OptionsForm):
    """The code of the scale of biomarker ``n`` is ``scale-n``, counted from 0."""

    def __init__(self, *, outline: dict[str, Any], options: dict[str, Any] | None, data: Any) -> None:
        self.biomarkers = outline["biomarkers"]
        codes = (options or {}).get("codes", {})
        super().__init__(data)
        for number, one in enumerate(self.biomarkers):
            self.fields[f"scale-{number}"] = forms.CharField(
                label=one["name"],
                required=False,
                max_length=LONGEST_CODE,
                validators=[code_validator],
                initial=codes.get(one["name"], one["code"]),
                help_text=_("{meanings}. Not assessable: {entries}. Blank: do not import.").format(**one),
            )

    @property
    def options(self) -> dict[str, Any]:
        """``codes`` has that of each biomarker by its name, blank for those not imported."""
        codes = {one["name"]: self.cleaned_data[f"scale-{number}"] for number, one in enumerate(self.biomarkers)}
        return {"codes": codes}


class ScoreRules(ImportFormat):
    code = "score_rules"
    title = _("What the numbers of score sheets mean")
    explanation = _(
        "A workbook with a sheet of biomarker, original score and translated score. Each biomarker becomes a "
        "laboratory scale, which score sheets can then be read by."
    )
    accepts = frozenset({FileKind.WORKBOOK})
    suffixes = (".xlsx",)
    example = "synthetic_score_rules.xlsx"

    def recognises(self, source: Source) -> bool:
        try:
            return bool(list(_translations(source.path)))
        except Refusal:
            return False

    def outline(self, source: Source, *, progress: Progress) -> dict[str, Any]:
        progress.check()
        found = [translation for _sheet, translation in _translations(source.path)]
        if not found:
            raise Refusal("No sheet has the columns biomarker, original_score and translated_score.")
        biomarkers = [
            {
                "name": one.biomarker,
                "code": as_code(one.biomarker),
                "meanings": ", ".join(f"{step} {meaning}" for step, meaning in one.meanings.items()),
                "entries": ", ".join(one.not_assessable) or "–",
            }
            for one in found
        ]
        return {"biomarkers": biomarkers}

    def options_form(
        self, *, study: Study, outline: dict[str, Any], options: dict[str, Any] | None = None, data: Any = None
    ) -> OptionsForm:
        return RulesForm(outline=outline, options=options, data=data)

    def plan(self, source: Source, *, options: dict[str, Any], progress: Progress) -> ImportPlan:
        """One query."""
        progress.check()
        plan = ImportPlan()
        scales = Scales(study=source.study, findings=plan.findings)
        for sheet, one in _translations(source.path):
            place: dict[str, Any] = {"sheet": sheet, "row": one.row}
            code = options["codes"].get(one.biomarker, "")
            if code and one.unclear:
                plan.findings.error(
                    sentence(
                        "{biomarker}: {entries} has a meaning and is no whole number. Give it a number, or translate "
                        "it to Unk.",
                        biomarker=one.biomarker,
                        entries=", ".join(one.unclear),
                    ),
                    **place,
                )
            elif code:
                scales.scale(code, meanings=one.meanings, not_assessable=one.not_assessable, **place)
        for sheet, rows in workbook_rows(source.path).items():
            if number := consolidation_rules(rows):
                plan.findings.note(
                    sentence(
                        "Rules of consolidation: {number}. They are not imported, for steps of a laboratory scale are "
                        "names and not consolidated.",
                        number=number,
                    ),
                    sheet=sheet,
                )
        plan.new = {LaboratoryScale: scales.new}
        plan.matched = {LaboratoryScale: len(scales.matched)}
        return plan


def _translations(path: Path) -> Iterator[tuple[str, Translation]]:
    """The sheet and each biomarker on it."""
    for sheet, rows in workbook_rows(path).items():
        for translation in translations_of(rows):
            yield sheet, translation
