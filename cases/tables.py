"""Lists of people and specimens as tables."""

from typing import Any

import django_tables2 as tables
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from cases.importing.formats import by_code
from cases.models import ExportJob, ImportJob, Job, JobStatus, Membership, Patient, Role, Specimen

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


class PatientTable(tables.Table):
    """Patients ``with_index_diagnosis`` and ``with_specimen_count``."""

    caption = _("Patients")
    empty_text = _("No patient matches. Clear a filter, or import a file.")

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
    site = tables.Column(order_by="site__code", default="")
    specimen_count = tables.Column(verbose_name=_("Specimens"), attrs=NUMBER)

    class Meta:
        model = Patient
        fields: list[str] = []
        order_by = "code"


class SpecimenTable(tables.Table):
    caption = _("Specimens")
    empty_text = _("No specimen matches. Clear a filter, or import a file.")

    code = tables.Column(linkify=True)
    patient = tables.Column(linkify=True, order_by="patient__code")
    kind = tables.Column()
    procedure = tables.Column()
    collection_date = tables.Column(default="")
    tumour_content_percent = tables.Column(verbose_name=_("Tumour content (%)"), attrs=NUMBER, default="")
    decalcification = tables.Column()
    rna_integrity_number = tables.Column(verbose_name="RIN", attrs=NUMBER, default="")

    class Meta:
        model = Specimen
        fields: list[str] = []
        order_by = "code"


class ImportTable(tables.Table):
    caption = _("Imports")

    file_name = tables.Column(linkify=True, verbose_name=_("File"))
    format = tables.Column(verbose_name=_("What it is"))
    status = StatusColumn()
    requested_by = tables.Column(verbose_name=_("Brought by"))
    requested_at = tables.DateTimeColumn(verbose_name=_("Brought"))

    class Meta:
        model = ImportJob
        fields: list[str] = []
        order_by = "-requested_at"

    def render_format(self, value: str) -> Any:
        return by_code(value).title


class ExportTable(tables.Table):
    caption = _("Exports")

    kind = tables.Column(linkify=("cases:export", {"study_code": tables.A("study__code"), "pk": tables.A("pk")}))
    status = StatusColumn()
    rows = tables.Column(verbose_name=_("Lines"), attrs=NUMBER, default="")
    requested_by = tables.Column()
    requested_at = tables.DateTimeColumn()

    class Meta:
        model = ExportJob
        fields: list[str] = []
        order_by = "-requested_at"


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
