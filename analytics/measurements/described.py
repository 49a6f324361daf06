"""What was measured, by the names a reader needs, as they are now, in every language."""

from typing import Any

from analytics.measurements.ihc import described_stain
from analytics.measurements.ratio import ratio_name
from analytics.spec import Assay, Measure
from expression.models import ExpressionDataset, Marker


def described(measure: Measure) -> dict[str, Any]:
    """Marker or ratio of two, dataset of a profile and stain of immunohistochemistry."""
    marker = Marker.objects.get(symbol=measure.marker)
    dataset = (
        ExpressionDataset.objects.get(study__code=measure.study, code=measure.dataset)
        if measure.assay == Assay.PROFILE
        else None
    )
    symbol, name = marker.symbol, ratio_name(measure)
    if measure.per_marker:
        symbol = f"{symbol}/{measure.per_marker}"
    return {
        "marker": {"symbol": symbol, "name": name},
        "dataset": dataset and {"code": dataset.code, "platform": dataset.platform, "source": dataset.source},
        "stain": described_stain(measure) if measure.assay == Assay.IHC else None,
    }
