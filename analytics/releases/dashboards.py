"""The dashboards that a manager can release, by code. To add one: an instance in the list below."""

from analytics.dashboards.expression.release import ExpressionRelease
from analytics.dashboards.response.release import ResponseRelease
from analytics.releases.base import ReleasableDashboard

DASHBOARDS: dict[str, ReleasableDashboard] = {
    dashboard.code: dashboard for dashboard in (ExpressionRelease(), ResponseRelease())
}
