"""The question as one frozen value: codes and choices that decide an answer, and nothing else.

After a form or an API call is parsed into an :class:`AnalysisSpec`, nobody reads the request again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

LONGEST_CODE = 200
MOST_GROUPS = 40


class Assay(TextChoices):
    PROFILE = "profile", _("Expression profile")
    QPCR = "qpcr", _("qPCR")
    IHC = "ihc", _("Immunohistochemistry")


class Consolidation(TextChoices):
    """How several samples of one patient become the patient's one value."""

    MEDIAN = "median", _("Median of the samples")
    MEAN = "mean", _("Mean of the samples")
    MAXIMUM = "maximum", _("Highest of the samples")


class Undetermined(TextChoices):
    """What a qPCR sample whose target never crossed the threshold counts as."""

    EXCLUDED = "excluded", _("Excluded")
    LIMIT = "limit", _("Set to the cycle limit of the run")


class Method(TextChoices):
    AUTOMATIC = "automatic", _("By the number of groups: Mann–Whitney, or Kruskal–Wallis with Dunn–Holm")
    MANN_WHITNEY = "mann_whitney", _("Mann–Whitney (two groups)")
    KRUSKAL_WALLIS = "kruskal_wallis", _("Kruskal–Wallis with Dunn–Holm")


STAIN = ("cell_type", "compartment", "scale", "rule")
"""What a question about immunohistochemistry must name besides the marker; ``antibody`` it may."""


class SpecError(ValueError):
    """The question cannot be understood. ``errors`` gives, for each field, a sentence that says what to do."""

    def __init__(self, errors: Mapping[str, str | Promise]) -> None:
        super().__init__("; ".join(f"{field}: {text}" for field, text in errors.items()))
        self.errors = {field: str(text) for field, text in errors.items()}


TEXTS = (
    *("study", "dataset", "marker", "antibody", *STAIN),
    *("grouping", "gene", "criterion", "reference", "sex", "category", "site"),
)


