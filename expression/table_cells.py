"""What is typed into the cells of a table: a number, and a letter for what a number cannot say."""

import math
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from expression.models import ReadingStatus
from expression.models.cell_experiment import AMOUNTS
from expression.models.western import FAINTEST, STRONGEST
from expression.scoring import Signal

SATURATED = re.compile(r"^(?P<number>.*[0-9.])\s*s$", re.IGNORECASE)
THOUSANDS = re.compile(r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$")
BELOW_DETECTION, LOST = ("b", "<"), ("l", "x")
LARGEST_READING = 1e9
"""Beyond it no readout goes, in pg/mL, cells or cycles; numbers far beyond it have no mean."""


def read_band(text: str) -> Signal | None:
    """A volume, with ``s`` behind it where the band is saturated; None for an empty cell.

    >>> read_band("65,535 s")
    Signal(volume=65535.0, saturated=True)
    """
    text = _plain(text)
    if not text:
        return None
    match = SATURATED.match(text)
    volume = _number(match["number"] if match else text)
    if volume < 0:
        raise ValidationError(_("A band volume is not negative. Write 0 where no band is seen."))
    if volume and not FAINTEST <= volume <= STRONGEST:
        raise ValidationError(_("This is no volume an imager gives. Look at the number again."))
    return Signal(volume=volume, saturated=match is not None)


def band_text(signal: Signal) -> str:
    """What is typed for the band."""
    return f"{number_text(signal.volume)} s" if signal.saturated else number_text(signal.volume)


def read_reading(text: str, *, readout: str) -> tuple[ReadingStatus, float | None] | None:
    """A value, ``b`` for below detection, ``l`` for lost; None for an empty cell. Only a logarithm may be negative.

    >>> read_reading("b", readout="elisa")
    (ReadingStatus.BELOW_DETECTION, None)
    """
    text = _plain(text)
    if not text:
        return None
    if text.lower() in BELOW_DETECTION:
        return ReadingStatus.BELOW_DETECTION, None
    if text.lower() in LOST:
        return ReadingStatus.LOST, None
    value = _number(text)
    if abs(value) > LARGEST_READING:
        raise ValidationError(_("No readout gives so large a number. Look at the number and its unit again."))
    if value < 0 and readout in AMOUNTS:
        raise ValidationError(_("A concentration or a count is not negative. Write b where it is below detection."))
    return ReadingStatus.MEASURED, value


def reading_text(status: str, value: float | None) -> str:
    """What is typed for the reading."""
    if status == ReadingStatus.MEASURED:
        return number_text(value or 0.0)
    return (BELOW_DETECTION if status == ReadingStatus.BELOW_DETECTION else LOST)[0]


def number_text(value: float) -> str:
    """All digits, without a point where there is nothing behind it."""
    return str(int(value)) if value.is_integer() and abs(value) <= STRONGEST else repr(value)


def _plain(text: str) -> str:
    """Full-width digits and true minus signs as a keyboard of the laboratory may give them."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def _number(text: str) -> float:
    try:
        number = float(text.replace(",", "") if THOUSANDS.match(text) else text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:
        raise ValidationError(
            _("“%(text)s” is no number. Write it with a point, as in 12.5."), params={"text": text[:40]}
        )
    return number
