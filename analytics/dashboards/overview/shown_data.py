"""The parts of the overview about what was measured and what is to settle."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import report
from analytics.dashboards.overview.lists import Lists, linked
from analytics.dashboards.panel import Panel
from analytics.kinds.base import Table
from analytics.plots.counts import Count, counts, counts_height
from analytics.plots.grid import grid, grid_height
from analytics.plots.names import in_language
from analytics.plots.numbers import percent
from cases.quality.registry import Severity

WHOLE = 100


def coverage_panel(found: dict[str, Any], *, assay: str, lists: Lists) -> Panel:
    """How many patients of each histology have each marker measured by the assay."""
    title = _("Coverage")
    part = next((one for one in found["coverage"] if one["code"] == assay), None)
    if part is None:
        return Panel(name="coverage", title=title, sentence=_("Nothing is measured yet."))
    names = {row["name"]: in_language(row["labels"]) for row in found["histologies"]}
    rows = [names.get(row["histology"], row["histology"]) for row in part["rows"]]
    columns = [marker["name"] for marker in part["markers"]]
    return Panel(
        name="coverage",
        title=_("Coverage: {assay}").format(assay=in_language(part["labels"])),
        sentence=_coverage_sentence(part, names),
        caption=_("Patients of each histology with the marker measured; the darker, the more. Blank: none."),
        draw=lambda: grid(
            [row["patients"] for row in part["rows"]],
            rows=rows,
            columns=columns,
            texts=[["" if number == 0 else str(number) for number in row["patients"]] for row in part["rows"]],
            hovers=[
                [_hover(name, column, row, place) for place, column in enumerate(columns)]
                for name, row in zip(rows, part["rows"], strict=True)
            ],
        ),
        height=grid_height(len(rows)),
        table=_coverage_table(part, rows, lists),
        file=_coverage_file(found["coverage"], names),
    )


def _hover(histology: str, marker: str, row: dict[str, Any], place: int) -> str:
    number, measurements = row["patients"][place], row["measurements"][place]
    text = _("{marker}, {histology}: {patients} patients, {measurements} measurements")
    return text.format(marker=marker, histology=histology, patients=str(number), measurements=str(measurements))


def _coverage_sentence(part: dict[str, Any], names: dict[str, str]) -> str:
    cells = [
        (number or 0, marker["name"], row["histology"])
        for row in part["rows"]
        for marker, number in zip(part["markers"], row["patients"], strict=True)
    ]
    most, marker, histology = max(cells, key=lambda cell: cell[0])
    numbers = [number for row in part["rows"] for number in row["patients"]]
    blank = numbers.count(0)
    if not blank:
        text = _("Every marker was measured in every one of these histologies.")
    else:
        text = ngettext(
            "{blank} of {count} combination of a marker with a histology was measured in nobody.",
            "{blank} of {count} combinations of a marker with a histology were measured in nobody.",
            len(numbers),
        ).format(blank=blank, count=len(numbers))
    if not most:
        return text
    best = _("Most patients: {marker} in {histology}, {count}.")
    return f"{text} {best.format(marker=marker, histology=names.get(histology, histology), count=most)}"


def _coverage_table(part: dict[str, Any], names: list[str], lists: Lists) -> Table:
    def cell(row: dict[str, Any], place: int) -> str:
        if row["patients"][place] == 0:
            return report.HIDDEN
        symbol = part["markers"][place]["symbol"]
        url = lists.marker(symbol, assay=part["assay"], histology=row["histology"]) if row["histology"] else ""
        return linked(str(row["patients"][place]), url)

    return Table(
        caption=_("Patients with the marker measured by {assay}").format(assay=in_language(part["labels"])),
        header=[_("Histology"), *(marker["name"] for marker in part["markers"])],
        rows=[
            [name, *(cell(row, place) for place in range(len(part["markers"])))]
            for name, row in zip(names, part["rows"], strict=True)
        ],
    )


def _coverage_file(assays: list[dict[str, Any]], names: dict[str, str]) -> Table:
    """All assays, one line for each combination that was measured."""
    return Table(
        caption="",
        header=["assay", "histology", "marker", "patients", "measurements"],
        rows=[
            [
                in_language(part["labels"]),
                names.get(row["histology"], row["histology"]),
                marker["symbol"],
                str(row["patients"][place]),
                str(row["measurements"][place]),
            ]
            for part in assays
            for row in part["rows"]
            for place, marker in enumerate(part["markers"])
            if row["patients"][place] != 0
        ],
    )


def quality_panel(found: dict[str, Any], *, lists: Lists) -> Panel:
    """What is open, and how much of what matters is filled in; of the whole study, whatever is chosen."""
    part = found["quality"]
    rows = [
        Count(
            name=in_language(form["labels"]),
            amount=WHOLE * _filled(form),
            text=percent(_filled(form)),
            hover=_("{form}: {blank} of {values} values are not there").format(
                form=in_language(form["labels"]), blank=form["blank"], values=form["values"]
            ),
        )
        for form in part["forms"]
    ]
    return Panel(
        name="quality",
        title=_("Data quality"),
        sentence=_quality_sentence(part, lists),
        caption=_("Share of the values that matter which are there, or of which the record says why they are not."),
        draw=(lambda: counts(rows, title=_("Values that are there, %"), largest=WHOLE)) if rows else None,
        height=counts_height(len(rows)),
        table=_quality_table(part, lists) if rows else None,
        file=_quality_table(part, None),
        notes=[_("Of the whole study, not of the chosen population.")] if lists.population else [],
    )


def _filled(form: dict[str, Any]) -> float:
    return 1 - form["blank"] / form["values"]


def _quality_sentence(part: dict[str, Any], lists: Lists) -> SafeString:
    problems, hints = (part["findings"][severity] for severity in (Severity.PROBLEM, Severity.HINT))
    values = sum(form["values"] for form in part["forms"])
    told = format_html(
        _("The checks find {problems} to correct and {hints} to look at; {queries} queries are open."),
        problems=linked(problems, lists.quality(severity=Severity.PROBLEM)),
        hints=linked(hints, lists.quality(severity=Severity.HINT)),
        queries=linked(part["queries"], lists.queries()),
    )
    if not values:
        return told
    blank = sum(form["blank"] for form in part["forms"])
    share = _("{share} of the values that matter are there.").format(share=percent(1 - blank / values))
    return format_html("{} {}", told, share)


def _quality_table(part: dict[str, Any], lists: Lists | None) -> Table:
    return Table(
        caption=_("What is filled in"),
        header=[_("Form"), _("Records"), _("Values"), _("Not there"), _("Not there, with a reason"), _("There")],
        rows=[
            [
                in_language(form["labels"]),
                str(form["records"]),
                str(form["values"]),
                linked(form["blank"], lists.completeness() if lists else ""),
                str(form["said"]),
                percent(_filled(form)),
            ]
            for form in part["forms"]
        ],
    )
