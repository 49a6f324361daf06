"""Time to event: when does it come, and does it come later, or less often, to some patients?"""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.spec import FieldReader, Measure, Spec, read_measure

MOST_GROUPS = 6
"""More curves in one figure cannot be told apart."""

MOST_NUMBERS = 8
LONGEST_YEARS = 40
LONGEST_LANDMARK = 3650


class EndPoint(TextChoices):
    SKELETAL_EVENT = "skeletal_event", _("First skeletal-related event")
    DEATH = "death", _("Death (overall survival)")
    PROGRESSION = "progression", _("Progression by a criterion")


class Zero(TextChoices):
    """The days of :class:`cases.derived.follow_up.TimeZero`."""

    FIRST_DOSE = "first_dose", _("First dose of denosumab")
    DIAGNOSIS = "diagnosis", _("Diagnosis")
    BIOPSY = "biopsy", _("First biopsy")
    SURGERY = "surgery", _("First operation")


class Compared(TextChoices):
    RESPONSE = "response", _("Response to denosumab")
    GROUPS = "groups", _("Groups of patients")
    MARKER = "marker", _("A marker’s values")
    NOTHING = "nothing", _("Nothing: one curve")


class MarkerAs(TextChoices):
    """How a marker's values enter the regression; curves are always drawn above and up to the median."""

    MEDIAN = "median", _("High or low, divided at the median")
    DEVIATION = "deviation", _("Number, per standard deviation")
    QUARTILES = "quartiles", _("Number, per interquartile range")


class Covariate(TextChoices):
    AGE = "age", _("Age at time zero, per 10 years")
    SEX = "sex", _("Sex")
    CATEGORY = "category", _("Category")
    PRIMARY_SITE = "primary_site", _("Primary site")
    RADIOGRAPHIC_TYPE = "radiographic_type", _("Radiographic type of the index lesion")
    INSTITUTION = "site", _("Institution")
    ECOG = "ecog", _("ECOG at entry, per grade")


KNOWN_LATER = frozenset({"response", "timing"})
"""Groupings by what comes after time zero: as groups from the start they would give immortal time."""


@dataclass(frozen=True, kw_only=True)
class TimeToEvent(Measure, Spec):
    """The event, from when time is counted, and what patients are compared by.

    ``event_types`` are the kinds of skeletal-related events that count, all when empty; ``progression`` is the
    criterion by which progression was read. ``entry`` is the day from which a patient is under observation where that
    may be later than ``zero``. Of a comparison by response, ``criterion`` says which, ``landmarks`` the days,
    ``landmark`` the one that is drawn, and ``naive`` whether the biased comparison is shown too. A grouping has its
    ``gene``, ``groups`` (all when empty) and ``reference`` (the largest when blank); a marker its measure. ``years``
    are the times of the estimates, from time zero on. ``keeps_earlier`` keeps patients with a skeletal-related event
    before time zero, who start anew; ``exact_dates`` leaves out whose dates are known only to the month or year.
    """

    kind = "time_to_event"

    assay: Any = ""
    marker: str = ""
    end_point: EndPoint = EndPoint.SKELETAL_EVENT
    event_types: tuple[str, ...] = ()
    progression: str = ""
    zero: Zero = Zero.FIRST_DOSE
    entry: str = ""
    compared: Compared = Compared.RESPONSE
    grouping: str = ""
    gene: str = ""
    criterion: str = ""
    groups: tuple[str, ...] = ()
    reference: str = ""
    marker_as: MarkerAs = MarkerAs.MEDIAN
    landmarks: str = ""
    landmark: str = ""
    naive: bool = False
    covariates: tuple[str, ...] = ()
    years: str = "1, 2, 3"
    keeps_earlier: bool = False
    exact_dates: bool = False

    @classmethod
    def read(cls, reader: FieldReader, *, study: str) -> dict[str, Any]:
        values: dict[str, Any] = {
            "end_point": reader.choice("end_point", EndPoint, default=EndPoint.SKELETAL_EVENT),
            "zero": reader.choice("zero", Zero, default=Zero.FIRST_DOSE),
            "compared": reader.choice("compared", Compared, default=Compared.RESPONSE),
            "covariates": reader.codes("covariates"),
            "years": _numbers_in_words(reader, "years", usual="1, 2, 3", largest=LONGEST_YEARS),
            "keeps_earlier": reader.yes("keeps_earlier"),
            "exact_dates": reader.yes("exact_dates"),
            "entry": "",
        }
        if reader.text("entry"):
            values["entry"] = str(reader.choice("entry", Zero, default=Zero.FIRST_DOSE))
        if unknown := [name for name in values["covariates"] if name not in Covariate.values]:
            text = _("There is no “{value}” here. Choose one of: {options}.")
            reader.fail("covariates", format_lazy(text, value=unknown[0], options=", ".join(Covariate.values)))
        return values | _read_end_point(reader, values) | _read_comparison(reader, values)

    @property
    def landmark_days(self) -> list[int]:
        """The landmarks in order."""
        return [int(day) for day in self.landmarks.split(", ") if day]

    @property
    def year_marks(self) -> list[float]:
        """The times of the estimates in order."""
        return [float(year) for year in self.years.split(", ")]

    @property
    def competes(self) -> bool:
        """Whether death can come first."""
        return self.end_point != EndPoint.DEATH


