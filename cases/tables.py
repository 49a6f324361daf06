"""Lists as tables: people and their records, imports, members."""

from decimal import Decimal
from typing import Any, ClassVar

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import DecimalField, IntegerField
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cases.importing.formats import by_code
from cases.importing.mappings import columns_kept
from cases.models import (
    ExportJob,
    ImportJob,
    ImportMapping,
    Job,
    JobStatus,
    ListExport,
    Membership,
    Patient,
    Role,
    Site,
)
from cases.partial_date import PartialDateField
from cases.records import Kind

NUMBERS = (IntegerField, DecimalField)
DATE = {"td": {"class": "date"}, "th": {"class": "date"}}
NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}
TONES = {
    JobStatus.WAITING: "accent",
    JobStatus.QUEUED: "",
    JobStatus.RUNNING: "accent",
    JobStatus.SUCCEEDED: "good",
    JobStatus.REFUSED: "warning",
    JobStatus.FAILED: "danger",
    JobStatus.CANCELLED: "",
}
ROWS_PER_PAGE = 50
MOST_PARTS = 16
"""Of what was asked for in an export; more are folded away."""

MOST_ROWS_PER_PAGE = 500


class TablePaginator(Paginator):
    """Keeps the number of rows that the address asks for within reason."""

    def __init__(self, rows: Any, per_page: int, **kwargs: Any) -> None:
        super().__init__(rows, min(max(per_page, 1), MOST_ROWS_PER_PAGE), **kwargs)


class StatusColumn(tables.Column):
    """The status of a job as a badge."""

    def render(self, record: Job) -> str:
        badge = {"text": record.get_status_display(), "tone": TONES[JobStatus(record.status)]}
        return render_to_string("components/badge.html", badge)


class ImportStatusColumn(StatusColumn):
    """An import that was undone says so. Needs rows ``with_undone``."""

    def render(self, record: Any) -> str:
        if record.is_undone:
            return render_to_string("components/badge.html", {"text": _("Undone"), "tone": ""})
        return super().render(record)


class PatientTable(tables.Table):
    """Patients ``with_index_diagnosis`` and ``with_specimen_count``."""

    caption = _("Patients")

    code = tables.Column(linkify=True)
    histology = tables.Column(
        accessor="index_diagnosis__histology",
        order_by="index_diagnosis__histology__name",
        verbose_name=_("Histology"),
        default="",
    )
    primary_site = tables.Column(
        accessor="index_diagnosis__primary_site",
        order_by="index_diagnosis__primary_site__code",
        verbose_name=_("Primary site"),
        default="",
    )
    sex = tables.Column()
    birth_year = tables.Column(attrs=NUMBER, default="", localize=False)
    vital_status = tables.Column()
    death_date = tables.Column(attrs=DATE, default="")
    cause_of_death = tables.Column(default="")
    last_follow_up_date = tables.Column(attrs=DATE, default="")
    ecog_at_entry = tables.Column(attrs=NUMBER, default="")
    consent_status = tables.Column()
    consent_date = tables.Column(attrs=DATE, default="")
    consent_version = tables.Column(default="")
    consent_scope = tables.Column(default="")
    site = tables.Column(order_by="site__code", default="")
    specimen_count = tables.Column(verbose_name=_("Specimens"), attrs=NUMBER)

    class Meta:
        model = Patient
        fields: list[str] = []
        order_by = "code"
        empty_text = _("No patient matches. Clear a filter, or import a file.")


class RecordColumn(tables.Column):
    """A column of a kind of record, shown as on the patient's page; numbers stay numbers in files."""

    def __init__(self, *, kind: Kind, field: Any, **kwargs: Any) -> None:
        css = {"class": "number"} if isinstance(field, NUMBERS) else {}
        css = {"class": "date"} if isinstance(field, PartialDateField) else css
        super().__init__(
            accessor=field.name, order_by=_order(field), empty_values=(), attrs={"td": css, "th": css}, **kwargs
        )
        self.kind, self.name = kind, field.name

    @property
    def header(self) -> str:
        return str(capfirst(self.kind.label(self.name)))

    def render(self, record: Any) -> str:
        return self.kind.text(record, self.name)

    def value(self, record: Any) -> Any:
        raw = getattr(record, self.name)
        if raw in (None, "", []):
            return str(record.missing_label(self.name))
        return raw if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool) else self.render(record)


