"""A qPCR plate as an instrument's export tells it, whichever instrument it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cases.importing.formats import Finding
from expression.models import WellReading, WellTask


@dataclass(frozen=True, kw_only=True)
class PlateWell:
    """One target in one well. ``row`` is where the file says so; ``sample`` may be blank; ``cq`` is in cycles."""

    row: int
    position: str
    target: str
    sample: str
    task: WellTask
    reading: WellReading
    cq: float | None
    omitted: bool
    reporter: str
    quantity: float | None = None

    def with_quantity(self, quantity: float | None) -> "PlateWell":
        """The same well as a standard of known quantity."""
        return replace(self, quantity=quantity)


@dataclass(frozen=True, kw_only=True)
class PrintedResult:
    """What the instrument's software made of a target in a sample: cycles, cycles, fold of its reference sample."""

    sample: str
    target: str
    corrected_cq: float | None = None
    delta_cq: float | None = None
    relative_quantity: float | None = None

    @property
    def says_something(self) -> bool:
        return (self.corrected_cq, self.delta_cq, self.relative_quantity) != (None, None, None)


@dataclass(frozen=True, kw_only=True)
class Headings:
    """How the file calls its columns, for findings."""

    position: str
    sample: str
    target: str
    task: str
    cq: str
    quantity: str = ""


@dataclass(frozen=True, kw_only=True)
class Plate:
    """What was read from a file. Rows that could not be read are among the ``problems`` instead of the ``wells``.

    ``items`` are what the header says, by name; ``reference_targets`` and ``calibrator`` what the operator chose in
    the instrument's software, if anything; ``slopes`` of the standard curves by target and the ``efficiencies`` its
    corrected Cq show; ``printed`` what it made of the readings; ``cycles`` how many cycles the amplification data have,
    None without them; ``empty_wells`` held nothing.
    """

    sheet: str
    headings: Headings
    wells: tuple[PlateWell, ...]
    problems: tuple[Finding, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)
    instrument: str = ""
    chemistry: str = ""
    experiment_type: str = ""
    run_at: str = ""
    name: str = ""
    cycles: int | None = None
    reference_targets: tuple[str, ...] = ()
    calibrator: str = ""
    slopes: Mapping[str, float] = field(default_factory=dict)
    efficiencies: Mapping[str, float] = field(default_factory=dict)
    printed: tuple[PrintedResult, ...] = ()
    empty_wells: int = 0

    @property
    def targets(self) -> list[str]:
        """The names of the targets, in the order of the file."""
        return list(dict.fromkeys(well.target for well in self.wells))

    @property
    def samples(self) -> list[str]:
        """The names of all samples, controls and standards included, in the order of the file."""
        return list(dict.fromkeys(well.sample for well in self.wells if well.sample))

    @property
    def unknown_samples(self) -> list[str]:
        """The names of the samples that were measured as such, in the order of the file."""
        unknown = (well for well in self.wells if well.task == WellTask.UNKNOWN)
        return list(dict.fromkeys(well.sample for well in unknown if well.sample))

    @property
    def cqs(self) -> list[float]:
        return [well.cq for well in self.wells if well.cq is not None]
