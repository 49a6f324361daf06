"""What a manager says when a dashboard is released."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.screened_form import ScreenedTexts


class ReleaseForm(ScreenedTexts):
    """``doubts_read`` is asked for only where there are doubts."""

    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("What viewers find it by. Never write a name.")
    )
    doubts_read = forms.BooleanField(label=_("I have read the warnings; release it all the same"), required=False)
