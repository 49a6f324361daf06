"""Workbooks about a block as an import format."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.importing.files import FileKind
from cases.importing.formats import ImportFormat, ImportPlan, OptionsForm, Source, Text
from cases.jobs import Progress
from cases.models import ImportJob, Study, TissueMicroarray
from expression.importing.microarrays.grids import looks_like_block, read_block
from expression.importing.microarrays.sheet_form import BlockForm
from expression.importing.microarrays.sheet_outline import outline_of
from expression.importing.microarrays.sheet_plan import plan_of


class BlockSheets(ImportFormat):
    code = "tma_sheets"
    title = _("Tissue microarray: map and score sheets")
    explanation = _(
        "A workbook with the map of a block, whose cells name the case of each core, and a sheet for each biomarker in "
        "the same grid. You say whose the cases are, and which antibody and scale each sheet is about."
    )
    accepts = frozenset({FileKind.WORKBOOK})
    suffixes = (".xlsx",)
    example = "synthetic_tma.xlsx"
    options_template = "expression/import_block.html"

    def recognises(self, source: Source) -> bool:
        return looks_like_block(source.path)

    def outline(self, source: Source, *, progress: Progress) -> dict[str, Any]:
        progress.check()
        return outline_of(read_block(source.path), source)

    def options_form(
        self, *, study: Study, outline: dict[str, Any], options: dict[str, Any] | None = None, data: Any = None
    ) -> OptionsForm:
        return BlockForm(study=study, outline=outline, options=options, data=data)

    def plan(self, source: Source, *, options: dict[str, Any], progress: Progress) -> ImportPlan:
        progress.check()
        return plan_of(read_block(source.path), source, options)

    def links(self, job: ImportJob) -> list[tuple[Text, str]]:
        block = TissueMicroarray.objects.filter(study=job.study, code=job.options.get("microarray", ""))
        return [(_("The block"), found.get_absolute_url()) for found in block.select_related("study")]
