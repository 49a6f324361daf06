"""Whether a stain could be scored at all."""

from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Core, CoreStatus
from cases.models.at_once import Refused
from cases.models.integrity import CheckedTrigger


class Evaluability(models.TextChoices):
    """Why there is no score, where there is none: a lost core is no zero."""

    EVALUABLE = "evaluable", _("Evaluable")
    LOST = "lost", _("Lost")
    NO_TUMOUR = "no_tumour", _("No tumour")
    NOT_ASSESSABLE = "not_assessable", _("Not assessable")


class ScoredCoreHoldsTissue(CheckedTrigger):
    """Refuse an evaluable reading of a core which the block has lost or which holds no tumour."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    field = "core"
    reads = ("core", "evaluability")

    def __init__(self) -> None:
        super().__init__(name="scored_core_holds_tissue")

    def refused(self, model: Any) -> Refused:
        """Of many rows, see :mod:`cases.models.at_once`."""
        return Refused(
            joins=(f"LEFT JOIN {Core._meta.db_table} AS parent_core ON parent_core.id = written.core_id",),
            condition=f"written.evaluability = '{Evaluability.EVALUABLE}' "
            f"AND parent_core.status <> '{CoreStatus.EVALUABLE}'",
            why="the core is lost or holds no tumour",
        )

    def check(self, row: Any) -> None:
        if row.core is None or row.evaluability != Evaluability.EVALUABLE or row.core.status == CoreStatus.EVALUABLE:
            return
        raise ValidationError(
            _("Core %(core)s is recorded as “%(status)s”: it has no score. Correct the core or the reading."),
            params={"core": row.core.position, "status": row.core.get_status_display()},
        )