@dataclass(frozen=True, kw_only=True)
class AnalysisSpec:
    """Expression by group: is one marker's expression the same in the groups of a study's patients?

    ``dataset`` is the code of an expression dataset when ``assay`` is a profile, otherwise blank. Immunohistochemistry
    is asked of one ``cell_type``, ``compartment`` and ``scale``, and of one ``antibody`` by its code, or of any against
    the marker; ``rule`` is a consolidation rule of the study, written “name v1”, and takes the place of
    ``consolidation``. ``gene`` belongs to groupings by alteration, ``criterion`` to that by response. Without
    ``groups`` all groups with data are compared, in their usual order. ``reference`` is the group that the others are
    compared with. ``sex``, ``category`` and ``site`` narrow the population; blank is everybody.
    """

    kind: ClassVar[str] = "expression_by_group"

    study: str
    assay: Assay
    marker: str
    grouping: str
    dataset: str = ""
    antibody: str = ""
    cell_type: str = ""
    compartment: str = ""
    scale: str = ""
    rule: str = ""
    gene: str = ""
    criterion: str = ""
    groups: tuple[str, ...] = ()
    reference: str = ""
    consolidation: Consolidation = Consolidation.MEDIAN
    undetermined: Undetermined = Undetermined.EXCLUDED
    method: Method = Method.AUTOMATIC
    sex: str = ""
    category: str = ""
    site: str = ""

    @classmethod
    def from_mapping(cls, data: Any) -> Self:
        """Parse form data or JSON. Raises :class:`SpecError` with a sentence for every field at fault."""
        if not isinstance(data, Mapping):
            raise SpecError({"question": _("Send the question as an object of names and values.")})
        reading = _Reading(data)
        known = {field.name for field in fields(cls)}
        for name in data:
            if name not in known | {"kind"}:
                message = _("There is no such field. Fields are: {names}.")
                reading.fail(str(name), format_lazy(message, names=", ".join(sorted(known))))
        if data.get("kind", cls.kind) != cls.kind:
            reading.fail("kind", format_lazy(_("The only kind of question is “{kind}”."), kind=cls.kind))
        values: dict[str, Any] = {
            name: reading.text(name, required=name in ("study", "marker", "grouping")) for name in TEXTS
        }
        values["assay"] = reading.choice("assay", Assay, default=None)
        values["consolidation"] = reading.choice("consolidation", Consolidation, default=Consolidation.MEDIAN)
        values["undetermined"] = reading.choice("undetermined", Undetermined, default=Undetermined.EXCLUDED)
        values["method"] = reading.choice("method", Method, default=Method.AUTOMATIC)
        values["groups"] = reading.codes("groups")
        _check_together(values, reading)
        if reading.errors:
            raise SpecError(reading.errors)
        return cls(**values)

    @property
    def detail(self) -> str:
        """What makes the grouping precise: a gene or a criterion, of which only one is given."""
        return self.gene or self.criterion

    def as_json(self) -> dict[str, Any]:
        """The question as JSON; :meth:`from_mapping` reads it back."""
        return {"kind": self.kind, **asdict(self), "groups": list(self.groups)}

    def as_query(self) -> str:
        """The query string that refills the form."""
        plain = {field.name: field.default for field in fields(self)}
        given = {
            name: value
            for name, value in self.as_json().items()
            if name not in ("kind", "study") and value and value != plain[name]
        }
        return urlencode(given, doseq=True)

    def digest(self, scope: str) -> str:
        """SHA-256 of the question and of which rows its asker may see, so that reuse never crosses rights."""
        text = json.dumps({"question": self.as_json(), "scope": scope}, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class _Reading:
    """Reads fields one by one and collects what is wrong."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self.errors: dict[str, str | Promise] = {}

    def fail(self, name: str, message: str | Promise) -> None:
        self.errors.setdefault(name, message)

    def text(self, name: str, *, required: bool = False) -> str:
        value = self._data.get(name)
        if value in (None, ""):
            if required:
                self.fail(name, _("Choose one."))
            return ""
        return value if self._is_code(name, value) else ""

    def choice(self, name: str, choices: type[TextChoices], *, default: TextChoices | None) -> TextChoices | None:
        value = self.text(name, required=default is None)
        if not value:
            return default
        if value not in choices.values:
            options = ", ".join(choices.values)
            self.fail(
                name,
                format_lazy(_("There is no “{value}” here. Choose one of: {options}."), value=value, options=options),
            )
            return default
        return choices(value)

    def codes(self, name: str) -> tuple[str, ...]:
        value = self._data.get(name)
        if value in (None, ""):
            return ()
        if not isinstance(value, list | tuple):
            self.fail(name, _("Send a list of codes."))
            return ()
        if not all(self._is_code(name, code) for code in value):
            return ()
        if len(set(value)) < len(value):
            self.fail(name, _("Name each group once."))
        elif len(value) == 1:
            self.fail(name, _("A comparison needs at least two groups. Choose another, or none to compare all."))
        elif len(value) > MOST_GROUPS:
            self.fail(name, format_lazy(_("Compare at most {most} groups at once."), most=MOST_GROUPS))
        return tuple(value)

    def _is_code(self, name: str, value: Any) -> bool:
        usable = isinstance(value, str) and 0 < len(value) <= LONGEST_CODE and value.isprintable()
        if not usable:
            self.fail(name, format_lazy(_("Write a text of at most {longest} characters."), longest=LONGEST_CODE))
        return usable


def _check_together(values: dict[str, Any], reading: _Reading) -> None:
    """Rules between fields; what cannot matter is set to its default, so that equal questions have equal digests."""
    assay = values["assay"]
    if assay != Assay.QPCR:
        values["undetermined"] = Undetermined.EXCLUDED
    if assay == Assay.PROFILE and not values["dataset"]:
        reading.fail("dataset", _("Choose the dataset whose values are compared."))
    if assay and assay != Assay.PROFILE and values["dataset"]:
        reading.fail("dataset", _("Only expression profiles come in datasets. Leave this out."))
    _check_stain(values, reading)
    groups = values["groups"]
    if groups and values["reference"] and values["reference"] not in groups:
        reading.fail("reference", _("The reference is one of the compared groups. Choose it there, too."))
    if values["method"] == Method.MANN_WHITNEY and len(groups) > 2:
        reading.fail("method", _("Mann–Whitney compares two groups. Choose two groups or another method."))


def _check_stain(values: dict[str, Any], reading: _Reading) -> None:
    if values["assay"] == Assay.IHC:
        values["consolidation"] = Consolidation.MEDIAN
        for name in STAIN:
            if not values[name]:
                reading.fail(name, _("Choose one."))
    elif values["assay"]:
        for name in ("antibody", *STAIN):
            if values[name]:
                reading.fail(name, _("Only immunohistochemistry has this. Leave it out."))
