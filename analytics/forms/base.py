"""What the form of every kind of question does: it shows a question that can be asked, and parses nothing itself."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.forms.measure import MeasureChoice
from analytics.population import chosen_in, facets
from analytics.spec import POPULATION_PREFIX, Population, Spec
from cases.filters import PatientFilter


class QuestionForm(forms.Form):
    """Refills itself from any query string or earlier question; :meth:`spec` is the question as it stands.

    Fields that cannot matter are left out. A choice that does not exist falls back to the first there is, so that the
    form always shows a question that can be asked; ``stale`` says which choices these were, and nothing is asked
    with them. A kind sets ``spec_class``, the names of its fields in ``question`` and ``finer``, chooses in
    :meth:`choose_all` and offers in :meth:`offered`; ``preview_template`` shows what the question would rest on.
    The fields of its ``measures`` are made, chosen and offered here.
    """

    spec_class: ClassVar[type[Spec]]
    measures: tuple[MeasureChoice, ...] = ()
    question: ClassVar[tuple[str, ...]] = ()
    finer: ClassVar[tuple[str, ...]] = ()
    preview_template: ClassVar[str]

    def __init__(self, asked: QueryDict, *, catalogue: Catalogue, bound: bool) -> None:
        self.catalogue = catalogue
        self.asked = asked
        self.stale: dict[str, Any] = {}
        self.chosen: dict[str, Any] = {}
        self._usual: dict[str, Any] = {}
        self.population_filters: PatientFilter = facets(
            asked, study=catalogue.study, by=catalogue.by, look_up=catalogue.look_up
        )
        self.population: Population = chosen_in(asked)
        if not self.population_filters.is_valid():
            self.stale["population"] = "; ".join(
                str(error) for errors in self.population_filters.errors.values() for error in errors
            )
            self.population = Population()
        for measure in self.measures:
            measure.choose(self)
        self.choose_all()
        super().__init__(data=self.chosen if bound else None, initial=self.chosen)
        offered, without = self.offered(), set(self.without())
        for measure in self.measures:
            self.fields |= measure.fields()
            offered |= measure.offered(self)
            without |= set(measure.without(self))
        for name, options in offered.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        for name in without:
            del self.fields[name]

    @classmethod
    def can_ask(cls, catalogue: Catalogue) -> bool:
        """Whether the study holds what such a question is about; by default, anything measured."""
        return bool(catalogue)

    def choose_all(self) -> None:
        """Fill ``chosen`` with a value for every field that is not of a measure, by :meth:`choose` and its like."""
        raise NotImplementedError

    def offered(self) -> dict[str, list[tuple[str, Any]]]:
        """The choices of fields that depend on the study, with the number of patients behind each."""
        return {}

    def without(self) -> Iterable[str]:
        """The fields that cannot matter to the question as it stands."""
        return ()

    @cached_property
    def preview(self) -> Any:
        """What the question would rest on, counted."""
        raise NotImplementedError

    @property
    def sentence(self) -> SafeString:
        """The question in words."""
        raise NotImplementedError

    @property
    def warnings(self) -> list[str]:
        """Why the question would have no answer, before it is asked."""
        return []

    def choose(self, name: str, options: Iterable[str]) -> str:
        """The wanted option, or the first where there is no such; the first is what usually is chosen."""
        offered = list(options)
        wanted = self.asked.get(name) or offered[0]
        self.chosen[name] = wanted if wanted in offered else offered[0]
        self._usual[name] = offered[0]
        # A lone blank stands for a field that this question does not have.
        if wanted not in offered and offered != [""]:
            self.stale[name] = _("Your choice is not there any more, or not with the others. Choose again.")
        return str(self.chosen[name])

    def choose_several(self, name: str, options: Iterable[str], *, usual: Iterable[str] = ()) -> list[str]:
        """Those of the wanted options there are; without any, the usual ones."""
        offered = list(options)
        found = [code for code in self.asked.getlist(name) if code in offered]
        self._usual[name] = list(usual)
        self.chosen[name] = found or list(usual)
        return list(self.chosen[name])

    def type_in(self, name: str, *, usual: str = "") -> str:
        """A field that is typed; where the address does not have it, what usually stands there."""
        self._usual[name] = usual
        self.chosen[name] = self.asked.get(name, usual)
        return str(self.chosen[name])

    def tick(self, name: str) -> bool:
        """A box that usually is not ticked."""
        self._usual[name] = False
        self.chosen[name] = self.asked.get(name, "") not in ("", "false", "False", "0")
        return bool(self.chosen[name])

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.question if name in self.fields]

    @property
    def finer_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.finer if name in self.fields]

    @property
    def finer_changed(self) -> bool:
        """Whether a finer choice differs from what usually is chosen."""
        return any(self.chosen[name] != self._usual[name] for name in self.finer if name in self.fields)

    def as_asked(self) -> dict[str, Any]:
        """The question as names and values. A kind leaves out what stands for everything."""
        return {name: value for name, value in self.chosen.items() if name in self.fields}

    def spec(self) -> Spec:
        """The question. Raises ``SpecError`` when it cannot be asked."""
        place = {"study": self.catalogue.study.code, "population": self.population.as_json()}
        return self.spec_class.from_mapping({**self.as_asked(), **place})

    def as_query(self) -> str:
        """The query string that shows the form as it stands."""
        given = {name: "on" if value is True else value for name, value in self.chosen.items() if value}
        population = {POPULATION_PREFIX + name: values for name, values in self.population.filters}
        return urlencode(given | population, doseq=True)

    def refuse(self, errors: Mapping[str, Any]) -> None:
        """Put the sentences beside the fields they are about."""
        for name, text in errors.items():
            self.add_error(name if name in self.fields else None, text)
