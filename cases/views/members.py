"""Members of a study and the links a manager hands over."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View
from django_tables2 import SingleTableMixin

from cases import members
from cases.forms import InvitationForm, MemberForm, MembershipForm, RowForm
from cases.models import Membership
from cases.tables import MemberTable
from cases.views.base import RowFormPage, StudyPage

SECONDS_PER_DAY = 24 * 60 * 60


class MembersPage(StudyPage):
    """A page for managers about the members of their study."""

    required_right = "manages"

    @property
    def members(self) -> QuerySet[Membership]:
        return self.study.memberships.select_related("study", "user", "site")

    @cached_property
    def membership(self) -> Membership:
        """The membership named by the address."""
        return get_object_or_404(self.members, pk=self.kwargs["pk"])

    @property
    def back_url(self) -> str:
        return reverse("cases:member-list", args=[self.study.code])

    def link_page(self, membership: Membership) -> HttpResponse:
        """A page that shows a new one-time link; it cannot be shown again."""
        path = members.password_link(person=membership.user, by=self.user)
        context = {
            "membership": membership,
            "link": self.request.build_absolute_uri(path),
            "days": settings.PASSWORD_RESET_TIMEOUT // SECONDS_PER_DAY,
        }
        return render(self.request, "cases/member_link.html", context)


class MemberList(MembersPage, SingleTableMixin, TemplateView):
    template_name = "cases/member_list.html"
    extra_context = {"heading": gettext_lazy("Members")}
    table_class = MemberTable
    table_pagination = False

    def get_table_data(self) -> QuerySet[Membership]:
        return self.members


class MemberAdd(MembersPage, RowFormPage):
    """Adds somebody who has an account. No link: the account is theirs."""

    required_right = "manages"
    form_class: type[MembershipForm] = MemberForm
    title = gettext_lazy("Add a member")

    @cached_property
    def row(self) -> Membership:
        return Membership(study=self.study)


@method_decorator(never_cache, name="dispatch")
class MemberInvite(MemberAdd):
    """Makes an account for somebody new and shows the link with which they choose their password."""

    form_class: type[MembershipForm] = InvitationForm
    title = gettext_lazy("Invite somebody new")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"invited_by": self.user, **super().get_form_kwargs()}

    def form_valid(self, form: RowForm) -> HttpResponse:
        membership = form.saved(by=self.user)
        return self.link_page(membership) if membership else self.form_invalid(form)


class MemberEdit(MembersPage, RowFormPage):
    required_right = "manages"
    template_name = "cases/member.html"
    form_class = MembershipForm
    title = gettext_lazy("Change what a member may do")

    @cached_property
    def row(self) -> Membership:
        return self.membership

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_make_link = members.may_make_link(person=self.membership.user, by=self.user)
        return super().get_context_data(membership=self.membership, may_make_link=may_make_link, **kwargs)


@method_decorator(never_cache, name="dispatch")
class MemberLink(MembersPage, View):
    """Shows a new one-time link for somebody who has not used theirs or forgot the password."""

    http_method_names = ["post"]

    def post(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.link_page(self.membership)


class MemberRemove(MembersPage, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            members.remove(membership=self.membership)
        except ValidationError as refusal:
            messages.error(request, refusal.message)
            return redirect("cases:member-edit", self.study.code, self.membership.pk)
        messages.success(request, _("%(person)s is no longer a member.") % {"person": self.membership.user})
        return redirect(self.back_url if self.membership.user_id != request.user.pk else "home")
