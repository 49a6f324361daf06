"""The vocabularies a manager extends without a release: one declaration each makes its list, its form, its endpoint.

Terms are shared by all studies. Anybody who manages a study may add one, and correct it until a record names it;
then only an administrator changes it, for it would change what others entered.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import django_tables2 as tables
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import modelform_factory
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.filters import FacetedFilterSet, Search
from cases.forms import RowForm
from cases.models import AdverseEventTerm, Histology, LaboratoryTest, Study, Topography, TreatmentAgent
from cases.models.vocabulary import CodedTerm
from cases.search import text_paths


class TermTable(tables.Table):
    """Terms of one vocabulary, for one study's manager."""

    vocabulary: ClassVar[str]
    caption: ClassVar[str | Promise]

    name = tables.Column(linkify=lambda record, table: table.url_of(record))
    is_used = tables.BooleanColumn(verbose_name=_("In use"), yesno=(_("Yes"), _("No")), null=False)

    class Meta:
        order_by = "name"
        empty_text = _("No term matches.")

    def __init__(self, *args: Any, study: Study, changes_used: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.study, self.changes_used = study, changes_used

    def url_of(self, term: Any) -> str | None:
        if term.is_used and not self.changes_used:
            return None
        return reverse("cases:vocabulary-edit", args=[self.study.code, self.vocabulary, term.pk])

    def render_synonyms(self, value: list[str]) -> str:
        return ", ".join(value)


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """``fields`` are the columns of the list and the fields of the form."""

    name: str
    model: type[CodedTerm]
    heading: str | Promise
    fields: tuple[str, ...]

    @property
    def form(self) -> Any:
        """The form of one term."""
        comma: Any = {"synonyms": _("Separated by commas.")} if "synonyms" in self.fields else None
        return modelform_factory(self.model, form=RowForm, fields=self.fields, help_texts=comma)

    @property
    def filter_set(self) -> Any:
        """Search over every text of a term."""
        search = Search(paths=text_paths(self.model))
        meta = type("Meta", (), {"model": self.model, "fields": []})
        return type(f"{self.model.__name__}Filter", (FacetedFilterSet,), {"search": search, "Meta": meta})

    @property
    def table(self) -> Any:
        """The terms; those the person may change lead to their form."""
        meta = type(
            "Meta", (TermTable.Meta,), {"model": self.model, "fields": self.fields, "sequence": ("...", "is_used")}
        )
        attributes = {"caption": self.heading, "vocabulary": self.name, "Meta": meta}
        return type(f"{self.model.__name__}Table", (TermTable,), attributes)

    @property
    def title(self) -> str:
        """Of one term."""
        return str(self.model._meta.verbose_name)

    def terms(self) -> QuerySet[CodedTerm]:
        """Every term; read ``term.is_used``: whether a record of any study names it."""
        used = Q()
        for relation in self.model._meta.related_objects:
            if relation.related_model._meta.app_label == "cases" and relation.name != "events":
                rows = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
                used |= Q(Exists(rows))
        return self.model._default_manager.annotate(is_used=used).order_by("name", "pk")


VOCABULARIES = {
    vocabulary.name: vocabulary
    for vocabulary in (
        Vocabulary(
            name="histologies",
            model=Histology,
            heading=_("Histologies"),
            fields=("name", "name_ja", "short_name", "morphology", "oncotree", "usual_category", "synonyms"),
        ),
        Vocabulary(
            name="topographies", model=Topography, heading=_("Topographies"), fields=("name", "name_ja", "code")
        ),
        Vocabulary(
            name="agents",
            model=TreatmentAgent,
            heading=_("Agents"),
            fields=("name", "name_ja", "code", "treatment_class", "synonyms"),
        ),
        Vocabulary(
            name="adverse-event-terms",
            model=AdverseEventTerm,
            heading=_("Adverse-event terms"),
            fields=("name", "name_ja", "code", "dictionary", "synonyms"),
        ),
        Vocabulary(
            name="laboratory-tests",
            model=LaboratoryTest,
            heading=_("Laboratory tests"),
            fields=("name", "name_ja", "code", "usual_unit", "synonyms"),
        ),
    )
}
