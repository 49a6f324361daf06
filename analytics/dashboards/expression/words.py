"""What the explorer says of its numbers: medians and spread, in the reader's language; nothing is tested."""

from collections.abc import Mapping
from html import unescape
from typing import Any

from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.plots.box_and_points import MOST_POINTS
from analytics.plots.distributions import FEWEST_OF_A_VIOLIN, Shape
from analytics.plots.names import Result, in_language
from analytics.plots.numbers import number
from analytics.plots.wording import unbroken, value_places


def sentence(result: Result, *, reference: str) -> SafeString:
    """Where expression is highest and where lowest; names are escaped."""
    known = [group for group in result["groups"] if group["median"] is not None]
    if not known:
        text = _("No patient has both a usable value of {marker} and one of these groups.")
        return format_html(text, marker=_marker(result))
    if len(known) == 1:
        return _one_group(result, known[0])
    sentences = [_several_groups(result, known), _beside_reference(known, reference)]
    return format_html_join(" ", "{}", ((one,) for one in sentences if one))


def sentence_text(result: Result, *, reference: str) -> str:
    """The sentence as plain text."""
    return unescape(strip_tags(sentence(result, reference=reference))).strip()


def caption(shape: Shape, *, on_log_axis: bool, patients: int) -> str:
    """What the figure of so many patients shows."""
    text = {
        Shape.BOX: _("Box: median and quartiles. Whiskers: lowest and highest."),
        Shape.POINTS: _("Box: median and quartiles. Whiskers: lowest and highest. Each point is a patient."),
        Shape.VIOLIN: _(
            "Outline: density of the patients' values, from lowest to highest. Box inside: median and quartiles. "
            "Groups of fewer than {fewest} are drawn as points."
        ).format(fewest=FEWEST_OF_A_VIOLIN),
    }[shape]
    sentences = [text, _("Axis: log2(value + 1).") if on_log_axis else "", _few_of_many(shape, patients)]
    return " ".join(filter(None, sentences))


def _few_of_many(shape: Shape, patients: int) -> str:
    if shape is Shape.BOX or patients <= MOST_POINTS:
        return ""
    return _(
        "Of {patients} patients {drawn} are drawn as points or outline, evenly by rank; boxes and table are of all."
    ).format(patients=f"{patients:,}", drawn=f"{MOST_POINTS:,}")


def _one_group(result: Result, group: Mapping[str, Any]) -> SafeString:
    return format_html(
        _("{marker} in <b>{group}</b>, in {unit}: {spread}."),
        marker=_marker(result),
        group=in_language(group["labels"]),
        unit=in_language(result["unit"]),
        spread=_spread(group, value_places(result)),
    )


def _several_groups(result: Result, known: list[dict[str, Any]]) -> SafeString:
    medians = [group["median"] for group in known]
    places, unit = value_places(result), in_language(result["unit"])
    if not medians.count(max(medians)) == medians.count(min(medians)) == 1:
        return format_html(
            _("Medians of {marker} in {count} groups lie between {low} and {high} {unit}."),
            marker=_marker(result),
            count=len(known),
            low=number(min(medians), places),
            high=number(max(medians), places),
            unit=unit,
        )
    highest, lowest = (pick(known, key=lambda group: group["median"]) for pick in (max, min))
    return format_html(
        _("{marker}, in {unit}, is highest in <b>{highest}</b> ({high}) and lowest in <b>{lowest}</b> ({low})."),
        marker=_marker(result),
        unit=unit,
        highest=in_language(highest["labels"]),
        high=_spread(highest, places),
        lowest=in_language(lowest["labels"]),
        low=_spread(lowest, places),
    )


def _beside_reference(known: list[dict[str, Any]], reference: str) -> str:
    """How many medians are above that of the reference; of two groups the first sentence says it."""
    medians = {group["code"]: group["median"] for group in known}
    if reference not in medians or len(medians) == 2:
        return ""
    name = next(in_language(group["labels"]) for group in known if group["code"] == reference)
    above = sum(median > medians[reference] for median in medians.values())
    text = _("The median is above that of {reference} in {above} of the {count} other groups.")
    return text.format(reference=name, above=above, count=len(medians) - 1)


def _spread(group: Mapping[str, Any], places: int) -> str:
    """“median 212, quartiles 184 to 243, n = 38”; of one patient only the value."""
    if group["patients"] == 1:
        return _("{value} in one patient").format(value=number(group["median"], places))
    text = _("median {median}, quartiles {low} to {high}, n = {count}").format(
        median=number(group["median"], places),
        low=number(group["q1"], places),
        high=number(group["q3"], places),
        count=group["patients"],
    )
    return text.replace("n = ", unbroken("n = "))


def _marker(result: Result) -> str:
    return str(result["question"]["marker"]["name"])
