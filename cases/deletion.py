"""Taking a record away for a reason. The history keeps what was there."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from cases.history import because


def delete(row: Model, *, reason: str) -> None:
    """Raise ``ValidationError`` with a sentence where other records rest on the row."""
    try:
        with transaction.atomic(), because(reason):
            row.delete()
    except ProtectedError as error:
        rest = ", ".join(sorted(str(row) for row in error.protected_objects)[:5])
        raise ValidationError(
            _("Other records rest on this one: %(rows)s. Change them first."), params={"rows": rest}
        ) from error
