"""The fields of a form that say by what patients are grouped."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.groupings import GROUPINGS
from cases.models import Criterion

if TYPE_CHECKING:
    from analytics.forms.base import QuestionForm

GROUPING_FIELDS = ("grouping", "gene", "criterion")


def grouping_fields() -> dict[str, forms.Field]:
    """New fields, by name."""
    return {
        "grouping": forms.ChoiceField(label=_("Compare patients by")),
        "gene": forms.ChoiceField(label=_("Gene")),
        "criterion": forms.ChoiceField(label=_("Criterion of response")),
    }


def choose_grouping(form: "QuestionForm", groupings: Iterable[str]) -> None:
    """Choose one of these groupings, and the gene or the criterion it needs; a blank code stands for no grouping."""
    needs = _needs(form.choose("grouping", groupings))
    form.choose("gene", form.catalogue.genes if needs == "gene" else [""])
    form.choose("criterion", form.catalogue.criteria if needs == "criterion" else [""])


def offered_groupings(form: "QuestionForm", groupings: Iterable[str]) -> dict[str, list[tuple[str, Any]]]:
    """The choices of the fields."""
    return {
        "grouping": [(code, GROUPINGS[code].name if code else _("None")) for code in groupings],
        "gene": [(gene, gene) for gene in form.catalogue.genes],
        "criterion": [(code, Criterion(code).label) for code in form.catalogue.criteria],
    }


def without_details(form: "QuestionForm") -> Iterable[str]:
    """The fields that the chosen grouping does not need."""
    needs = _needs(form.chosen["grouping"])
    return [name for name in ("gene", "criterion") if needs != name]


def _needs(grouping: str) -> str:
    return GROUPINGS[grouping].needs if grouping else ""
