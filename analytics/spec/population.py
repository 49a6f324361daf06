"""The patients a question is about, as the filters of the list of patients say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from analytics.spec.reading import LONGEST_CODE, FieldReader

MOST_FILTERS = 40
MOST_VALUES = 200


@dataclass(frozen=True)
class Population:
    """``filters`` are names of filters of the list of patients, each with the chosen values; none is everybody.

    Both are sorted, so that equal populations are equal questions. Whether the filters exist is a matter of the
    study, see :func:`analytics.population.check_population`.
    """

    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __bool__(self) -> bool:
        """Whether anybody is left out."""
        return bool(self.filters)

    @classmethod
    def of(cls, filters: Mapping[str, Any]) -> Self:
        """From values by name of the filter; a single value may stand for a list of one. Blank values say nothing."""
        chosen = {
            name: tuple(sorted({value for value in ([values] if isinstance(values, str) else values) if value}))
            for name, values in filters.items()
        }
        return cls(tuple(sorted((name, values) for name, values in chosen.items() if values)))

    @classmethod
    def read(cls, reader: FieldReader, name: str = "population") -> Self:
        """From the field of a question: an object of names and lists of values."""
        sent = reader.value(name)
        if sent in (None, ""):
            return cls()
        if not isinstance(sent, Mapping) or not _readable(sent):
            reader.fail(name, _("Send an object of filter names, each with a list of values."))
            return cls()
        return cls.of(sent)

    def as_json(self) -> dict[str, list[str]]:
        """The filters; :meth:`read` reads them back."""
        return {name: list(values) for name, values in self.filters}


EVERYBODY = Population()


def _readable(sent: Mapping[Any, Any]) -> bool:
    def is_value(value: Any) -> bool:
        return isinstance(value, str) and len(value) <= LONGEST_CODE and (value.isprintable() or not value)

    return len(sent) <= MOST_FILTERS and all(
        is_value(name)
        and (is_value(values) or (isinstance(values, list | tuple) and len(values) <= MOST_VALUES))
        and all(map(is_value, [values] if isinstance(values, str) else values))
        for name, values in sent.items()
    )
