"""Every kind of question there is. To add one: a package beside this module, and its instance in the list below."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.kinds.association.kind import AssociationKind
from analytics.kinds.base import Answer, Figure, Kind, Reading, Table
from analytics.kinds.change_on_treatment.kind import ChangeOnTreatmentKind
from analytics.kinds.expression_by_group.kind import ExpressionByGroupKind
from analytics.kinds.marker_matrix.kind import MarkerMatrixKind
from analytics.kinds.response_proportions.kind import ResponseProportionsKind
from analytics.kinds.time_to_event.kind import TimeToEventKind
from analytics.models import Analysis
from analytics.spec import Spec, SpecError

KINDS: dict[str, Kind[Any, Any]] = {
    kind.code: kind
    for kind in (
        ExpressionByGroupKind(),
        ResponseProportionsKind(),
        TimeToEventKind(),
        AssociationKind(),
        MarkerMatrixKind(),
        ChangeOnTreatmentKind(),
    )
}
"""By code, in the order in which they are offered."""

USUAL_KIND = ExpressionByGroupKind.code
"""The kind of a question that names none."""


def kind_of(analysis: Analysis) -> Kind[Any, Any]:
    """The kind of an analysis that was asked."""
    return KINDS[analysis.kind]


def parse(data: Any) -> Spec:
    """The question, of the kind it names. Raises :class:`SpecError` with a sentence for every field at fault."""
    kind = data.get("kind", USUAL_KIND) if isinstance(data, Mapping) else USUAL_KIND
    if not isinstance(kind, str) or kind not in KINDS:
        text = _("There is no “{kind}” here. Choose one of: {options}.")
        raise SpecError({"kind": format_lazy(text, kind=kind, options=", ".join(KINDS))})
    return KINDS[kind].spec_class.from_mapping(data)


__all__ = ["KINDS", "USUAL_KIND", "Answer", "Figure", "Kind", "Reading", "Table", "kind_of", "parse"]
