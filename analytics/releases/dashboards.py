"""The dashboards that a manager can release, by code. To add one: an instance in the list below."""

from analytics.dashboards.concordance.release import ConcordanceRelease
from analytics.dashboards.expression.release import ExpressionRelease
from analytics.dashboards.overview.release import OverviewRelease
from analytics.dashboards.response.release import ResponseRelease
from analytics.dashboards.skeletal_events.release import SkeletalEventsRelease
from analytics.releases.base import ReleasableDashboard

DASHBOARDS: dict[str, ReleasableDashboard] = {
    dashboard.code: dashboard
    for dashboard in (
        OverviewRelease(),
        ExpressionRelease(),
        ResponseRelease(),
        SkeletalEventsRelease(),
        ConcordanceRelease(),
    )
}
