"""Answers stay when an import they rest on is undone: whoever undoes it is told how many."""

from collections.abc import Iterator

from django.utils.translation import ngettext

from analytics.models import Analysis
from cases.importing.undo.notes import register
from cases.models import ImportJob, JobStatus


@register
def answers_since(job: ImportJob) -> Iterator[str]:
    """Which rows an answer rests on is frozen with it; those computed since the import may rest on its rows."""
    answers = Analysis.objects.filter(study=job.study, status=JobStatus.SUCCEEDED, started_at__gte=job.finished_at)
    if count := answers.count():
        yield ngettext(
            "{number} analysis was computed since this import and may rest on it. It keeps its numbers and says that "
            "the data have changed.",
            "{number} analyses were computed since this import and may rest on it. They keep their numbers and say "
            "that the data have changed.",
            count,
        ).format(number=count)
