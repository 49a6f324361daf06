"""What the view of every dashboard over the API begins with: who asks about which study, and if that can be asked."""

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from analytics.dashboards.keeping import Kept
from analytics.dashboards.population_form import PopulationForm
from cases.access import study_rights


def kept_for(request: Request, *, code: str) -> Kept:
    """What the person is shown of that study; raises ``Http404`` and ``PermissionDenied`` as :mod:`cases.access`."""
    rights = study_rights(user=request.user, code=code)
    rights.require("sees_rows")
    return Kept(by=request.user, rights=rights)


def refuse_stale(form: PopulationForm) -> None:
    """A page falls back to what is usual where a choice is not there any more; over the API it is refused."""
    if form.stale:
        raise ValidationError({"question": [str(text) for text in form.stale]})
