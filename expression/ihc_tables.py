"""Antibodies, positivity cut-offs, consolidation rules and laboratory scales as tables."""

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cases.models import Study
from cases.tables import NUMBER
from expression.models import Antibody, ConsolidationRule, LaboratoryScale, PositivityCutoff


class StainTable(tables.Table):
    """Rows of one study. ``enters`` says whether the person may add and change them."""

    change = tables.Column(
        verbose_name="",
        empty_values=(),
        orderable=False,
        attrs={"td": {"class": "row-actions"}, "th": {"class": "row-actions"}},
    )

    def __init__(self, *args: Any, study: Study, enters: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.study, self.enters = study, enters

    def url(self, name: str, row: Any) -> str:
        return reverse(f"expression:{name}", args=[self.study.code, row.pk])

    def links(self, row: Any, *, change: str, label: Any, history: str) -> Any:
        """To the form, where the person may use it, and to the history."""
        past = format_html('<a href="{}">{}</a>', self.url(history, row), _("History"))
        if not change:
            return past
        return format_html('<a href="{}">{}</a> · {}', self.url(change, row), label, past)

    def deletable(self, row: Any, links: Any, *, delete: str) -> Any:
        """The links, with one to take away a row without readings, where the person may."""
        if not self.enters or row.reading_count:
            return links
        return format_html('{} · <a href="{}">{}</a>', links, self.url(delete, row), _("Delete"))


class AntibodyTable(StainTable):
    """Antibodies with ``reading_count``."""

    caption = _("Antibodies")

    code = tables.Column()
    marker = tables.Column(order_by="marker__position")
    phospho_site = tables.Column(default="–")
    clone = tables.Column()
    vendor = tables.Column(default="–")
    rrid = tables.Column(empty_values=())
    dilution = tables.Column(default="–")
    retrieval = tables.Column(default="–")
    reading_count = tables.Column(verbose_name=_("Readings"), attrs=NUMBER)

    class Meta:
        model = Antibody
        fields: list[str] = []
        order_by = "code"
        sequence = ("...", "change")
        empty_text = _("No antibody yet. A reading needs one.")

    def render_marker(self, value: Any) -> Any:
        return format_html('{} <i class="gene">{}</i>', value.name, value.symbol)

    def render_rrid(self, value: str) -> Any:
        return value or render_to_string("components/badge.html", {"text": _("no RRID"), "tone": "warning"})

    def render_change(self, record: Any) -> Any:
        change = "antibody-edit" if self.enters else ""
        links = self.links(record, change=change, label=_("Change"), history="antibody-history")
        return self.deletable(record, links, delete="antibody-delete")


class VersionTable(StainTable):
    """Rows with ``newest_version``; older versions stay for the answers that rest on them."""

    version = tables.Column(attrs=NUMBER)

    def render_version(self, record: Any) -> Any:
        if record.version == record.newest_version:
            return record.version
        return format_html('{} <span class="soft">{}</span>', record.version, _("replaced"))

    def versions(self, record: Any, name: str) -> Any:
        change = f"{name}-new-version" if self.enters and record.version == record.newest_version else ""
        return self.links(record, change=change, label=_("New version"), history=f"{name}-history")


class PositivityCutoffTable(VersionTable):
    caption = _("Positivity cut-offs")

    name = tables.Column()
    marker = tables.Column(order_by="marker__position")
    antibody = tables.Column(default=_("any"))
    cell_type = tables.Column(default=_("any"))
    compartment = tables.Column(default=_("any"))
    scale = tables.Column()
    at_least = tables.Column(attrs=NUMBER)
    source = tables.Column(default="–")

    class Meta:
        model = PositivityCutoff
        fields: list[str] = []
        sequence = ("name", "version", "...", "change")
        empty_text = _("No cut-off yet. Without one nothing is called positive.")

    def render_at_least(self, record: PositivityCutoff) -> str:
        return record.threshold

    def render_change(self, record: PositivityCutoff) -> Any:
        return self.versions(record, "cutoff")


class ConsolidationRuleTable(VersionTable):
    caption = _("Consolidation rules")

    name = tables.Column()
    cores_to_specimen = tables.Column()
    specimens_to_patient = tables.Column()
    minimum_evaluable_cores = tables.Column(attrs=NUMBER)
    cutoff = tables.Column(default="–", order_by="cutoff__name")

    class Meta:
        model = ConsolidationRule
        fields: list[str] = []
        sequence = ("name", "version", "...", "change")
        empty_text = _(
            "No rule yet. Until there is one, pages show cores, and analyses cannot ask for a value per patient."
        )

    def render_cutoff(self, value: PositivityCutoff) -> str:
        return f"{value} ({value.in_words})"

    def render_change(self, record: ConsolidationRule) -> Any:
        return self.versions(record, "rule")


class LaboratoryScaleTable(StainTable):
    """Scales with ``reading_count``."""

    caption = _("Laboratory scales")

    code = tables.Column()
    in_words = tables.Column(verbose_name=_("Meanings"), orderable=False)
    not_assessable = tables.Column(orderable=False, empty_values=())
    reading_count = tables.Column(verbose_name=_("Readings"), attrs=NUMBER)

    class Meta:
        model = LaboratoryScale
        fields: list[str] = []
        order_by = "code"
        sequence = ("...", "change")
        empty_text = _(
            "No scale yet. It is needed where a score sheet holds numbers that are no H-score, IRS, Allred score or "
            "percentage."
        )

    def render_not_assessable(self, value: list[str]) -> str:
        return ", ".join(value) or "–"

    def render_change(self, record: Any) -> Any:
        change = "scale-copy" if self.enters else ""
        links = self.links(record, change=change, label=_("Another one like this"), history="scale-history")
        return self.deletable(record, links, delete="scale-delete")
