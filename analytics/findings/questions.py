"""Questions made for a study: each function gives one that chooses dataset, stain and patients by what is there."""

from collections.abc import Callable, Mapping
from typing import Any

from analytics.catalogue import Catalogue
from analytics.findings.base import Question
from analytics.measurements.cutoffs import fitting_cutoffs
from analytics.spec import Assay, Measure
from cases import access
from cases.models import Criterion, Detection, Diagnosis
from expression.models import Scale

Asks = Callable[[Catalogue], Question | None]

LUNG = "C34"
"""ICD-O-3 topography of bronchus and lung; codes below it begin so."""


def responses(
    *,
    grouping: str,
    groups: tuple[str, ...] = (),
    gene: str = "",
    lung: bool = False,
    only: Mapping[str, str] | None = None,
) -> Asks:
    """The share of responders in groups; ``only`` are filters of the patients."""

    def ask(catalogue: Catalogue) -> Question | None:
        if Criterion.SCLEROSIS not in catalogue.criteria or (gene and gene not in catalogue.genes):
            return None
        own = {"criterion": Criterion.SCLEROSIS.value, "grouping": grouping, "gene": gene, "groups": list(groups)}
        return _question("response_proportions", catalogue, own, lung=lung, only=only)

    return ask


def skeletal_events(*, lung: bool = False) -> Asks:
    """The first skeletal-related event after the first dose by response, which is known only later."""

    def ask(catalogue: Catalogue) -> Question | None:
        if Criterion.SCLEROSIS not in catalogue.criteria:
            return None
        return _question("time_to_event", catalogue, {"criterion": Criterion.SCLEROSIS.value}, lung=lung)

    return ask


def expression(
    marker: str,
    *,
    grouping: str,
    groups: tuple[str, ...],
    reference: str,
    assays: tuple[Assay, ...],
    margin: float | None = None,
    **only: str,
) -> Asks:
    """A marker by the first of these assays that the study holds, in groups compared with ``reference``."""

    def ask(catalogue: Catalogue) -> Question | None:
        measure = measured(catalogue, marker, assays)
        if measure is None:
            return None
        own: Question = {**measure, "grouping": grouping, "groups": list(groups), "reference": reference}
        if margin is not None:
            own |= {"method": "equivalence", "margin": margin}
        return _question("expression_by_group", catalogue, own, only=only)

    return ask


def positive(marker: str, *, grouping: str, scale: str, **only: str) -> Asks:
    """Shares of patients whose stain of a marker is positive by the study's own cut-off on this scale, the first that fits."""

    def ask(catalogue: Catalogue) -> Question | None:
        found = measured(catalogue, marker, (Assay.IHC,))
        if found is None:
            return None
        stain = {name: found[name] for name in ("marker", "cell_type", "compartment")}
        cutoffs = fitting_cutoffs(Measure(study=catalogue.study.code, assay=Assay.IHC, scale=scale, **stain))
        if not cutoffs:
            return None
        cutoff = float(cutoffs[0].at_least)
        own = {**found, "scale": scale, "grouping": grouping, "method": "positive", "cutoff": cutoff}
        return _question("expression_by_group", catalogue, own, only=only)

    return ask


def association(x: tuple[str, tuple[Assay, ...]], y: tuple[str, tuple[Assay, ...]]) -> Asks:
    """Two markers, each by the first of its assays that the study holds."""

    def ask(catalogue: Catalogue) -> Question | None:
        return _pair(catalogue, *(measured(catalogue, marker, assays) for marker, assays in (x, y)))

    return ask


def phosphorylation(marker: str, site: str, *, beside: tuple[str, tuple[Assay, ...]]) -> Asks:
    """A protein's phosphorylated share on western blots, and a marker."""

    def ask(catalogue: Catalogue) -> Question | None:
        if site not in catalogue.phospho_sites(marker):
            return None
        blotted = {"assay": Assay.WESTERN.value, "marker": marker, "phospho_site": site}
        return _pair(catalogue, blotted, measured(catalogue, *beside))

    return ask


def stains_together(marker: str, *others: str) -> Asks:
    """The matrix of a marker's stain with those of others, as far as they were read."""

    def ask(catalogue: Catalogue) -> Question | None:
        found = [measured(catalogue, one, (Assay.IHC,)) for one in (marker, *others)]
        stains = [one for one in found if one]
        if found[0] is None or len(stains) < 2:
            return None
        variables = ["/".join(one[name] for name in ("marker", "cell_type", "compartment")) for one in stains]
        own = {"assay": Assay.IHC.value, "variables": variables, "scale": stains[0]["scale"], "rule": stains[0]["rule"]}
        return _question("marker_matrix", catalogue, own)

    return ask


def measured(catalogue: Catalogue, marker: str, assays: tuple[Assay, ...]) -> dict[str, str] | None:
    """The fields of the measure: the dataset, or the cells and the compartment, with most patients."""
    for assay in assays:
        if assay not in catalogue.assays:
            continue
        counts = {code: catalogue.markers(assay, code).get(marker, 0) for code in catalogue.datasets(assay)}
        dataset = _most(counts)
        if dataset is None or not counts[dataset]:
            continue
        stain = _stain(catalogue, marker) if assay == Assay.IHC else {}
        return {"assay": assay.value, "marker": marker, "dataset": dataset, **stain}
    return None


def _stain(catalogue: Catalogue, marker: str) -> dict[str, str]:
    stains = catalogue.stains
    cell_type = _most(stains.cell_types(marker, "")) or ""
    compartment = _most(stains.compartments(marker, "", cell_type)) or ""
    return {
        "cell_type": cell_type,
        "compartment": compartment,
        "scale": Scale.H_SCORE.value,
        "rule": stains.rules[0],
    }


def _pair(catalogue: Catalogue, *measures: dict[str, str] | None) -> Question | None:
    """The association of two measures; ``None`` where the study lacks one."""
    own: dict[str, Any] = {}
    for prefix, measure in zip(("x_", "y_"), measures, strict=True):
        if measure is None:
            return None
        own |= {prefix + name: value for name, value in measure.items()}
    return _question("association", catalogue, own)


def _most(counts: dict[str, int]) -> str | None:
    return max(counts, key=counts.__getitem__, default=None)


def _question(
    kind: str,
    catalogue: Catalogue,
    own: dict[str, Any],
    *,
    lung: bool = False,
    only: Mapping[str, str] | None = None,
) -> Question | None:
    population: dict[str, list[str]] = {name: [value] for name, value in (only or {}).items()}
    if lung:
        population["histology"] = histologies = _of_lung(catalogue)
        if not histologies:
            return None
    return {"kind": kind, "study": catalogue.study.code, "population": population, **own}


def _of_lung(catalogue: Catalogue) -> list[str]:
    """Histologies of bone metastases from the lung in this study: the list of patients has no filter for the site."""
    diagnoses = Diagnosis.objects.filter(
        patient__study=catalogue.study, is_index=True, primary_site__code__startswith=LUNG, histology__isnull=False
    )
    visible = access.rows(user=catalogue.by, queryset=diagnoses, patient="patient")
    return sorted(set(visible.order_by().values_list("histology__name", flat=True)))


DETECTED = (Detection.DETECTED.value,)
