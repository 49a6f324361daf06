"""From the panels of the explorer to what its page shows of them."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics import report
from analytics.catalogue import marker_names
from analytics.dashboards.expression import words
from analytics.dashboards.expression.form import ExplorerForm
from analytics.dashboards.expression.panels import Panel, aligned, spans
from analytics.dashboards.published import PublishedFigure
from analytics.kinds.base import Figure, Table
from analytics.kinds.expression_by_group import report as comparison_words
from analytics.kinds.expression_by_group.figures import points_of
from analytics.plots.box_and_points import height
from analytics.plots.distributions import Shape, distributions
from analytics.plots.names import Result, note_text
from analytics.plots.shares import Share, shares, shares_height
from analytics.report import USUAL_LEVEL
from analytics.stats import Note
from analytics.stats.proportions.one import wilson_bounds
from cases.sentences import render
from expression.models import ProfileUnit

Span = tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A figure, and the same as JSON."""

    figure: Figure
    json: str


@dataclass(frozen=True, kw_only=True)
class ShownPanel:
    """A panel in words, as figure and as table; ``refusal`` says why there is none of these, ``unfiltered`` that the
    chosen population is not applied.
    """

    panel: Panel
    refusal: str = ""
    sentence: str | SafeString = ""
    lead: str | SafeString = ""
    unfiltered: str = ""
    basis: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    drawn: Drawn | None = None
    table: Table | None = None


def shown_panels(form: ExplorerForm) -> list[ShownPanel]:
    """The panels in their order. Side by side they have the same groups, and where units agree the same axis."""
    panels = form.panels()
    known = [(panel, panel.result) for panel in panels if panel.result is not None]
    several = len(panels) > 1
    results = [result for _panel, result in known]
    if several:
        results = aligned(results, reference=form.spec().reference)
    pairs = list(zip((panel for panel, _result in known), results, strict=True))
    axes = spans(pairs) if several else [None] * len(pairs)
    names = marker_names()
    shown = {
        id(panel): _shown(panel, result, form=form, span=span, names=names)
        for (panel, result), span in zip(pairs, axes, strict=True)
    }
    return [shown.get(id(panel)) or _refused(panel) for panel in panels]


def drawn_published(published: list[PublishedFigure]) -> Drawn | None:
    """The shares that others called positive, each with Wilson's interval; ``None`` where nothing was published."""
    if not published:
        return None
    names = marker_names() if len({one.marker for one in published}) > 1 else {}
    rows = tuple(_published_share(one, marker=names.get(one.marker, "")) for one in published)
    figure = Figure(
        name="published",
        title=_("Patients called positive"),
        caption=_("Point: share of the patients, each publication by its own cut-off. Line: Wilson's 95% interval."),
        n="",
        height=shares_height(len(rows)),
    )
    return Drawn(figure=figure, json=_shares_as_json(rows, title=_("Positive by the publication's cut-off")))


@lru_cache
def _shares_as_json(rows: tuple[Share, ...], *, title: str) -> str:
    """Kept, since what was published does not change from one page to the next."""
    return str(shares(rows, title=title, overall=None, overall_name="").to_json())


def _published_share(one: PublishedFigure, *, marker: str) -> Share:
    low, high = wilson_bounds(one.positive, one.patients, USUAL_LEVEL)
    count = _("n = {count}").format(count=one.patients)
    return Share(
        name=" · ".join(filter(None, [marker, str(one.tumour), count, one.short])),
        share=one.positive / one.patients,
        low=low,
        high=high,
        text=f"{one.tumour}: {one.finding}<br>{one.citation}",
    )


def _refused(panel: Panel) -> ShownPanel:
    note = panel.found
    if not isinstance(note, Note):
        raise TypeError("A panel with numbers is not refused.")
    return ShownPanel(panel=panel, refusal=render({"text": note.text, "values": note.values}))


def _shown(panel: Panel, result: Result, *, form: ExplorerForm, span: Span, names: dict[str, str]) -> ShownPanel:
    reference = panel.spec.reference
    return ShownPanel(
        panel=panel,
        sentence=words.sentence(result, reference=reference),
        lead=report.measure_lead(result),
        unfiltered=_unfiltered(panel, form=form),
        basis=comparison_words.basis(result),
        doubts=[note_text(note, result) for note in result["warnings"]],
        table=comparison_words.group_table(result, reference=reference, in_full=True),
        drawn=_drawn(panel, result, form=form, span=span, names=names),
    )


def _unfiltered(panel: Panel, *, form: ExplorerForm) -> str:
    """That filters choose nobody in a cohort of another study, where some are set."""
    if not panel.cohort or panel.cohort.study == form.kept.rights.study or not form.population:
        return ""
    text = _(
        "The chosen population is not applied here: of {cohort}, a cohort of the study {study}, everybody is shown."
    )
    return text.format(cohort=panel.cohort.code, study=panel.cohort.study.code)


def _drawn(panel: Panel, result: Result, *, form: ExplorerForm, span: Span, names: dict[str, str]) -> Drawn | None:
    """Nothing where no group has a value."""
    if isinstance(panel.found, Note) or not any(group["patients"] for group in result["groups"]):
        return None
    rows = panel.found["rows"]
    points = points_of(dict(zip(rows["columns"], row, strict=True)) for row in rows["rows"])
    spec, shape = panel.spec, Shape(form.chosen["shape"])
    on_log_axis = form.on_log_axis and result["unit"]["en"] == str(ProfileUnit.RSEM.label)
    every_group = span is not None and panel.cohort is None
    drawn = distributions(
        result,
        points=points,
        reference=spec.reference,
        shape=shape,
        on_log_axis=on_log_axis,
        span=span,
        every_group=every_group,
    )
    title = comparison_words.title(spec, names)
    caption = words.caption(shape, on_log_axis=on_log_axis, patients=sum(map(len, points.values())))
    figure = Figure(
        name="-".join(filter(None, [spec.marker, spec.per_marker, spec.dataset, spec.grouping])),
        title=_("{title}, {cohort}").format(title=title, cohort=panel.cohort.code) if panel.cohort else title,
        caption=" ".join(filter(None, [caption, _unfiltered(panel, form=form)])),
        n=report.patients_at(result, "compared"),
        height=height(result, reference=spec.reference, every_group=every_group),
    )
    return Drawn(figure=figure, json=drawn.to_json())
