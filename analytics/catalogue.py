"""What can be asked of a study: the choices of the form, counted, and the check that a question's codes exist."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from analytics.dataset import population
from analytics.groupings import GROUPINGS, Grouping, Labels, in_all_languages
from analytics.measurements import QPCR_UNIT, measured_patients, profile_values, qpcr_wells
from analytics.spec import AnalysisSpec, Assay, SpecError
from analytics.stains import Stains, check_stain, no_such
from cases import access
from cases.access import Person
from cases.models import Category, Criterion, MolecularAlteration, ResponseAssessment, Sex, Site, Study
from expression.models import ExpressionDataset, Marker, Scale


class Catalogue:
    """What one person can ask about in one study. Everything is looked up once, when first needed."""

    def __init__(self, *, study: Study, by: Person) -> None:
        self.study = study
        self.by = by
        self.stains = Stains(study=study, by=by)

    def __bool__(self) -> bool:
        """Whether anything was measured at all."""
        return bool(self.assays)

    @cached_property
    def assays(self) -> list[str]:
        """The assays with values, profiles first."""
        found = {Assay.PROFILE: self._profiles, Assay.QPCR: self._reactions, Assay.IHC: self.stains.markers()}
        return [assay.value for assay, values in found.items() if values]

    def datasets(self, assay: str) -> dict[str, str]:
        """Code and description of the datasets; only profiles have some, otherwise there is one with a blank code."""
        if assay != Assay.PROFILE:
            return {"": ""}
        measured = {dataset for dataset, _marker in self._profiles}
        found = ExpressionDataset.objects.filter(study=self.study, code__in=measured)
        return {dataset.code: f"{dataset.code} · {dataset.get_unit_display()}, {dataset.platform}" for dataset in found}

    def unit(self, assay: str, *, dataset: str, scale: str) -> str:
        """The unit of the values."""
        if assay == Assay.QPCR:
            return str(QPCR_UNIT)
        if assay == Assay.IHC:
            return str(Scale(scale).label)
        return str(ExpressionDataset.objects.get(study=self.study, code=dataset).get_unit_display())

    def markers(self, assay: str, dataset: str) -> dict[str, int]:
        """HGNC symbols in their usual order, with the number of patients measured."""
        if assay == Assay.IHC:
            return self.stains.markers()
        measured = self._profiles if assay == Assay.PROFILE else self._reactions
        return {marker: patients for (code, marker), patients in measured.items() if code == dataset}

    def marker_name(self, symbol: str) -> SafeString:
        """“RANKL *TNFSF11*”."""
        return format_html('{} <i class="gene">{}</i>', self._marker_names[symbol], symbol)

    @cached_property
    def groupings(self) -> list[str]:
        """Codes of the groupings; those by alteration or response only where a gene was tested, a lesion assessed."""
        details = {"": True, "gene": self.genes, "criterion": self.criteria}
        return [code for code, grouping in GROUPINGS.items() if details[grouping.needs]]

    @cached_property
    def genes(self) -> list[str]:
        """Genes with a molecular test in the study."""
        tests = MolecularAlteration.objects.filter(patient__study=self.study)
        visible = access.rows(user=self.by, queryset=tests, patient="patient")
        return list(visible.order_by("gene").values_list("gene", flat=True).distinct())

    @cached_property
    def criteria(self) -> list[str]:
        """The criteria by which lesions were assessed in the study, in their usual order."""
        assessments = ResponseAssessment.objects.filter(patient__study=self.study)
        visible = access.rows(user=self.by, queryset=assessments, patient="patient")
        found = set(visible.order_by().values_list("criterion", flat=True).distinct())
        return [criterion for criterion in Criterion.values if criterion in found]

    @cached_property
    def sites(self) -> dict[str, str]:
        """Code and name of the institutions whose patients the person may see."""
        patients = access.patients(self.by).filter(study=self.study)
        found = Site.objects.filter(patients__in=patients).distinct().order_by("code")
        return {site.code: site.name for site in found}

    @cached_property
    def _profiles(self) -> dict[tuple[str, str], int]:
        values = profile_values(study=self.study.code, by=self.by)
        keys = ["dataset__code", "marker__position", "marker__symbol"]
        counted = _count_patients(values, keys, "specimen__patient")
        return {(dataset, symbol): patients for dataset, _position, symbol, patients in counted}

    @cached_property
    def _reactions(self) -> dict[tuple[str, str], int]:
        wells = qpcr_wells(study=self.study.code, by=self.by)
        keys = ["target__marker__position", "target__marker__symbol"]
        counted = _count_patients(wells, keys, "sample__specimen__patient")
        return {("", symbol): patients for _position, symbol, patients in counted}

    @cached_property
    def _marker_names(self) -> dict[str, str]:
        return marker_names()


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How many patients a question would rest on, before it is asked."""

    in_scope: int
    measured: int
    grouped: int
    groups: dict[str, int]
    labels: dict[str, Labels]
    grouping: Labels


