"""What cases keeps about a patient beyond rows: files, previews, filters, entries of the administration's log."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from cases.chronicle import events_of
from cases.erasure import ERASED, Erased, register
from cases.importing.files import FileKind, inspect
from cases.importing.folders import ARCHIVE, lines_kept
from cases.importing.tables import workbook_rows
from cases.jobs import Refusal
from cases.models import DataQuery, ExportJob, ImportJob, ImportMapping, JobStatus, ListExport, SavedFilter
from cases.sentences import sentence


@register
def imported_files(erased: Erased) -> None:
    """Files that hold the patient's rows go, with their previews; what was imported from them of others stays."""
    for job in ImportJob.objects.filter(study=erased.patient.study):
        told = f"{job.file_name} {job.options} {job.preview} {job.message}"
        if not (erased.mentioned_in(told) or _file_mentions(job, erased)):
            continue
        erased.removed["imported files"] += 1
        if job.file:
            erased.files.append(job.file)
        waiting = {"status": JobStatus.CANCELLED} if job.status == JobStatus.WAITING else {}
        ImportJob.objects.filter(pk=job.pk).update(
            file="",
            file_name=erased.without_codes(job.file_name),
            options={},
            preview=None,
            message=sentence("The file was removed because a patient in it was erased."),
            **waiting,
        )


@register
def exported_files(erased: Erased) -> None:
    """All files of the study: they can be made again."""
    jobs = ExportJob.objects.filter(study=erased.patient.study).exclude(file="")
    erased.files += [job.file for job in jobs]
    erased.removed["exported files"] += jobs.update(
        file="", message=sentence("The file was removed because a patient in it was erased.")
    )
    for job in ExportJob.objects.filter(study=erased.patient.study, options__has_key="filter"):
        if erased.mentioned_in(f"{job.options} {job.manifest}"):
            ExportJob.objects.filter(pk=job.pk).update(
                options={**job.options, "filter": erased.without_codes(job.options["filter"])}, manifest={}
            )


@register
def questions(erased: Erased) -> None:
    """Questions about rows of the patient, whether or not they name the patient."""
    for model, keys in list(erased.keys.items()):
        about = DataQuery.objects.filter(subject_model=model._meta.label, subject_pk__in=keys)
        erased.keys[DataQuery] |= set(about.values_list("pk", flat=True))


@register
def saved_filters(erased: Erased) -> None:
    for saved in SavedFilter.objects.filter(study=erased.patient.study):
        if erased.mentioned_in(f"{saved.name} {saved.query}"):
            erased.removed[str(SavedFilter._meta.verbose_name_plural)] += saved.delete()[0]


@register
def import_mappings(erased: Erased) -> None:
    """Mappings that name the patient in a heading go, with their history; deleted ones too."""
    events = events_of(ImportMapping).filter(study_id=erased.patient.study_id)
    for event in events:
        if erased.mentioned_in(f"{event.name} {event.answers}"):
            erased.keys[ImportMapping].add(event.pgh_obj_id)


@register
def exported_lists(erased: Erased) -> None:
    """That a list was taken out stays; whom it was narrowed to does not."""
    for taken in ListExport.objects.filter(study=erased.patient.study):
        if erased.mentioned_in(taken.query):
            ListExport.objects.filter(pk=taken.pk).update(query=erased.without_codes(taken.query))


@register
def administration_log(erased: Erased) -> None:
    """Entries name the row they are about."""
    for model, keys in erased.keys.items():
        entries = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(model), object_id__in=[str(key) for key in keys]
        )
        entries.update(object_repr=ERASED, change_message="")


def _file_mentions(job: ImportJob, erased: Erased) -> bool:
    """Whether the file names the patient; a file that cannot be read may, and goes."""
    if not job.file or not Path(job.file.path).is_file():
        return False
    try:
        return any(map(erased.mentioned_in, _texts(job)))
    except (Refusal, UnicodeDecodeError, BadZipFile):
        return True


def _texts(job: ImportJob) -> Iterator[str]:
    """The cells of a workbook, the lines of texts."""
    path = Path(job.file.path)
    # Archives that people bring are never imported: who knows how large they are unpacked.
    if path.suffix == ARCHIVE and job.status == JobStatus.SUCCEEDED:
        yield from lines_kept(path)
    elif inspect(path) is FileKind.WORKBOOK:
        yield from (cell for rows in workbook_rows(path).values() for row in rows for cell in row)
    else:
        with path.open(encoding="utf-8-sig") as lines:
            yield from lines
