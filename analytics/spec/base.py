"""The question as one frozen value: codes and choices that decide an answer, and nothing else.

After a form or an API call is parsed into a :class:`Spec`, nobody reads the request again.
"""

import hashlib
import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.spec.population import EVERYBODY, Population
from analytics.spec.reading import FieldReader, SpecError

POPULATION_PREFIX = "only-"
"""Stands before the names of the population's filters in addresses and forms."""


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A question of one kind about the patients of a study, all of them or a chosen ``population``.

    A kind of question adds its fields, names itself in ``kind`` and reads its fields in :meth:`read`.
    """

    kind: ClassVar[str]

    study: str
    population: Population = EVERYBODY

    @classmethod
    def from_mapping(cls, data: Any) -> Self:
        """Parse form data or JSON. Raises :class:`SpecError` with a sentence for every field at fault."""
        if not isinstance(data, Mapping):
            raise SpecError({"question": _("Send the question as an object of names and values.")})
        reader = FieldReader(data)
        for name in data:
            if name not in {*cls.field_names(), "kind"}:
                message = _("There is no such field. Fields are: {names}.")
                reader.fail(str(name), format_lazy(message, names=", ".join(sorted(cls.field_names()))))
        if data.get("kind", cls.kind) != cls.kind:
            reader.fail("kind", format_lazy(_("This is read as a question of the kind “{kind}”."), kind=cls.kind))
        study = reader.text("study", required=True)
        population = Population.read(reader)
        values = cls.read(reader, study=study)
        if reader.errors:
            raise SpecError(reader.errors)
        return cls(study=study, population=population, **values)

    @classmethod
    def field_names(cls) -> set[str]:
        """The names of the fields as they are sent and stored."""
        return {field.name for field in fields(cls)}

    @classmethod
    @abstractmethod
    def read(cls, reader: FieldReader, *, study: str) -> dict[str, Any]:
        """The fields of this kind by name, without study and population; what is wrong goes to ``reader.fail``."""

    def as_json(self) -> dict[str, Any]:
        """The question as JSON; :meth:`from_mapping` reads it back."""
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return {"kind": self.kind, **plain, "population": self.population.as_json()}

    def as_query(self) -> str:
        """The query string that refills the form."""
        plain = {field.name: field.default for field in fields(self)}
        given = {
            name: "on" if value is True else value
            for name, value in self.as_json().items()
            if name not in ("kind", "study", "population") and value and value != plain.get(name)
        }
        population = {POPULATION_PREFIX + name: values for name, values in self.population.filters}
        return urlencode(given | population, doseq=True)

    def digest(self, scope: str) -> str:
        """SHA-256 of the question and of which rows its asker may see, so that reuse never crosses rights."""
        text = json.dumps({"question": self.as_json(), "scope": scope}, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
