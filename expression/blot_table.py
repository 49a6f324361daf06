"""The table of a blot that people fill in: a row for each lane, a column for each probe of each membrane.

All or nothing: an error anywhere stands beside its cell, and nothing is saved. Only what differs is written, so the
history shows what was changed.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Specimen, Study
from cases.screened_form import ScreenedForm
from cases.versions import version_of
from expression.blot_ratios import Probe, in_order, probe_of
from expression.models import Band, CellLine, Lane, WesternBlot
from expression.scoring import Signal
from expression.table_cells import band_text, read_band

MOST_LANES, MOST_PROBES = 30, 24
"""Of a table; a gel has fewer."""


class BandField(forms.CharField):
    """A volume with an ``s`` where saturated; the clean value is a signal or None."""

    def clean(self, value: Any) -> Any:
        return read_band(super().clean(value))


class LaneForm(ScreenedForm, forms.Form):
    """A lane and its bands. ``lane`` is None for a row that is not saved yet; blank, such a row is no lane."""

    number = forms.IntegerField(label=gettext_lazy("Lane"), min_value=1, max_value=99)
    specimen = forms.CharField(label=gettext_lazy("Specimen"), required=False)
    line = forms.CharField(label=gettext_lazy("Cells"), required=False)
    treatment = forms.CharField(label=gettext_lazy("Treatment of the cells"), required=False, max_length=100)
    remove = forms.BooleanField(label=gettext_lazy("Take away"), required=False)

    def __init__(self, *args: Any, lane: Lane | None, table: "BlotTable", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lane, self.table = lane, table
        self.fields["specimen"].widget.attrs |= {"list": "specimen-codes", "autocomplete": "off"}
        self.fields["line"].widget.attrs |= {"list": "cell-lines", "autocomplete": "off"}
        if lane is not None:
            self.fields["number"] = forms.IntegerField(disabled=True)
        else:
            del self.fields["remove"]
            self.use_required_attribute = False
        self.fields["number"].widget.attrs["class"] = "narrow"
        self.fields["treatment"].widget.attrs["class"] = "broad"
        for place, probe in enumerate(table.probes):
            band = BandField(required=False, max_length=40, label=f"{probe} ({probe.membrane.name})")
            band.widget.attrs |= {"autocomplete": "off", "class": "cell"}
            self.fields[f"band_{place}"] = band
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = _("%(field)s, lane %(lane)s") % {
                "field": field.label,
                "lane": self.initial["number"],
            }

    @property
    def screened(self) -> list[str]:
        return ["treatment"]

    @property
    def screened_for(self) -> Study | None:
        return self.table.blot.study

    @property
    def cells(self) -> list[forms.BoundField]:
        return [self[f"band_{place}"] for place in range(len(self.table.probes))]

    @property
    def is_calibrator(self) -> bool:
        return self.table.calibrator == self.prefix

    @property
    def is_blank(self) -> bool:
        """A new row in which nothing but its number stands."""
        return self.lane is None and not (set(self.changed_data) - {"number"}) and not self.is_calibrator

    @property
    def removed(self) -> bool:
        return bool(self.cleaned_data.get("remove"))

    def clean_specimen(self) -> Specimen | None:
        sentence = _("This study has no specimen of that code that you may see.")
        return self._known("specimen", self.table.specimens, sentence)

    def clean_line(self) -> CellLine | None:
        sentence = _("This study has no cell line of that name. Add it first.")
        return self._known("line", self.table.lines, sentence)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("specimen") and (cleaned.get("line") or cleaned.get("treatment")):
            self.add_error("line", _("A lane holds a specimen or cells, not both."))
        return cleaned

    def _known(self, name: str, rows: Any, sentence: str) -> Any:
        key = self.cleaned_data[name].strip()
        if not key:
            return None
        found = rows.get(key)
        if found is None:
            raise ValidationError(sentence)
        return found


class BlotTable:
    """The forms of all lanes. ``specimens`` are those this person may see; of ``lanes`` those, and those with cells.

    ``hidden`` are the lanes that are not shown: nothing is written to them, and their numbers stay taken. ``blanks`` is
    how many rows are offered for new lanes. Read everything with the blot locked, so that what is compared with
    ``version`` is what is overwritten.
    """

    def __init__(
        self,
        *,
        blot: WesternBlot,
        lanes: Sequence[Lane],
        bands: Sequence[Band],
        asked: Iterable[Probe],
        specimens: QuerySet[Specimen],
        hidden: Sequence[Lane],
        blanks: int,
        data: Any = None,
    ) -> None:
        self.blot, self.lanes, self.bands, self.hidden, self.data = blot, lanes, bands, hidden, data
        self._specimens = specimens
        self.blanks = min(blanks, MOST_LANES - len(lanes) - len(hidden))
        self.probes = in_order([*(probe_of(band) for band in bands), *asked])
        self.errors: list[str] = []
        saved = next((f"lane-{lane.pk}" for lane in lanes if lane.is_calibrator), "")
        self.calibrator = saved if data is None else data.get("calibrator", "")

    @cached_property
    def specimens(self) -> dict[str, Specimen]:
        """Those whose codes were typed."""
        typed = {row["specimen"].data.replace("\x00", "").strip() for row in self.rows if row["specimen"].data}
        return {specimen.code: specimen for specimen in self._specimens.filter(code__in=typed)}

    @cached_property
    def lines(self) -> dict[str, CellLine]:
        return {line.name: line for line in CellLine.objects.filter(study=self.blot.study)}

    @cached_property
    def signals(self) -> dict[tuple[int, Probe], Signal]:
        return {
            (band.lane_id, probe_of(band)): Signal(volume=band.volume, saturated=band.saturated) for band in self.bands
        }

    @cached_property
    def rows(self) -> list[LaneForm]:
        saved = [
            LaneForm(self.data, prefix=f"lane-{lane.pk}", initial=self._initial(lane), lane=lane, table=self)
            for lane in self.lanes
        ]
        return saved + [self._blank(place) for place in range(self.blanks)]

    @cached_property
    def version(self) -> str:
        """Differs whenever a lane or a band of the table does."""
        rows = [*self.lanes, *self.bands]
        parts = sorted(f"{type(row).__name__}{row.pk}{version_of(row)}" for row in rows)
        return hashlib.sha256("".join(parts).encode()).hexdigest()[:32]

    def is_valid(self) -> bool:
        """Whether every cell is; the sentences stand on the forms and in ``errors``."""
        filled = [row for row in self.rows if not row.is_blank]
        for row in filled:
            row.full_clean()
        self._refuse_numbers(filled)
        if self.calibrator and any(lane.is_calibrator for lane in self.hidden):
            self.errors.append(_("The calibrator is a lane that you may not see. A blot has one calibrator lane."))
        if self.calibrator and self.calibrator not in {row.prefix for row in filled if not row.removed}:
            self.errors.append(_("Choose a lane that is there as calibrator."))
        if self.data.get("version") != self.version:
            self.errors.append(
                _(
                    "Somebody else changed this blot meanwhile, and nothing was saved. Your values are in the cells; "
                    "what is saved stands beside those that differ. Save again to write yours."
                )
            )
            self._say_what_is_saved()
        return not self.errors and not any(row.errors for row in filled)

    def _refuse_numbers(self, rows: list[LaneForm]) -> None:
        """Each lane has a number of its own."""
        hidden = {lane.number for lane in self.hidden}
        seen: set[int] = set()
        for row in rows:
            number = row.cleaned_data.get("number")
            if number in hidden:
                row.add_error("number", _("Lane %(lane)s holds a specimen that you may not see.") % {"lane": number})
            elif number in seen:
                row.add_error("number", _("Lane %(lane)s is there twice.") % {"lane": number})
            elif number is not None:
                seen.add(number)

    def save(self) -> bool:
        """Write what differs. False, with a sentence in ``errors``, where somebody else was faster."""
        try:
            with transaction.atomic():
                self._save()
        except IntegrityError:
            self.errors.append(_("Somebody else changed this at the same moment. Look again, then repeat."))
            return False
        return True

    def _save(self) -> None:
        kept = [row for row in self.rows if not row.is_blank and not row.removed]
        for row in self.rows:
            if row.lane is not None and not row.is_blank and row.removed:
                row.lane.delete()
        # There is one calibrator at any moment.
        for lane in self.lanes:
            if lane.is_calibrator and self.calibrator != f"lane-{lane.pk}":
                Lane.objects.filter(pk=lane.pk).update(is_calibrator=False)
        for row in kept:
            self._save_bands(self._save_lane(row), row)

    def _save_lane(self, row: LaneForm) -> Lane:
        values = {name: row.cleaned_data[name] for name in ("number", "specimen", "line", "treatment")}
        values["is_calibrator"] = row.is_calibrator
        if row.lane is None:
            return Lane.objects.create(blot=self.blot, study=self.blot.study, **values)
        if any(getattr(row.lane, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row.lane, name, value)
            row.lane.save()
        return row.lane

    def _save_bands(self, lane: Lane, row: LaneForm) -> None:
        for place, probe in enumerate(self.probes):
            typed, saved = row.cleaned_data[f"band_{place}"], self.signals.get((lane.pk, probe))
            if typed == saved:
                continue
            identity = {
                "membrane": probe.membrane,
                "form": probe.form,
                "marker": probe.marker,
                "phospho_site": probe.site,
            }
            own = Band.objects.filter(lane=lane, **identity)
            if typed is None:
                own.delete()
            elif saved is None:
                Band.objects.create(
                    blot=self.blot, lane=lane, **identity, volume=typed.volume, saturated=typed.saturated
                )
            else:
                own.update(volume=typed.volume, saturated=typed.saturated)

    def _say_what_is_saved(self) -> None:
        """Beside each valid cell whose saved band is another one."""
        for row in self.rows:
            for place, probe in enumerate(self.probes):
                saved = self.signals.get((row.lane.pk, probe)) if row.lane else None
                name = f"band_{place}"
                if row.lane and row.cleaned_data.get(name, saved) != saved:
                    text = band_text(saved) if saved else _("nothing")
                    row.add_error(name, _("Saved: %(text)s.") % {"text": text})

    def _initial(self, lane: Lane) -> dict[str, Any]:
        bands = {
            f"band_{place}": band_text(signal)
            for place, probe in enumerate(self.probes)
            if (signal := self.signals.get((lane.pk, probe)))
        }
        return {
            "number": lane.number,
            "specimen": lane.specimen.code if lane.specimen else "",
            "line": lane.line.name if lane.line else "",
            "treatment": lane.treatment,
            **bands,
        }

    def _blank(self, place: int) -> LaneForm:
        """Numbered on from the last lane."""
        last = max((lane.number for lane in [*self.lanes, *self.hidden]), default=0)
        initial = {"number": last + 1 + place}
        return LaneForm(self.data, prefix=f"new-{place}", initial=initial, lane=None, table=self)
