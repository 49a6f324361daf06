"""What a measure is called beside others: short, and different from theirs."""

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.groupings import Labels, in_all_languages
from analytics.plots.names import in_a_sentence
from analytics.spec import Assay, Measure
from expression.models import Compartment, Marker, Scale, StainedCell


def marker_or_ratio(measure: Measure, markers: Mapping[str, str]) -> str:
    """“RANKL”, “RANKL/OPG”, “p-AKT1 S473”. ``markers`` gives the common name of each HGNC symbol."""
    names = (markers.get(symbol, symbol) for symbol in (measure.marker, measure.per_marker) if symbol)
    name = "/".join(names)
    return f"p-{name} {measure.phospho_site}" if measure.phospho_site else name


def measure_name(measure: Measure, *, marker: str, in_full: bool = False) -> Labels:
    """“RANKL (IHC, stromal cell)”, “RANKL (qPCR)”, “RANKL (RNA-1)”: marker, assay and what tells stains apart."""
    if measure.assay == Assay.PROFILE:
        return in_all_languages(f"{marker} ({measure.dataset})")
    if measure.assay == Assay.QPCR:
        return in_all_languages(f"{marker} (qPCR)")
    if measure.assay == Assay.WESTERN:
        return in_all_languages(format_lazy(_("{marker} (western blot)"), marker=marker))
    parts = [in_all_languages(StainedCell(measure.cell_type).label)]
    if measure.antibody:
        parts.append(in_all_languages(measure.antibody))
    if in_full:
        labels = Compartment(measure.compartment).label, Scale(measure.scale).label, measure.rule
        parts += [in_all_languages(label) for label in labels]
    return {
        language: f"{marker} ({', '.join(['IHC', *(in_a_sentence(part[language]) for part in parts)])})"
        for language in parts[0]
    }


def two_names(first: Measure, second: Measure) -> tuple[Labels, Labels]:
    """The names of two measures of a question; in full where they would be the same."""
    markers = dict(Marker.objects.values_list("symbol", "name"))

    def named(measure: Measure, *, in_full: bool) -> Labels:
        return measure_name(measure, marker=marker_or_ratio(measure, markers), in_full=in_full)

    short = named(first, in_full=False), named(second, in_full=False)
    return short if short[0] != short[1] else (named(first, in_full=True), named(second, in_full=True))
