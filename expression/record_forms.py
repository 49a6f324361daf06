"""Forms of what was read on a specimen, entered like the clinical record."""

from typing import Any

from cases.record_forms import RecordForm
from expression.models import PathologyFinding


class PathologyFindingForm(RecordForm):
    given = frozenset({"study", "patient"})

    class Meta:
        model = PathologyFinding
        fields = [
            "specimen",
            "read_on",
            "giant_cells",
            "osteoclasts_per_field",
            "marrow_fibrosis",
            "necrosis_percent",
            "reader",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What was read stays on its specimen once it is recorded.
        self.fields["specimen"].disabled = self.instance.pk is not None
