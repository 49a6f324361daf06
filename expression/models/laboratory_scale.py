"""Scales of a laboratory's own: what each number means that a reader wrote into a score sheet."""

from decimal import Decimal
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models import Study
from cases.models.at_once import Refused
from cases.models.integrity import CheckedTrigger, never_changes
from cases.models.study import CODE_PATTERN, code_validator
from cases.privacy import Privacy

HIGHEST_STEP = 99
LONGEST_MEANING = 60


def check_meanings(meanings: Any) -> None:
    """Raise ``ValidationError`` unless this maps at least one whole number from 0 on to its meaning."""
    sound = isinstance(meanings, dict) and all(
        str(step).isdecimal()
        and int(step) <= HIGHEST_STEP
        and str(int(step)) == step
        and isinstance(meaning, str)
        and 0 < len(meaning.strip()) <= LONGEST_MEANING
        for step, meaning in meanings.items()
    )
    if not sound or not meanings:
        raise ValidationError(
            _("Give every score from 0 to %(highest)s that occurs its meaning, of at most %(longest)s characters."),
            params={"highest": HIGHEST_STEP, "longest": LONGEST_MEANING},
        )


@tracked
class LaboratoryScale(models.Model):
    """The steps of a scale and what each of them means, such as 0 negative, 1 focal, 2 diffuse. It never changes.

    Steps are names: they need be neither evenly spaced nor in any order, so no sum, mean or cut-off is made of them.
    ``not_assessable`` are the other entries of such a sheet, which say that a core has no score: often 9 and x.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="laboratory_scales", verbose_name=_("study"))
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    meanings = models.JSONField(
        _("meanings"), validators=[check_meanings], help_text=_('Score and meaning: {"0": "negative", "1": "focal"}.')
    )
    not_assessable = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("entries for “not assessable”")
    )

    privacy = {
        "code": Privacy.VOCABULARY,
        "meanings": Privacy.VOCABULARY,
        "not_assessable": Privacy.VOCABULARY,
    }

    class Meta:
        verbose_name = _("laboratory scale")
        verbose_name_plural = _("laboratory scales")
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "code",
                name="laboratory_scale_code_once_per_study",
                violation_error_message=_("This study already has a laboratory scale with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="laboratory_scale_code_shape"),
            models.CheckConstraint(condition=~Q(meanings={}), name="laboratory_scale_has_meanings"),
        ]
        triggers = [never_changes("study", "code", "meanings", "not_assessable")]

    def __str__(self) -> str:
        return self.code

    def meaning(self, score: Any) -> str | None:
        """Of a number; None where the scale has no such step."""
        whole = int(score)
        found: str | None = self.meanings.get(str(whole)) if whole == score else None
        return found

    @property
    def in_words(self) -> str:
        """0 negative, 1 focal, 2 diffuse"""
        return ", ".join(f"{step} {self.meanings[step]}" for step in sorted(self.meanings, key=int))


class RecordedScoreHasMeaning(CheckedTrigger):
    """Refuse a score which its laboratory scale does not know."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    field = "recorded_score"
    reads = ("laboratory_scale", "recorded_score")

    def __init__(self) -> None:
        super().__init__(name="recorded_score_has_meaning")

    def refused(self, model: Any) -> Refused:
        """Of many rows, see :mod:`cases.models.at_once`."""
        return Refused(
            joins=(f"LEFT JOIN {LaboratoryScale._meta.db_table} AS scale ON scale.id = written.laboratory_scale_id",),
            condition="NOT scale.meanings ? trim_scale(written.recorded_score)::text",
            why="the laboratory scale has no such score",
        )

    def check(self, row: Any) -> None:
        scale = row.laboratory_scale
        if scale is None or row.recorded_score is None or scale.meaning(row.recorded_score) is not None:
            return
        raise ValidationError(
            _("%(scale)s has no score %(score)s. It has: %(steps)s."),
            params={
                "scale": scale.code,
                "score": Decimal(row.recorded_score).normalize(),
                "steps": scale.in_words,
            },
        )
