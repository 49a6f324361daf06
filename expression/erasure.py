"""What runs and blots say about an erased patient beside its wells and lanes."""

from cases.erasure import Erased, register
from expression.models import Lane, QpcrRun, QpcrSample, WesternBlot


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


@register
def detection_of_blots(erased: Erased) -> None:
    """What was written about the detection of blots with the patient's specimens."""
    lanes = Lane.objects.filter(pk__in=erased.keys.get(Lane, ()))
    for blot in WesternBlot.objects.filter(pk__in=lanes.values("blot")):
        clean = erased.without_codes(blot.detection)
        if clean != blot.detection:
            WesternBlot.objects.filter(pk=blot.pk).update(detection=clean)
            for event in blot.events.all():  # type: ignore[attr-defined]
                blot.events.filter(pk=event.pk).update(  # type: ignore[attr-defined]
                    detection=erased.without_codes(event.detection)
                )
