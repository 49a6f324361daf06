"""What can be asked of a study: the choices of forms, counted, and the check that a question's codes exist."""

from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from analytics.groupings import GROUPINGS
from analytics.measurements import QPCR_UNIT, profile_values, qpcr_wells, western_bands, western_unit
from analytics.spec import Assay, Measure
from analytics.stains import Stains, check_stain, no_such
from cases import access
from cases.access import Person
from cases.looking_up import LookUp, look_up_anew
from cases.models import Criterion, MolecularAlteration, ResponseAssessment, Study
from expression.models import ExpressionDataset, Marker, PhosphoSite, Scale


class Catalogue:
    """What one person can ask about in one study. Everything is looked up once, when first needed.

    ``look_up`` is given the name of what is wanted and how it is found, and may know it already.
    """

    def __init__(self, *, study: Study, by: Person, look_up: LookUp = look_up_anew) -> None:
        self.study = study
        self.by = by
        self.look_up = look_up
        self.stains = Stains(study=study, by=by, look_up=look_up)

    def __bool__(self) -> bool:
        """Whether anything was measured at all."""
        return bool(self.assays)

    @cached_property
    def assays(self) -> list[str]:
        """The assays with values, profiles first."""
        found = {
            Assay.PROFILE: self._profiles,
            Assay.QPCR: self._reactions,
            Assay.IHC: self.stains.markers(),
            Assay.WESTERN: self._blotted,
        }
        return [assay.value for assay, values in found.items() if values]

    def datasets(self, assay: str) -> dict[str, str]:
        """Code and description of the datasets; only profiles have some, otherwise there is one with a blank code."""
        if assay != Assay.PROFILE:
            return {"": ""}
        measured = {dataset for dataset, _marker in self._profiles}
        found = ExpressionDataset.objects.filter(study=self.study, code__in=measured)
        return {dataset.code: f"{dataset.code} · {dataset.get_unit_display()}, {dataset.platform}" for dataset in found}

    def unit(self, assay: str, *, dataset: str, scale: str, phospho_site: str = "") -> str:
        """The unit of the values."""
        if assay == Assay.WESTERN:
            return str(western_unit(phospho_site))
        if assay == Assay.QPCR:
            return str(QPCR_UNIT)
        if assay == Assay.IHC:
            return str(Scale(scale).label)
        return str(ExpressionDataset.objects.get(study=self.study, code=dataset).get_unit_display())

    def markers(self, assay: str, dataset: str) -> dict[str, int]:
        """HGNC symbols in their usual order, with the number of patients measured."""
        if assay == Assay.IHC:
            return self.stains.markers()
        if assay == Assay.WESTERN:
            return {marker: max(sites.values()) for marker, sites in self._blotted.items()}
        measured = self._profiles if assay == Assay.PROFILE else self._reactions
        return {marker: patients for (code, marker), patients in measured.items() if code == dataset}

    def marker_name(self, symbol: str) -> SafeString:
        """“RANKL *TNFSF11*”."""
        return format_html('{} <i class="gene">{}</i>', self._marker_names[symbol], symbol)

    def phospho_sites(self, marker: str) -> dict[str, int]:
        """The phospho-sites of a marker on blots, with the number of patients; blank is the total of one without."""
        sites = self._blotted.get(marker, {"": 0})
        return {site: patients for site, patients in sites.items() if site} or sites

    @cached_property
    def groupings(self) -> list[str]:
        """Codes of the groupings; those by alteration or response only where a gene was tested, a lesion assessed."""
        details = {"": True, "gene": self.genes, "criterion": self.criteria}
        return [code for code, grouping in GROUPINGS.items() if details[grouping.needs]]

    @cached_property
    def genes(self) -> list[str]:
        """Genes with a molecular test in the study."""
        return self.look_up("genes", self._genes)

    def _genes(self) -> list[str]:
        tests = MolecularAlteration.objects.filter(patient__study=self.study)
        visible = access.rows(user=self.by, queryset=tests, patient="patient")
        return list(visible.order_by("gene").values_list("gene", flat=True).distinct())

    @cached_property
    def criteria(self) -> list[str]:
        """The criteria by which lesions were assessed in the study, in their usual order."""
        return self.look_up("criteria", self._criteria)

    def _criteria(self) -> list[str]:
        assessments = ResponseAssessment.objects.filter(patient__study=self.study)
        visible = access.rows(user=self.by, queryset=assessments, patient="patient")
        found = set(visible.order_by().values_list("criterion", flat=True).distinct())
        return [criterion for criterion in Criterion.values if criterion in found]

    @cached_property
    def _profiles(self) -> dict[tuple[str, str], int]:
        return self.look_up("profiles", self._counted_profiles)

    def _counted_profiles(self) -> dict[tuple[str, str], int]:
        values = profile_values(study=self.study.code, by=self.by)
        keys = ["dataset__code", "marker__position", "marker__symbol"]
        counted = _count_patients(values, keys, "specimen__patient")
        return {(dataset, symbol): patients for dataset, _position, symbol, patients in counted}

    @cached_property
    def _reactions(self) -> dict[tuple[str, str], int]:
        return self.look_up("reactions", self._counted_reactions)

    def _counted_reactions(self) -> dict[tuple[str, str], int]:
        wells = qpcr_wells(study=self.study.code, by=self.by)
        keys = ["target__marker__position", "target__marker__symbol"]
        counted = _count_patients(wells, keys, "sample__specimen__patient")
        return {("", symbol): patients for _position, symbol, patients in counted}

    @cached_property
    def _blotted(self) -> dict[str, dict[str, int]]:
        """For each marker on western blots its phospho-sites, blank for the total."""
        bands = western_bands(study=self.study.code, by=self.by)
        keys = ["marker__position", "marker__symbol", "phospho_site__residue"]
        found: dict[str, dict[str, int]] = {}
        for _position, symbol, site, patients in _count_patients(bands, keys, "lane__specimen__patient"):
            found.setdefault(symbol, {})[site or ""] = patients
        return found

    @cached_property
    def _marker_names(self) -> dict[str, str]:
        return marker_names()


