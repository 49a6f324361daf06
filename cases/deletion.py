"""Taking a record away for a reason. The history keeps what was there."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from cases.history import because
from cases.models import ConsentStatus


def delete(row: Model, *, reason: str) -> None:
    """Raise ``ValidationError`` with a sentence where other records rest on the row."""
    try:
        with transaction.atomic(), because(reason):
            row.delete()
    except ProtectedError as error:
        named = sorted(str(other) for other in error.protected_objects if not _withdrew(other))
        rest = ", ".join(named[:5]) or _("records of patients who withdrew consent")
        raise ValidationError(
            _("Other records rest on this one: %(rows)s. Change them first."), params={"rows": rest}
        ) from error


def _withdrew(row: Any) -> bool:
    """Whether the row is of a patient who is in no list, and so in no sentence."""
    patient = getattr(row, "patient", None) or getattr(getattr(row, "specimen", None), "patient", None)
    return patient is not None and patient.consent_status == ConsentStatus.WITHDRAWN
