"""What runs say about an erased patient beside its wells."""

from cases.erasure import Erased, register
from expression.models import QpcrRun, QpcrSample


@register
def headers_of_runs(erased: Erased) -> None:
    """Names of files and items of headers of runs with the patient's samples."""
    samples = QpcrSample.objects.filter(pk__in=erased.keys.get(QpcrSample, ()))
    for run in QpcrRun.objects.filter(pk__in=samples.values("run")):
        texts = {name: getattr(run, name) for name in ("file_name", "miqe")}
        clean = {name: erased.without_codes(value) for name, value in texts.items()}
        if clean != texts:
            QpcrRun.objects.filter(pk=run.pk).update(**clean)
            for event in run.events.all():  # type: ignore[attr-defined]
                changed = {name: erased.without_codes(getattr(event, name)) for name in texts}
                run.events.filter(pk=event.pk).update(**changed)  # type: ignore[attr-defined]
