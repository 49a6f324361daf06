"""Taking a whole import back: the rows it added go, the rows it changed get the values they had."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.import_job import ImportJob
from cases.models.integrity import SameParent, unchangeable
from cases.models.job import UNFINISHED, Job, JobQuerySet, JobStatus
from cases.privacy import Privacy


class ImportUndoQuerySet(JobQuerySet):
    def done(self) -> Self:
        return self.filter(status=JobStatus.SUCCEEDED)


class ImportUndo(Job):
    """Who asked for it is ``requested_by``, when it was done is ``finished_at``.

    ``removed`` and ``restored`` hold how many rows of each model (``app_label.ModelName``) it took away and put back.
    An import is undone once; one that was refused or cancelled can be asked for again.
    """

    task_name = "cases.tasks.run_undo_task"

    import_job = models.ForeignKey(ImportJob, models.PROTECT, related_name="undos", verbose_name=_("import"))
    removed = models.JSONField(_("removed"), default=dict, blank=True, editable=False)
    restored = models.JSONField(_("restored"), default=dict, blank=True, editable=False)

    privacy = {"removed": Privacy.PROVENANCE, "restored": Privacy.PROVENANCE}

    objects = ImportUndoQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Job.Meta):
        verbose_name = _("undoing of an import")
        verbose_name_plural = _("undoings of imports")
        constraints = [
            *Job.Meta.constraints,
            models.UniqueConstraint(
                fields=["import_job"],
                condition=Q(status__in=[*UNFINISHED, JobStatus.SUCCEEDED]),
                name="importundo_once",
                violation_error_message=_("This import is undone already, or is being undone."),
            ),
        ]
        triggers = [SameParent(reference="import_job", shared="study"), unchangeable("study", "import_job")]

    def __str__(self) -> str:
        return str(self.import_job)

    def get_absolute_url(self) -> str:
        return self.import_job.get_absolute_url()