class DerivedColumn(tables.Column):
    """What is computed of a record; there is no order by it."""

    def __init__(self, *, kind: Kind, name: str) -> None:
        super().__init__(accessor=name, verbose_name=kind.derived[name], orderable=False, attrs=NUMBER, empty_values=())
        self.kind, self.name = kind, name

    def render(self, record: Any) -> str:
        return self.kind.text(record, self.name)

    def value(self, record: Any) -> Any:
        value = getattr(record, self.name)
        if value in (None, ""):
            return str(record.missing_label(self.name))
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else self.render(record)


class RecordTable(tables.Table):
    """Records of one kind of many patients. ``enters`` says whether a record leads to its form."""

    record_kind: ClassVar[Kind]
    caption: ClassVar[str | Promise]

    patient = tables.Column(linkify=True, order_by="patient__code")
    institution = tables.Column(
        accessor="patient__site", order_by="patient__site__code", verbose_name=_("Institution"), default=""
    )

    class Meta:
        order_by = "patient"
        empty_text = _("No record matches. Clear a filter.")

    def __init__(self, *args: Any, enters: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enters = enters


def record_url(record: Any, table: RecordTable) -> str:
    """The page of a record: its own, its form, or its place on the patient's page."""
    patient, kind = record.patient, table.record_kind
    if kind.has_pages:
        return record.get_absolute_url()
    if table.enters:
        return reverse("cases:record-edit", args=[patient.study.code, patient.code, kind.name, record.pk])
    return f"{patient.get_absolute_url()}#{kind.name}"


def record_table_of(kind: Kind) -> type[RecordTable]:
    """The table of a kind of record, with all its fields; the first of them leads to the record."""
    columns = {
        name: RecordColumn(
            kind=kind, field=kind.model._meta.get_field(name), linkify=record_url if name == kind.columns[0] else None
        )
        for name in kind.list_columns
    }
    columns |= {name: DerivedColumn(kind=kind, name=name) for name in kind.derived}
    return type(
        f"{kind.model.__name__}Table", (RecordTable,), {**columns, "record_kind": kind, "caption": kind.heading}
    )


def _order(field: Any) -> str:
    """What a column is sorted by: a coded term by its name, a lesion by its code, a treatment by its start."""
    if not field.is_relation:
        return str(field.name)
    names = {related.name for related in field.related_model._meta.get_fields()}
    return f"{field.name}__{next((name for name in ('name', 'code', 'start') if name in names), 'pk')}"


class ImportTable(tables.Table):
    caption = _("Imports")

    file_name = tables.Column(linkify=True, verbose_name=_("File"))
    status = ImportStatusColumn()
    format = tables.Column(verbose_name=_("What it is"))
    written = tables.Column(
        verbose_name=_("Rows written"), attrs=NUMBER, orderable=False, default="", empty_values=(None, {})
    )
    requested_by = tables.Column(verbose_name=_("Brought by"))
    requested_at = tables.DateTimeColumn(verbose_name=_("Brought"))

    class Meta:
        model = ImportJob
        fields: list[str] = []
        order_by = "-requested_at"

    def render_format(self, value: str) -> Any:
        return by_code(value).title

    def render_written(self, value: dict[str, int]) -> str:
        return number_format(sum(value.values()), force_grouping=True)


class MappingTable(tables.Table):
    caption = _("Mappings of columns")

    name = tables.Column(linkify=("cases:mapping-edit", {"study_code": tables.A("study__code"), "pk": tables.A("pk")}))
    format = tables.Column(verbose_name=_("For"))
    columns = tables.Column(empty_values=(), orderable=False, verbose_name=_("Columns"), attrs=NUMBER)
    saved_by = tables.Column()
    saved_at = tables.DateTimeColumn()
    file = tables.TemplateColumn(
        template_name="cases/mapping_actions.html", orderable=False, verbose_name=_("What can be done")
    )

    class Meta:
        model = ImportMapping
        fields: list[str] = []
        order_by = "name"

    def render_format(self, value: str) -> Any:
        return by_code(value).title

    def render_columns(self, record: ImportMapping) -> int:
        return columns_kept(record.answers)


class AskedForColumn(tables.Column):
    """What was asked for in an export: format and shape, and the long list of tables or variables for those who ask."""

    def __init__(self) -> None:
        super().__init__(
            accessor="options",
            verbose_name=_("What was asked for"),
            orderable=False,
            default="",
            empty_values=(None, {}),
        )

    def render(self, value: dict[str, Any]) -> str:
        shape = [value.get("format", "")]
        shape += [str(_("dates shifted"))] * bool(value.get("shift_dates"))
        shape += [str(_("free texts left out"))] * bool(value.get("leave_out_texts"))
        parts = [*value.get("tables", []), *value.get("variables", [])]
        text = " · ".join(filter(None, shape + parts))
        if len(parts) < MOST_PARTS:
            return text
        template = '<details class="more"><summary>{}</summary>{}</details>'
        in_short = _("%(format)s · %(number)d parts") % {"format": " · ".join(shape), "number": len(parts)}
        return format_html(template, in_short, text)


class ExportTable(tables.Table):
    caption = _("Exports")

    kind = tables.Column(linkify=("cases:export", {"study_code": tables.A("study__code"), "pk": tables.A("pk")}))
    status = StatusColumn()
    asked_for = AskedForColumn()
    query = tables.Column(accessor="options__filter", verbose_name=_("Filter"), orderable=False, default="")
    rows = tables.Column(verbose_name=_("Lines"), attrs=NUMBER, default="")
    requested_by = tables.Column()
    requested_at = tables.DateTimeColumn()

    class Meta:
        model = ExportJob
        fields: list[str] = []
        order_by = "-requested_at"


class ExportLogTable(tables.Table):
    """Files that were made, for whoever manages the study."""

    caption = _("Files")

    requested_at = tables.DateTimeColumn()
    requested_by = tables.Column()
    kind = tables.Column()
    asked_for = AskedForColumn()
    query = tables.Column(accessor="options__filter", verbose_name=_("Filter"), orderable=False, default="")
    status = StatusColumn()
    rows = tables.Column(verbose_name=_("Lines"), attrs=NUMBER, default="")

    class Meta:
        model = ExportJob
        fields: list[str] = []
        order_by = "-requested_at"


class ListExportTable(tables.Table):
    """Lists, and tables by command."""

    caption = _("Lists, and tables by command")

    exported_at = tables.DateTimeColumn()
    exported_by = tables.Column()
    list_name = tables.Column()
    format = tables.Column()
    query = tables.Column(default="")
    rows = tables.Column(attrs=NUMBER)

    class Meta:
        model = ListExport
        fields: list[str] = []
        order_by = "-exported_at"


class MemberTable(tables.Table):
    caption = _("Members")

    user = tables.Column(
        linkify=("cases:member-edit", {"study_code": tables.A("study__code"), "pk": tables.A("pk")}),
        order_by="user__username",
    )
    full_name = tables.Column(accessor="user__get_full_name", verbose_name=_("Name"), orderable=False, default="")
    role = tables.Column()
    site = tables.Column(order_by="site__code", default="")
    may_export = tables.Column(verbose_name=_("May export"), orderable=False)
    last_login = tables.DateTimeColumn(
        accessor="user__last_login", verbose_name=_("Last signed in"), default=_("never")
    )

    class Meta:
        model = Membership
        fields: list[str] = []
        order_by = "user"

    def render_may_export(self, record: Membership) -> Any:
        return _("yes") if record.may_export or record.role == Role.MANAGER else _("no")


class SiteTable(tables.Table):
    """Sites with ``patient_count``."""

    caption = _("Sites")

    code = tables.Column(linkify=("cases:site-edit", {"study_code": tables.A("study__code"), "pk": tables.A("pk")}))
    name = tables.Column()
    patient_count = tables.Column(verbose_name=_("Patients"), attrs=NUMBER)

    class Meta:
        model = Site
        fields: list[str] = []
        order_by = "code"
        empty_text = _("No site yet. A study at one institution needs none.")
