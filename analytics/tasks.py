"""Tasks receive a key; the row knows the rest."""

from celery import shared_task

from analytics.models import Analysis
from analytics.runner import HARD_LIMIT_SECONDS, SOFT_LIMIT_SECONDS, answer
from cases.jobs import perform


@shared_task(
    name="analytics.tasks.run_analysis_task", soft_time_limit=SOFT_LIMIT_SECONDS, time_limit=HARD_LIMIT_SECONDS
)
def run_analysis_task(pk: int) -> None:
    perform(model=Analysis, pk=pk, work=answer)
