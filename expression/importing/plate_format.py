"""qPCR plates as import formats: a reader per instrument, the same questions and checks for all of them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.importing.files import FileKind
from cases.importing.formats import Fit, ImportFormat, ImportPlan, OptionsForm, Source, Text
from cases.jobs import Progress
from cases.models import ImportJob, Study
from expression.importing import quantstudio
from expression.importing.kept_answers import fit_of_plate, mapping_of_plate
from expression.importing.plate_form import PlateForm
from expression.importing.plate_outline import outline_of
from expression.importing.plate_plan import plan_of
from expression.models import QpcrRun


class QuantStudioFormat(ImportFormat):
    code = "quantstudio"
    title = _("qPCR plate: QuantStudio or ViiA 7 export")
    explanation = _(
        "The export with its results, as text or workbook. You say which targets are study markers and which are "
        "reference genes, and from which specimens the samples came."
    )
    accepts = frozenset({FileKind.TEXT, FileKind.WORKBOOK})
    suffixes = (".txt", ".xlsx")
    example = "synthetic_quantstudio.txt"
    options_template = "expression/import_plate.html"

    def recognises(self, source: Source) -> bool:
        return quantstudio.looks_like(source.path, source.kind)

    def outline(self, source: Source, *, progress: Progress) -> dict[str, Any]:
        progress(done=0, total=2)
        plate = quantstudio.read(source.path, source.kind)
        progress(done=1, total=2)
        return outline_of(plate, source)

    def options_form(
        self, *, study: Study, outline: dict[str, Any], options: dict[str, Any] | None = None, data: Any = None
    ) -> OptionsForm:
        return PlateForm(study=study, outline=outline, options=options, data=data)

    def mapping(self, *, outline: dict[str, Any], options: dict[str, Any]) -> dict[str, Any] | None:
        return mapping_of_plate(options)

    def fit(self, mapping: dict[str, Any], *, outline: dict[str, Any]) -> Fit:
        return fit_of_plate(mapping, outline)

    def plan(self, source: Source, *, options: dict[str, Any], progress: Progress) -> ImportPlan:
        progress(done=0, total=2)
        plate = quantstudio.read(source.path, source.kind)
        progress(done=1, total=2)
        return plan_of(plate, source, options)

    def links(self, job: ImportJob) -> list[tuple[Text, str]]:
        return [
            (_("The run"), run.get_absolute_url())
            for run in QpcrRun.objects.filter(import_job=job).select_related("study")
        ]
