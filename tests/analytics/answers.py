"""Questions of any kind, answered without a worker."""

from typing import Any

from django.utils import timezone

from analytics.kinds import parse
from analytics.models import Analysis
from analytics.runner import compute
from analytics.services import request_analysis
from cases import access
from cases.jobs import Progress
from cases.models import Study


def answered(question: dict[str, Any], *, by: Any) -> Analysis:
    """The question with its answer, computed here and now."""
    rights = access.rights(user=by, study=Study.objects.get(code=question["study"]))
    analysis, _created = request_analysis(spec=parse(question), by=by, rights=rights)
    outcome = compute(analysis, Progress())
    fields = {"status": outcome.status, "finished_at": timezone.now(), **outcome.fields}
    Analysis.objects.filter(pk=analysis.pk).update(**fields)
    analysis.refresh_from_db()
    return analysis
