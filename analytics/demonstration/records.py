"""Invented rows. Fields are named as the columns they are written to; ``lesion``, ``site``, ``agent`` and the like are
codes, dates are partial dates of ISO 8601, and ``missing`` says why blank columns are blank."""

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Person(Record):
    code: str
    site: str
    sex: str
    birth_year: int | None
    ecog_at_entry: int | None
    consent_status: str
    consent_version: str
    consent_date: str
    consent_scope: str
    vital_status: str
    death_date: str
    cause_of_death: str
    last_follow_up_date: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis(Record):
    category: str
    histology: str
    primary_site: str
    date: str
    giant_cells: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Alteration(Record):
    gene: str
    kind: str
    result: str
    partner: str = ""
    hgvs: str = ""
    method: str = "NGS panel"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesion(Record):
    code: str
    site: str
    laterality: str
    tissue: str
    radiographic_type: str
    largest_diameter_mm: float | None
    is_index: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Treatment(Record):
    """``doses`` are the days of the single administrations, as far as they were recorded."""

    agent: str
    lesion: str = ""
    dose_mg: float | None = None
    route: str = "unknown"
    interval_days: int | None = None
    loading_days: tuple[int, ...] = ()
    start: str
    end: str = ""
    stopping_reason: str = ""
    doses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment(Record):
    lesion: str
    date: str
    modality: str
    criterion: str
    sclerosis: str = ""
    category: str = ""
    mean_attenuation_hu: float | None = None
    region_mm2: float | None = None
    reader: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SkeletalEvent(Record):
    date: str
    type: str
    lesion: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AdverseEvent(Record):
    term: str
    date: str
    resolved_date: str = ""
    ctcae_version: str = "5.0"
    grade: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LaboratoryResult(Record):
    test: str
    date: str
    comparator: str = "="
    value: float | None
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Specimen(Record):
    """``expression`` is log2(TPM+1) by marker symbol, empty where nothing was measured; ``level`` is what there truly
    is in the tissue, on the same scale."""

    code: str
    kind: str
    parent: str = ""
    lesion: str = ""
    procedure: str
    collection_date: str
    tumour_content_percent: float | None = None
    decalcification: str
    cold_ischaemia_minutes: int | None = None
    storage_place: str = ""
    rna_integrity_number: float | None = None
    a260_a280: float | None = None
    expression: dict[str, float] = field(default_factory=dict)
    level: dict[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """What really happened to a patient, in days from the diagnosis, however it was written down.

    ``hardened`` is the day of the first assessment that shows sclerosis of an index lesion under denosumab.
    """

    diagnosed: date
    end: int
    died: bool
    first_dose: int | None
    last_dose: int | None
    visits: tuple[int, ...]
    hardened: int | None
    events: tuple[int, ...]

    def day(self, days: float) -> date:
        """The calendar day so many days after the diagnosis."""
        return self.diagnosed + timedelta(days=int(days))


@dataclass(frozen=True, kw_only=True, slots=True)
class SyntheticPatient:
    person: Person
    diagnosis: Diagnosis
    alterations: list[Alteration]
    lesions: list[Lesion]
    treatments: list[Treatment]
    assessments: list[Assessment]
    skeletal_events: list[SkeletalEvent]
    adverse_events: list[AdverseEvent]
    laboratory_results: list[LaboratoryResult]
    specimens: list[Specimen]
    truth: Truth
