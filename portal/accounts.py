"""Accounts: how they come to be, and what people do with their own."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from knox.models import AuthToken

from portal.tokens import create_token


class AccountAdapter(DefaultAccountAdapter):
    """Closed to sign-up: a manager invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class TokenForm(forms.Form):
    """How long a new token is valid."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        coerce=int,
        choices=[
            (30, gettext_lazy("30 days")),
            (90, gettext_lazy("90 days")),
            (365, gettext_lazy("1 year")),
            ("", gettext_lazy("until it is revoked")),
        ],
        empty_value=None,
        required=False,
        initial=90,
    )


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """The person's own account; a POST makes a token and shows it this once."""
    person = cast(User, request.user)
    form, token = TokenForm(), None
    if request.method == "POST":
        form = TokenForm(request.POST)
        token = _made_token(person, form)
    tokens = AuthToken.objects.filter(user=person).order_by("-created")
    memberships = person.memberships.select_related("study", "site").order_by("study__code")
    context: dict[str, Any] = {"form": form, "token": token, "tokens": tokens, "memberships": memberships}
    return render(request, "portal/account.html", context)


def _made_token(person: User, form: TokenForm) -> str | None:
    if not form.is_valid():
        return None
    try:
        return create_token(person=person, days=form.cleaned_data["days"])
    except forms.ValidationError as refusal:
        form.add_error(None, refusal)
        return None


@require_POST
@login_required
def revoke_token(request: HttpRequest, digest: str) -> HttpResponse:
    """Ends a token of the person's own; one of somebody else's stays untouched."""
    AuthToken.objects.filter(user=request.user, digest=digest).delete()
    messages.success(request, _("The token is revoked."))
    return redirect("account")
