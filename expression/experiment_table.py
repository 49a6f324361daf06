"""The table of an experiment that people fill in: a row for each condition, a cell for each replicate.

All or nothing, as in :mod:`expression.blot_table`; only what differs is written.
"""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.versions import version_of
from expression.models import CellExperiment, ExperimentCondition, ExperimentReading
from expression.table_cells import read_reading, reading_text

Place = tuple[int, int, int]
"""Key of the condition, number of the biological and of the technical replicate."""


class ReadingField(forms.CharField):
    """A value of the readout, ``b`` or ``l``; the clean value is status and value, or None."""

    def __init__(self, *, readout: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.readout = readout

    def clean(self, value: Any) -> Any:
        return read_reading(super().clean(value), readout=self.readout)


class ReadingsForm(forms.Form):
    """The cells of all conditions. Read everything with the experiment locked."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        experiment: CellExperiment,
        conditions: Sequence[ExperimentCondition],
        readings: Sequence[ExperimentReading],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.experiment, self.conditions = experiment, conditions
        self.saved: dict[Place, ExperimentReading] = {
            (reading.condition_id, reading.biological_replicate, reading.technical_replicate): reading
            for reading in readings
        }
        self.biological = range(1, self._most(1, experiment.biological_replicates) + 1)
        self.technical = range(1, self._most(2, experiment.technical_replicates) + 1)
        self.fields["version"].initial = self.version_read
        for condition in conditions:
            for biological in self.biological:
                for technical in self.technical:
                    self._add_cell(condition, biological, technical)
            self.fields[f"remove_{condition.pk}"] = forms.BooleanField(required=False)
            label = _("Take away: %(condition)s") % {"condition": condition}
            self.fields[f"remove_{condition.pk}"].widget.attrs["aria-label"] = label

    @property
    def rows(self) -> list[tuple[ExperimentCondition, list[forms.BoundField], forms.BoundField]]:
        """Each condition with its cells and the tick that takes it away."""
        return [
            (
                condition,
                [self[_name(place)] for place in self._places(condition)],
                self[f"remove_{condition.pk}"],
            )
            for condition in self.conditions
        ]

    @cached_property
    def version_read(self) -> str:
        """Differs whenever a reading or a condition does."""
        rows = [*self.conditions, *self.saved.values()]
        parts = sorted(f"{type(row).__name__}{row.pk}{version_of(row)}" for row in rows)
        return hashlib.sha256("".join(parts).encode()).hexdigest()[:32]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for condition in self._removed(cleaned):
            if any(cleaned.get(_name(place)) for place in self._places(condition)):
                self.add_error(
                    f"remove_{condition.pk}", _("This condition has readings. Empty its cells, then take it away.")
                )
        if cleaned.get("version") != self.version_read:
            self._say_what_is_saved(cleaned)
        return cleaned

    def save(self) -> bool:
        """Write what differs. False, with a sentence on the form, where somebody else was faster."""
        try:
            with transaction.atomic():
                self._save()
        except IntegrityError:
            self.add_error(None, _("Somebody else changed this at the same moment. Look again, then repeat."))
            return False
        return True

    def _save(self) -> None:
        for condition in self.conditions:
            for place in self._places(condition):
                self._save_reading(condition, place, self.cleaned_data[_name(place)])
        for condition in self._removed(self.cleaned_data):
            condition.delete()

    def _save_reading(self, condition: ExperimentCondition, place: Place, typed: Any) -> None:
        saved = self.saved.get(place)
        if typed == ((saved.status, saved.value) if saved else None):
            return
        if typed is None:
            self.saved[place].delete()
            return
        _condition, biological, technical = place
        reading = saved or ExperimentReading(
            experiment=self.experiment,
            condition=condition,
            biological_replicate=biological,
            technical_replicate=technical,
        )
        reading.status, reading.value = typed
        reading.save()

    def _add_cell(self, condition: ExperimentCondition, biological: int, technical: int) -> None:
        place = (condition.pk, biological, technical)
        saved = self.saved.get(place)
        field = ReadingField(
            readout=self.experiment.readout,
            required=False,
            max_length=40,
            initial=reading_text(saved.status, saved.value) if saved else "",
        )
        label = _("%(condition)s: biological replicate %(biological)s, technical replicate %(technical)s") % {
            "condition": condition,
            "biological": biological,
            "technical": technical,
        }
        field.widget.attrs |= {"class": "cell narrow", "autocomplete": "off", "aria-label": label}
        self.fields[_name(place)] = field

    def _removed(self, cleaned: dict[str, Any]) -> list[ExperimentCondition]:
        return [condition for condition in self.conditions if cleaned.get(f"remove_{condition.pk}")]

    def _places(self, condition: ExperimentCondition) -> list[Place]:
        return [(condition.pk, biological, technical) for biological in self.biological for technical in self.technical]

    def _most(self, part: int, planned: int) -> int:
        """What is planned, or more where more was read."""
        return max([planned, *(place[part] for place in self.saved)])

    def _say_what_is_saved(self, cleaned: dict[str, Any]) -> None:
        self.add_error(
            None,
            _(
                "Somebody else changed this experiment meanwhile, and nothing was saved. Your values are in the cells; "
                "what is saved stands beside those that differ. Save again to write yours."
            ),
        )
        for condition in self.conditions:
            for place in self._places(condition):
                saved = self.saved.get(place)
                now = (saved.status, saved.value) if saved else None
                if cleaned.get(_name(place), now) != now:
                    text = reading_text(saved.status, saved.value) if saved else _("nothing")
                    self.add_error(_name(place), _("Saved: %(text)s.") % {"text": text})
        self.data = {**self.data.dict(), "version": self.version_read}  # type: ignore[attr-defined]


def _name(place: Place) -> str:
    return "_".join(map(str, ("reading", *place)))
