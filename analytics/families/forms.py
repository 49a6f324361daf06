"""The forms of families: the declaration, and the choice of one beside a question."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.models import Family
from cases.access import StudyRights
from cases.forms import RowForm


class FamilyForm(RowForm):
    """A declaration; nothing of it can be changed afterwards."""

    given = frozenset({"study", "declared_by"})

    class Meta:
        model = Family
        fields = ["name", "question", "correction"]
        widgets = {"question": forms.Textarea({"rows": 3}), "correction": forms.RadioSelect}


class FamilyChoice(forms.Form):
    """To which family of the study a question belongs, if to any."""

    family = forms.ModelChoiceField(
        queryset=Family.objects.none(),
        required=False,
        label=_("Family of tests"),
        empty_label=_("None: this test stands alone"),
        error_messages={"invalid_choice": _("There is no such family in this study. Choose another.")},
    )

    def __init__(self, *args: Any, rights: StudyRights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["family"]
        field.queryset = Family.objects.filter(study=rights.study)

    @property
    def is_offered(self) -> bool:
        """Whether the study has a family at all."""
        field: Any = self.fields["family"]
        return len(field.queryset) > 0

    @property
    def errors_in_words(self) -> str:
        """What is wrong with the choice."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)
