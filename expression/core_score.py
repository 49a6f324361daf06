"""What a reading of a core says, in the words and the colour of a place of the scoring grid."""

from decimal import Decimal

from django.utils.translation import gettext as _

from expression.models import Evaluability, IhcReading, Scale
from expression.models.scale import LARGEST

KEYS = {Evaluability.LOST: "L", Evaluability.NO_TUMOUR: "T", Evaluability.NOT_ASSESSABLE: "X"}
"""The key that says why there is no score, and the letter that shows it."""

COLOURS = 10


def number(value: Decimal | int) -> str:
    """Without zeros that say nothing: 20, 12.5."""
    return f"{Decimal(value).normalize():f}"


def short(reading: IhcReading) -> str:
    """The H-score, another score with its scale, or the letter that says why there is none."""
    score = reading.score(Scale.H_SCORE)
    if score is not None:
        return number(score)
    if reading.recorded_score is not None:
        return reading.recorded_in_words
    return KEYS[Evaluability(reading.evaluability)]


def in_words(reading: IhcReading) -> str:
    """As :func:`short`, to be read out."""
    score = reading.score(Scale.H_SCORE)
    if score is not None:
        return _("H-score %(score)s") % {"score": number(score)}
    return short(reading) if reading.recorded_score is not None else reading.get_evaluability_display()


def colour(reading: IhcReading) -> str:
    """The class of the place: one of ten steps of the ordered colours, or why there is no score."""
    score = reading.score(Scale.H_SCORE)
    if score is not None:
        return f"score-{min(int(score * COLOURS / LARGEST[Scale.H_SCORE]), COLOURS - 1)}"
    return str(reading.evaluability)
