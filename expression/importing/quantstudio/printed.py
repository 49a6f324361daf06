"""What the instrument's software made of the Cq: slopes, corrected Cq, relative quantities."""

from collections.abc import Iterator, Mapping

from expression.importing.plate import PrintedResult
from expression.importing.quantstudio.sections import CURVES, RELATIVE, REPLICATES, RESULTS, Sections, number_of

CORRECTED = ("eqcq mean", "eq.ct mean")
DELTA = ("delta eqcq mean", "delta ct mean", "delta crt mean")
QUANTITY = ("rq",)


def slopes_of(sections: Sections) -> dict[str, float]:
    """Slope of the standard curve by target."""
    found: dict[str, float] = {}
    for name in (RESULTS, CURVES):
        for record in sections.records(name):
            slope = number_of(record.get("slope"))
            if slope is not None and record.get("target"):
                found[record["target"]] = slope
    return found


def results_of(sections: Sections) -> list[PrintedResult]:
    """Corrected Cq, ΔCq and relative quantity as printed, once per sample and target; only rows that have one."""
    found: dict[tuple[str, str], PrintedResult] = {}
    for record in _records(sections):
        sample, target = record.get("sample", ""), record.get("target", "")
        printed = PrintedResult(
            sample=sample,
            target=target,
            corrected_cq=_first(record, CORRECTED),
            delta_cq=_first(record, DELTA),
            relative_quantity=_first(record, QUANTITY),
        )
        if sample and target and printed.says_something:
            found.setdefault((sample, target), printed)
    return list(found.values())


def efficiencies_of(sections: Sections) -> dict[str, float]:
    """Fold per cycle by target, where the software corrected the Cq: corrected Cq = Cq · log2 E."""
    means = {
        (record.get("sample"), record.get("target")): number_of(record.get("cq mean"))
        for record in sections.records(REPLICATES)
    }
    found = {}
    for printed in results_of(sections):
        mean = means.get((printed.sample, printed.target))
        if mean and printed.corrected_cq:
            found[printed.target] = 2.0 ** (printed.corrected_cq / mean)
    return found


def reference_targets_of(sections: Sections) -> tuple[str, ...]:
    """Targets that were corrected and never compared: the others were compared with them."""
    compared = {printed.target for printed in results_of(sections) if printed.delta_cq is not None}
    corrected = dict.fromkeys(printed.target for printed in results_of(sections) if printed.corrected_cq is not None)
    return tuple(target for target in corrected if target not in compared) if compared else ()


def calibrator_of(sections: Sections) -> str:
    """The sample whose relative quantities are printed as 1 with a ΔΔ of 0; blank where there is no such one."""
    return next(
        (
            record["sample"]
            for record in sections.records(RELATIVE)
            if number_of(record.get("delta delta eqcq")) == 0 and number_of(record.get("rq")) == 1
        ),
        "",
    )


def _records(sections: Sections) -> Iterator[Mapping[str, str]]:
    for name in (RELATIVE, RESULTS):
        yield from sections.records(name)


def _first(record: Mapping[str, str], names: tuple[str, ...]) -> float | None:
    numbers = (number_of(record.get(name)) for name in names)
    return next((number for number in numbers if number is not None), None)
