"""Importing a file: bring it, answer what its columns are, see what would be written, confirm."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from django_tables2 import SingleTableMixin

from cases.importing import steps
from cases.importing.files import MEGABYTE
from cases.importing.formats import ImportFormat, OptionsForm, as_looked_for, by_code, registered
from cases.importing.forms import FileForm
from cases.importing.mappings import Offer, answers_of, offers, warnings_of
from cases.importing.reading import check_of, sentences
from cases.importing.records.problem_file import problem_file, problem_file_name
from cases.importing.records.targets import by_whose_rows, targets
from cases.importing.records.template_file import template_file
from cases.importing.undo.preview import undone_of
from cases.list_files import XLSX
from cases.models import ImportJob, ImportPhase, ImportUndo, Job, JobStatus
from cases.models.import_job import ImportJobQuerySet
from cases.sentences import render as in_language
from cases.tables import ROWS_PER_PAGE, TONES, ImportTable, TablePaginator
from cases.views.base import StudyPage

ALL_KINDS = "all"


class ImportsPage(StudyPage):
    """Whoever may import into the study sees all its imports."""

    required_right = "imports"

    @property
    def jobs(self) -> ImportJobQuerySet:
        return ImportJob.objects.filter(study=self.study).select_related("study", "requested_by")

    @cached_property
    def job(self) -> ImportJob:
        """The import named by the address."""
        return get_object_or_404(self.jobs, pk=self.kwargs["pk"])

    def to_job(self, *, moved_on: bool = False) -> HttpResponseRedirect:
        if moved_on:
            messages.warning(self.request, _("This import has moved on meanwhile. This is how it stands now."))
        return redirect(self.job)


class ImportList(ImportsPage, SingleTableMixin, TemplateView):
    template_name = "cases/import_list.html"
    extra_context = {"heading": gettext_lazy("Import")}
    table_class = ImportTable
    table_pagination = {"per_page": ROWS_PER_PAGE, "paginator_class": TablePaginator}

    def get_table_data(self) -> QuerySet[ImportJob]:
        return self.jobs.with_undone().defer("preview", "options")


class ImportNew(ImportsPage, FormView):
    """Takes the file."""

    template_name = "cases/import_new.html"
    form_class = FileForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        # Known once the request has been read, which the line above does.
        return {**kwargs, "was_too_large": getattr(self.request, "upload_too_large", False)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            formats=as_looked_for(),
            limit=settings.UPLOAD_LIMIT_BYTES // MEGABYTE,
            template_groups=by_whose_rows(),
            all_kinds=ALL_KINDS,
            **kwargs,
        )

    def form_valid(self, form: FileForm) -> HttpResponse:
        self.job = steps.bring(
            study=self.study,
            file=form.cleaned_data["file"],
            format_code=form.cleaned_data["format"],
            by=self.user,
        )
        return self.to_job()


class ImportExample(StudyPage, View):
    """A file of the documentation to try a format with."""

    required_right = "imports"

    def get(self, request: HttpRequest, code: str, **kwargs: Any) -> FileResponse:
        example = next((offered.example for offered in registered() if offered.code == code), None)
        if example is None:
            raise Http404
        path = settings.BASE_DIR / "docs" / "examples" / example
        return FileResponse(path.open("rb"), as_attachment=True, filename=example)


class ImportTemplate(StudyPage, View):
    """An empty table to fill in: of one kind of record, or a workbook with a sheet for every kind."""

    required_right = "imports"

    def get(self, request: HttpRequest, kind: str, **kwargs: Any) -> FileResponse:
        chosen = [target for target in targets() if kind in (target.name, ALL_KINDS)]
        if not chosen:
            raise Http404
        return FileResponse(template_file(chosen), as_attachment=True, filename=f"{kind}.xlsx", content_type=XLSX)


class ImportPage(ImportsPage, TemplateView):
    """One import, whatever its state; takes the answers."""

    def get_template_names(self) -> list[str]:
        return ["cases/import.html"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.asks:
            return self.to_job(moved_on=True)
        form = self.options_form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        moved_on = not steps.answer(job=self.job, options=form.options, by=self.user)
        return self.to_job(moved_on=moved_on)

    @property
    def asks(self) -> bool:
        """Whether there are questions a person may answer now."""
        return self.job.preview is not None and self.job.status in (JobStatus.WAITING, JobStatus.REFUSED)

    @property
    def outline(self) -> dict[str, Any]:
        """What a worker found in the file."""
        return (self.job.preview or {})["outline"]

    @cached_property
    def import_format(self) -> ImportFormat:
        return by_code(self.job.format)

    def options_form(self, data: Any = None) -> OptionsForm:
        offer = self.offer
        options = offer.fit.options if offer else self.job.options
        return self.import_format.options_form(study=self.study, outline=self.outline, options=options, data=data)

    @property
    def warnings(self) -> list[dict[str, Any]]:
        if offer := self.offer:
            return warnings_of(offer.fit, name=offer.name)
        return self.outline.get("warnings", [])

    @cached_property
    def offers(self) -> list[Offer]:
        """The study's mappings whose headings fit, the best first."""
        return offers(study=self.study, import_format=self.import_format, outline=self.outline)

    @property
    def offer(self) -> Offer | None:
        """The mapping the questions start from: the one chosen, else the best, unless there are answers already."""
        chosen = self.request.GET.get("mapping")
        if chosen is not None:
            return next((offer for offer in self.offers if str(offer.mapping.pk) == chosen), None)
        return None if self.job.options else next(iter(self.offers), None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.asks:
            kwargs = {
                "form": self.options_form(),
                "outline": self.outline,
                "warnings": sentences(self.warnings),
                "offer": self.offer,
                "offers": self.offers,
                "options_template": self.import_format.options_template,
                **kwargs,
            }
        undo = self.job.latest_undo
        undone = undone_of(undo)
        stands = self.job.status == JobStatus.SUCCEEDED and undone is None
        return super().get_context_data(
            job=self.job,
            undo=undo,
            undone=undone,
            can_keep_answers=answers_of(self.job) is not None,
            undo_message=in_language(undo.message) if undo else "",
            under_way=under_way(self.job, undo),
            title=self.import_format.title if self.job.format else "",
            step=_step(self.job),
            message=in_language(self.job.message),
            tone=TONES[JobStatus(self.job.status)],
            check=check_of(self.job),
            links=self.import_format.links(self.job) if stands else [],
            **kwargs,
        )


class ImportProblems(ImportsPage, View):
    """The refused rows of the last check, with their reasons, to correct and bring again."""

    def get(self, request: HttpRequest, **kwargs: Any) -> FileResponse:
        check = (self.job.preview or {}).get("check") or {}
        if not any(sheet["refused"] for sheet in check.get("sheets", [])):
            raise Http404(_("No row was refused."))
        file = problem_file(self.job)
        return FileResponse(file, as_attachment=True, filename=problem_file_name(self.job), content_type=XLSX)


class ImportProgress(ImportsPage, View):
    """The progress bar again, or the wish to have the whole page again."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        undo = self.job.latest_undo
        work = under_way(self.job, undo)
        if work is None:
            return HttpResponse(headers={"HX-Refresh": "true"})
        context = {"study": self.study, "job": self.job, "undo": undo, "under_way": work}
        return render(request, "cases/import_progress.html", context)


class ImportConfirm(ImportsPage, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        attempt = request.POST.get("attempt", "")
        done = attempt.isdecimal() and steps.confirm(job=self.job, attempt=int(attempt), by=self.user)
        self.job.refresh_from_db()
        return self.to_job(moved_on=not done and self.job.phase != ImportPhase.WRITE)


class ImportCancel(ImportsPage, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.to_job(moved_on=not steps.abandon(job=self.job))


def under_way(job: ImportJob, undo: ImportUndo | None) -> Job | None:
    """What a worker does or is to do about the import now."""
    return next((work for work in (job, undo) if work is not None and work.is_unfinished), None)


def _step(job: ImportJob) -> int:
    """Which of the four steps the page shows as the current one: file, answers, check, done."""
    if job.phase == ImportPhase.WRITE:
        return 4
    if job.preview is None:
        return 1
    return 3 if job.options else 2
