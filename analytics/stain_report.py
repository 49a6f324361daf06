"""What a result of immunohistochemistry was scored on, in words: cells, antibodies, rule, and cores read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from analytics.plots import Result
from analytics.plots.names import in_a_sentence, in_language
from cases.sentences import render, sentence
from expression.models import Scale

PLACES = {
    "evaluable": sentence("{count} evaluable"),
    "not_on_scale": sentence("{count} scored on another scale"),
    "lost": sentence("{count} lost"),
    "no_tumour": sentence("{count} without tumour"),
    "not_assessable": sentence("{count} not assessable"),
}


def scored_in(result: Result) -> str:
    """“tumour cell, membrane”; nothing for other assays."""
    stain = result["question"].get("stain")
    if not stain:
        return ""
    return ", ".join(in_a_sentence(in_language(stain[name])) for name in ("cell_type", "compartment"))


def antibodies(result: Result) -> list[str]:
    """“RANKL-12A (RANKL, 12A668, 1:200)” for each antibody of the compared samples."""
    return [f"{antibody['code']} ({antibody['in_words']})" for antibody in result.get("antibodies", [])]


def stain_facts(result: Result) -> list[tuple[str, str]]:
    """Name and value of what decided the scores; nothing for other assays."""
    stain = result["question"].get("stain")
    if not stain:
        return []
    facts = [(_("Antibodies"), "; ".join(antibodies(result)) or "–"), (_("Scored in"), scored_in(result))]
    if stain["scale"] == Scale.PERCENT_POSITIVE:
        facts.append((_("Positive"), _("cells at 1+ or stronger")))
    facts.append((_("From cores to patients"), _rule_in_words(stain["rule"])))
    if places := _places_in_words(result["population"].get("places", {})):
        facts.append((_("Cores and sections"), places))
    return facts


def _rule_in_words(rule: Mapping[str, Any]) -> str:
    return _(
        "{rule}: {cores} of a specimen’s cores, {specimens} of a patient’s specimens; evaluable cores needed: {minimum}"
    ).format(
        rule=rule["name"],
        cores=in_a_sentence(in_language(rule["cores_to_specimen"])),
        specimens=in_a_sentence(in_language(rule["specimens_to_patient"])),
        minimum=rule["minimum_evaluable_cores"],
    )


def _places_in_words(places: Mapping[str, int]) -> str:
    return " · ".join(
        render({**text, "values": {"count": places[name]}}) for name, text in PLACES.items() if places.get(name)
    )
