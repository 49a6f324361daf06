"""Questions of any kind, answered without a worker."""

from typing import Any

from django.utils import timezone

from analytics.kinds import kind_of, parse
from analytics.models import Analysis
from analytics.runner import compute
from analytics.scripts import script
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


def script_and_numbers(analysis: Analysis) -> tuple[str, dict[str, float]]:
    """The R script of an answer, and the numbers that it should report."""
    kind, spec, result = kind_of(analysis), parse(analysis.spec), analysis.result or {}
    text = script(
        pk=analysis.pk,
        title=kind.title(spec, {}),
        sha256=analysis.input_sha256,
        packages=kind.r_packages(spec=spec, result=result),
        body=kind.r_script(spec=spec, result=result),
    )
    return text, kind.numbers(spec=spec, result=result)
