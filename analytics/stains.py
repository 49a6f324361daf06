"""Which stains were read in a study, and by which rules their scores become values of patients."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.measurements import gives_scores, ihc_readings, rule_named
from analytics.spec import Measure
from cases.access import Person
from cases.looking_up import LookUp, look_up_anew
from cases.models import Study
from expression.models import Antibody, Compartment, ConsolidationRule, Scale, StainedCell


class ReadStain(NamedTuple):
    """A stain that was read of a patient."""

    marker: str
    antibody: str
    cell_type: str
    compartment: str
    patient: int


class Stains:
    """What one person can ask about stains in one study. Everything is looked up once, when first needed."""

    def __init__(self, *, study: Study, by: Person, look_up: LookUp = look_up_anew) -> None:
        self.study = study
        self.by = by
        self.look_up = look_up

    @cached_property
    def rules(self) -> list[str]:
        """The rules that make scores, as “name v1”."""
        return [str(rule) for rule in self._rules if gives_scores(rule)]

    @cached_property
    def proportion_rules(self) -> list[str]:
        """The rules that make a yes or no."""
        return [str(rule) for rule in self._rules if not gives_scores(rule)]

    @property
    def lack_rules(self) -> bool:
        """Whether stains were read which nothing makes values of patients."""
        return bool(self._read) and not self.rules

    def markers(self) -> dict[str, int]:
        """HGNC symbols in the usual order of markers, with the number of patients read; none without a rule."""
        return _patients((stain.marker, stain.patient) for stain in self._read) if self.rules else {}

    def antibodies(self, marker: str) -> dict[str, str]:
        """Code and description of the antibodies against the marker that were read, first any of them."""
        codes = {stain.antibody for stain in self._read if stain.marker == marker}
        named = {code: f"{code} · {antibody.in_words}" for code, antibody in self._antibodies.items() if code in codes}
        return {"": str(_("Any against the marker")), **named}

    def cell_types(self, marker: str, antibody: str) -> dict[str, int]:
        """The cell types in which the stain was read, in their usual order, with the number of patients."""
        found = _patients((stain.cell_type, stain.patient) for stain in self._of(marker, antibody))
        return {code: found[code] for code in StainedCell.values if code in found}

    def compartments(self, marker: str, antibody: str, cell_type: str) -> dict[str, int]:
        """The compartments in which it was read in these cells."""
        stains = (stain for stain in self._of(marker, antibody) if stain.cell_type == cell_type)
        found = _patients((stain.compartment, stain.patient) for stain in stains)
        return {code: found[code] for code in Compartment.values if code in found}

    def _of(self, marker: str, antibody: str) -> Iterable[ReadStain]:
        return (stain for stain in self._read if stain.marker == marker and antibody in ("", stain.antibody))

    @cached_property
    def _read(self) -> list[ReadStain]:
        return self.look_up("stains", self._find_read)

    def _find_read(self) -> list[ReadStain]:
        keys = ("antibody__marker__symbol", "antibody__code", "cell_type", "compartment", "patient")
        found = ihc_readings(study=self.study.code, by=self.by).order_by("antibody__marker__position", *keys)
        return [ReadStain(*row[1:]) for row in found.values_list("antibody__marker__position", *keys).distinct()]

    @cached_property
    def _antibodies(self) -> dict[str, Antibody]:
        related = ("marker", "phospho_site__marker")
        return {antibody.code: antibody for antibody in self.study.antibodies.select_related(*related)}

    @cached_property
    def _rules(self) -> list[ConsolidationRule]:
        """By name, the newest version first."""
        return list(self.study.consolidation_rules.order_by("name", "-version"))


def check_stain(*, measure: Measure, study: Study) -> dict[str, object]:
    """What is wrong with the stain a question names: a sentence for each field."""
    errors: dict[str, object] = {}
    for name, known in (("cell_type", StainedCell), ("compartment", Compartment), ("scale", Scale)):
        if (value := getattr(measure, name)) not in known.values:
            errors[name] = no_such(value, ", ".join(known.values))
    against = study.antibodies.filter(marker__symbol=measure.marker)
    if measure.antibody and not against.filter(code=measure.antibody).exists():
        errors["antibody"] = no_such(measure.antibody, _("the code of an antibody of this study against the marker"))
    rule = rule_named(study=study.code, name=measure.rule)
    if rule is None:
        errors["rule"] = no_such(measure.rule, _("the name and version of a consolidation rule, such as “Median v1”"))
    elif not gives_scores(rule):
        errors["rule"] = no_score(measure.rule)
    return errors


def no_such(value: str, wanted: object) -> object:
    """Refuses a code that does not exist."""
    return format_lazy(_("There is no “{value}” here. Give {wanted}."), value=value, wanted=wanted)


def no_score(rule: str) -> object:
    """Refuses a rule that asks whether something is positive."""
    text = _(
        "Rule {rule} says whether a score is positive, so groups would differ in proportions. Expression is compared "
        "in scores: choose a rule that makes the median, the mean or the highest."
    )
    return format_lazy(text, rule=rule)


def _patients(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """How many patients stand beside each code, in the order in which the codes come first."""
    return dict(Counter(code for code, _patient in dict.fromkeys(pairs)))
