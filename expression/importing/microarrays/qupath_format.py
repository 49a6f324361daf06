"""TMA results of QuPath as an import format: readings of cores of a block that the study has."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.importing.files import FileKind
from cases.importing.formats import ImportFormat, ImportPlan, OptionsForm, Source
from cases.jobs import Progress
from cases.models import Core, Study
from cases.sentences import sentence
from expression.importing.microarrays.qupath import looks_like_qupath, read_cores
from expression.importing.microarrays.readings import Readings, Stain
from expression.importing.microarrays.stain_fields import StainFields
from expression.models import Antibody, Compartment, IhcReading, StainedCell

ANSWERS = ("microarray", "antibody", "cell_type", "compartment", "reader", "read_on", "reason")


class QuPathForm(StainFields, OptionsForm):
    microarray = forms.ChoiceField(label=_("Block"))
    antibody = forms.ChoiceField(label=_("Antibody"))
    cell_type = forms.ChoiceField(label=_("Cell type"), choices=StainedCell.choices, initial=StainedCell.TUMOUR)
    compartment = forms.ChoiceField(label=_("Compartment"), choices=Compartment.choices, initial=Compartment.NOT_STATED)
    field_order = ANSWERS

    def __init__(self, *, study: Study, options: dict[str, Any] | None, data: Any) -> None:
        super().__init__(data, initial={"reader": "QuPath"} | (options or {}))
        self.study = study
        self.fields["reader"].required = True
        blocks: Any = self.fields["microarray"]
        blocks.choices = [("", "–"), *((code, code) for code in study.microarrays.values_list("code", flat=True))]
        stains: Any = self.fields["antibody"]
        antibodies = study.antibodies.select_related("marker", "phospho_site__marker")
        stains.choices = [("", "–"), *((one.code, f"{one.code} ({one.in_words})") for one in antibodies)]

    @property
    def options(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ANSWERS}


class QuPathCores(ImportFormat):
    code = "qupath"
    title = _("Tissue microarray: results of QuPath")
    explanation = _(
        "The TMA results that QuPath exports as text, one row per core. The block and its cores must be in the study; "
        "cells counted by intensity become percentages."
    )
    accepts = frozenset({FileKind.TEXT})
    suffixes = (".txt", ".tsv")
    example = "synthetic_qupath.txt"

    def recognises(self, source: Source) -> bool:
        return looks_like_qupath(source.path)

    def outline(self, source: Source, *, progress: Progress) -> dict[str, Any]:
        progress.check()
        return {"row_count": len(read_cores(source.path))}

    def options_form(
        self, *, study: Study, outline: dict[str, Any], options: dict[str, Any] | None = None, data: Any = None
    ) -> OptionsForm:
        return QuPathForm(study=study, options=options, data=data)

    def plan(self, source: Source, *, options: dict[str, Any], progress: Progress) -> ImportPlan:
        """Three queries, however many cores."""
        progress.check()
        plan = ImportPlan(reason=options["reason"])
        cores = Core.objects.filter(study=source.study, microarray__code=options["microarray"])
        at = {(core.row, core.column): core for core in cores.select_related("study", "specimen__patient")}
        antibody = Antibody.objects.get(study=source.study, code=options["antibody"])
        given = {name: options[name] for name in ("cell_type", "compartment", "reader", "read_on")}
        stain = Stain(antibody=antibody, **given)
        readings = Readings(cores=at.values(), stains=[stain], findings=plan.findings, reason=options["reason"])
        seen: dict[Core, int] = {}
        for measured in read_cores(source.path):
            place: dict[str, Any] = {"row": measured.row, "column": measured.name}
            core = at.get(measured.place) if measured.place else None
            if core is None:
                plan.findings.error(
                    sentence(
                        "Block {block} has no core “{core}”. Add it to the block, or take the row out of the file.",
                        block=options["microarray"],
                        core=measured.name,
                    ),
                    **place,
                )
            elif (first := seen.setdefault(core, measured.row)) != measured.row:
                plan.findings.error(sentence("Row {row} is about this core already.", row=first), **place)
            else:
                readings.add(core, stain, measured.read, **place)
        plan.new = {IhcReading: readings.new}
        plan.matched = {IhcReading: readings.unchanged}
        return plan