def marker_names() -> dict[str, str]:
    """The common name of every marker, by its HGNC symbol."""
    return dict(Marker.objects.values_list("symbol", "name"))


def preview(*, spec: AnalysisSpec, by: Person) -> Preview:
    """The counts of a question. Cheaper than loading its numbers; a qPCR sample without a usable Cq still counts."""
    patients = population(spec=spec, by=by)
    with_values = patients.filter(pk__in=measured_patients(spec=spec, by=by))
    grouping = GROUPINGS[spec.grouping]
    assigned = grouping.assign(with_values, spec.detail).groups
    labels = grouping.ordered(set(assigned.values()), with_values)
    groups = dict.fromkeys(labels, 0)
    for code in assigned.values():
        groups[code] += 1
    return Preview(
        in_scope=patients.count(),
        measured=with_values.count(),
        grouped=len(assigned),
        groups=groups,
        labels=labels,
        grouping=in_all_languages(grouping.label(spec.detail)),
    )


def check(*, spec: AnalysisSpec, study: Study) -> None:
    """Raise :class:`SpecError` when the question names something that does not exist in the study."""
    grouping = GROUPINGS.get(spec.grouping)
    errors: dict[str, Any] = {}
    if not Marker.objects.filter(symbol=spec.marker).exists():
        errors["marker"] = no_such(spec.marker, _("a marker's HGNC symbol, such as TNFSF11"))
    if spec.assay == Assay.PROFILE and not ExpressionDataset.objects.filter(study=study, code=spec.dataset).exists():
        errors["dataset"] = no_such(spec.dataset, _("the code of a dataset of this study"))
    if grouping is None:
        errors["grouping"] = no_such(spec.grouping, ", ".join(GROUPINGS))
    else:
        errors |= _check_detail(spec, grouping)
    if spec.assay == Assay.IHC:
        errors |= check_stain(spec=spec, study=study)
    if spec.sex and spec.sex not in Sex.values:
        errors["sex"] = no_such(spec.sex, ", ".join(Sex.values))
    if spec.category and spec.category not in Category.values:
        errors["category"] = no_such(spec.category, ", ".join(Category.values))
    if spec.site and not Site.objects.filter(study=study, code=spec.site).exists():
        errors["site"] = no_such(spec.site, _("the code of an institution of this study"))
    if errors:
        raise SpecError(errors)


def _check_detail(spec: AnalysisSpec, grouping: Grouping) -> dict[str, Any]:
    """A gene or a criterion where the grouping needs it, and nowhere else."""
    if grouping.needs == "gene" and not spec.gene:
        return {"gene": _("Choose the gene whose alteration makes the groups.")}
    if grouping.needs == "criterion" and not spec.criterion:
        return {"criterion": _("Choose the criterion by which patients respond.")}
    if grouping.needs == "criterion" and spec.criterion not in Criterion.values:
        return {"criterion": no_such(spec.criterion, ", ".join(Criterion.values))}
    if spec.gene and grouping.needs != "gene":
        return {"gene": _("This grouping needs no gene. Leave it out.")}
    if spec.criterion and grouping.needs != "criterion":
        return {"criterion": _("This grouping needs no criterion. Leave it out.")}
    return {}


def _count_patients(rows: QuerySet[Any], keys: list[str], patient: str) -> QuerySet[Any, Any]:
    counted = rows.order_by(*keys).values(*keys).annotate(patients=Count(patient, distinct=True))
    return counted.values_list(*keys, "patients")
