"""What IHC readings can be narrowed by beside their own fields, and their scores as expressions of the database."""

from typing import Any

from django.db.models import Case, DecimalField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Floor, Least, NullIf
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ModelChoiceFilter
from drf_spectacular.utils import extend_schema_field

from cases import access
from cases.search import containing
from expression.models import PositivityCutoff, Scale

MARKER = "antibody__marker"
NUMBER: Any = DecimalField()

POSITIVE = F("percent_1") + F("percent_2") + F("percent_3")
H_SCORE = F("percent_1") + 2 * F("percent_2") + 3 * F("percent_3")


def with_score(readings: QuerySet[Any], scale: str) -> QuerySet[Any]:
    """``alias`` ``score`` as :meth:`expression.models.IhcReading.score` has it; NULL where there is none."""
    mean = Floor(H_SCORE / NullIf(POSITIVE, Value(0, NUMBER)) + Value(0.5, NUMBER), output_field=NUMBER)
    rows = readings.alias(
        positive=POSITIVE,
        tripled=3 * POSITIVE,
        used=Coalesce(F("intensity"), mean, Value(0, NUMBER), output_field=NUMBER),
    )
    return rows.alias(
        score=Case(
            When(recorded_scale=scale, then=F("recorded_score")),
            When(percent_0__isnull=False, then=_derived(scale)),
            output_field=NUMBER,
        )
    )


def _derived(scale: str) -> Any:
    """The score of percentages; of rows with ``positive`` cells and the intensity ``used``."""
    if scale == Scale.H_SCORE:
        return Least(H_SCORE, Value(300, NUMBER))
    if scale == Scale.PERCENT_POSITIVE:
        return Least(POSITIVE, Value(100, NUMBER))
    if scale == Scale.IMMUNOREACTIVE:
        classes = [Q(positive=0), Q(positive__lt=10), Q(positive__lte=50), Q(positive__lte=80)]
        return F("used") * _class(classes)
    # A third has no decimals, so three times the percentage is compared.
    classes = [Q(positive=0), Q(positive__lt=1), Q(positive__lte=10), Q(tripled__lte=100), Q(tripled__lte=200)]
    nothing = When(Q(positive=0) | Q(used=0), then=Value(0, NUMBER))
    return Case(nothing, default=F("used") + _class(classes), output_field=NUMBER)


def _class(conditions: list[Q]) -> Any:
    """The number of the first condition that holds, else that of the class beyond."""
    cases = [When(condition, then=Value(number, NUMBER)) for number, condition in enumerate(conditions)]
    return Case(*cases, default=Value(len(conditions), NUMBER), output_field=NUMBER)


def positive_by(readings: QuerySet[Any], cutoff: PositivityCutoff) -> QuerySet[Any]:
    """Readings which the cut-off is about and whose score reaches it."""
    about: dict[str, Any] = {MARKER: cutoff.marker_id, "study": cutoff.study_id}
    if cutoff.antibody_id is not None:
        about["antibody"] = cutoff.antibody_id
    about |= {name: said for name in ("cell_type", "compartment") if (said := getattr(cutoff, name))}
    return with_score(readings, cutoff.scale).filter(score__gte=cutoff.at_least, **about)


def _of_marker(queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
    return queryset.filter(containing(text, f"{MARKER}__symbol", f"{MARKER}__name", f"{MARKER}__synonyms"))


def _positive(queryset: QuerySet[Any], _name: str, cutoff: PositivityCutoff | None) -> QuerySet[Any]:
    return positive_by(queryset, cutoff) if cutoff else queryset


def _cutoffs(request: HttpRequest | None) -> QuerySet[PositivityCutoff]:
    """Those of the study of the page, over the API those of every study whose rows the person sees."""
    if request is None:
        return PositivityCutoff.objects.none()
    cutoffs = access.of_study(user=request.user, queryset=PositivityCutoff.objects.all())
    code = request.resolver_match.kwargs.get("study_code") if request.resolver_match else None
    return cutoffs.filter(study__code=code) if code else cutoffs


@extend_schema_field(int)
class CutoffFilter(ModelChoiceFilter):
    """One of the cut-offs, by its id."""


READING_FILTERS: dict[str, Any] = {
    "marker": CharFilter(
        method=_of_marker,
        label=_("Marker contains"),
        help_text=_("Symbol, common name or synonym, e.g. TNFSF11 or RANKL."),
    ),
    "positive_by": CutoffFilter(queryset=_cutoffs, method=_positive, label=_("Positive by the cut-off")),
}