def _read_end_point(reader: FieldReader, values: dict[str, Any]) -> dict[str, Any]:
    """What belongs to one end point only is not kept for another, so that equal questions have equal digests."""
    skeletal, progression = (values["end_point"] == one for one in (EndPoint.SKELETAL_EVENT, EndPoint.PROGRESSION))
    return {
        "event_types": tuple(sorted(reader.codes("event_types"))) if skeletal else (),
        "keeps_earlier": values["keeps_earlier"] and skeletal,
        "progression": reader.text("progression", required=True) if progression else "",
        "entry": "" if values["entry"] == values["zero"] else values["entry"],
    }


def _read_comparison(reader: FieldReader, values: dict[str, Any]) -> dict[str, Any]:
    match values["compared"]:
        case Compared.RESPONSE:
            return _read_response(reader, values)
        case Compared.GROUPS:
            return _read_groups(reader)
        case Compared.MARKER:
            marker_as = reader.choice("marker_as", MarkerAs, default=MarkerAs.MEDIAN)
            return {**read_measure(reader), "marker_as": marker_as}
        case _:
            return {}


def _read_groups(reader: FieldReader) -> dict[str, Any]:
    found: dict[str, Any] = {name: reader.text(name) for name in ("gene", "reference")}
    found["grouping"] = reader.text("grouping", required=True)
    found["groups"] = groups = reader.codes("groups", most=MOST_GROUPS)
    if found["grouping"] in KNOWN_LATER:
        reader.fail("grouping", _("These groups are known only after time zero. Compare by response instead."))
    if len(groups) == 1:
        reader.fail("groups", _("A comparison needs at least two groups. Choose another, or none to compare all."))
    if groups and found["reference"] and found["reference"] not in groups:
        reader.fail("reference", _("The reference is one of the compared groups. Choose it there, too."))
    return found


def _read_response(reader: FieldReader, values: dict[str, Any]) -> dict[str, Any]:
    if values["zero"] != Zero.FIRST_DOSE:
        reader.fail("zero", _("Nobody responds before the first dose: count time from it to compare by response."))
    landmarks = _numbers_in_words(reader, "landmarks", usual="90, 180, 365", largest=LONGEST_LANDMARK, whole=True)
    days = landmarks.split(", ")
    landmark = reader.text("landmark") or days[len(days) // 2]
    if landmark not in days:
        reader.fail("landmark", format_lazy(_("Draw one of the landmarks: {days}."), days=landmarks))
    return {
        "criterion": reader.text("criterion", required=True),
        "landmarks": landmarks,
        "landmark": landmark,
        "naive": reader.yes("naive"),
    }


def _numbers_in_words(reader: FieldReader, name: str, *, usual: str, largest: int, whole: bool = False) -> str:
    """A list of positive numbers, in order and each once, as “90, 180”; sent as such a text or as a list."""
    sent = reader.value(name)
    listed = [str(one) for one in sent] if isinstance(sent, list | tuple) else str(sent or usual).split(",")
    words = _("Write up to {most} {kind} from {least} to {largest}, with commas between them.")
    kind, least = (_("whole numbers"), "1") if whole else (_("numbers"), "0.25")
    wanted = format_lazy(words, most=MOST_NUMBERS, kind=kind, least=least, largest=largest)
    try:
        numbers = sorted({float(one) for one in listed if one.strip()})
    except ValueError:
        numbers = []
    fits = all(float(least) <= one <= largest and (one.is_integer() or not whole) for one in numbers)
    if not numbers or not fits or len(numbers) > MOST_NUMBERS:
        reader.fail(name, wanted)
        return usual
    return ", ".join(f"{one:g}" for one in numbers)