def marker_names() -> dict[str, str]:
    """The common name of every marker, by its HGNC symbol."""
    return dict(Marker.objects.values_list("symbol", "name"))


def check_measure(*, measure: Measure, study: Study) -> dict[str, Any]:
    """What is wrong where a measure names what does not exist in the study: a sentence for each field."""
    errors: dict[str, Any] = {}
    if not Marker.objects.filter(symbol=measure.marker).exists():
        errors["marker"] = no_such(measure.marker, _("a marker's HGNC symbol, such as TNFSF11"))
    if measure.per_marker and not Marker.objects.filter(symbol=measure.per_marker).exists():
        errors["per_marker"] = no_such(measure.per_marker, _("a marker's HGNC symbol, such as TNFSF11"))
    datasets = ExpressionDataset.objects.filter(study=study, code=measure.dataset)
    if measure.assay == Assay.PROFILE and not datasets.exists():
        errors["dataset"] = no_such(measure.dataset, _("the code of a dataset of this study"))
    sites = PhosphoSite.objects.filter(marker__symbol=measure.marker, residue=measure.phospho_site)
    if measure.phospho_site and not sites.exists():
        errors["phospho_site"] = no_such(measure.phospho_site, _("a phospho-site of the marker, such as S473"))
    if measure.assay == Assay.IHC:
        errors |= check_stain(measure=measure, study=study)
    return errors


def check_grouping(*, grouping: str, gene: str, criterion: str) -> dict[str, Any]:
    """What is wrong with a grouping: there is none of this name, or not its gene or criterion; a sentence for each."""
    known = GROUPINGS.get(grouping)
    if known is None:
        return {"grouping": no_such(grouping, ", ".join(GROUPINGS))}
    if known.needs == "gene" and not gene:
        return {"gene": _("Choose the gene whose alteration makes the groups.")}
    if known.needs == "criterion" and not criterion:
        return {"criterion": _("Choose the criterion by which patients respond.")}
    if known.needs == "criterion" and criterion not in Criterion.values:
        return {"criterion": no_such(criterion, ", ".join(Criterion.values))}
    if gene and known.needs != "gene":
        return {"gene": _("This grouping needs no gene. Leave it out.")}
    if criterion and known.needs != "criterion":
        return {"criterion": _("This grouping needs no criterion. Leave it out.")}
    return {}


def check_stratum(stratum: str) -> dict[str, Any]:
    """What is wrong with the grouping that makes strata, if any: it must need neither gene nor criterion."""
    known = {code for code, grouping in GROUPINGS.items() if not grouping.needs}
    return {} if not stratum or stratum in known else {"stratum": no_such(stratum, ", ".join(sorted(known)))}


def _count_patients(rows: QuerySet[Any], keys: list[str], patient: str) -> QuerySet[Any, Any]:
    counted = rows.order_by(*keys).values(*keys).annotate(patients=Count(patient, distinct=True))
    return counted.values_list(*keys, "patients")
