"""Forms of the people's pages. What the database refuses, a form says in words beside the field."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import members
from cases.access import Person, StudyRights
from cases.history import because
from cases.models import Membership, Patient, SavedFilter, Site, Study
from cases.models.at_once import rules_of
from cases.models.integrity import CheckedTrigger
from cases.models.vocabulary import CodedTerm
from cases.objections import OBJECTIONS, objection_to
from cases.partial_date import PartialDate
from cases.screened_form import ScreenedRowForm
from cases.sentences import render
from cases.versions import version_of


class RowForm(ScreenedRowForm):
    """Checks every rule of the row, those about fields which the page and not the person fills in too.

    ``given`` names these foreign keys; the instance carries their values. A form about a saved row carries the version
    that was read: whoever saves second is shown ``conflicts`` and chooses. A change of a verified patient's rows needs
    a reason.
    """

    given: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        if self.instance.pk is not None:
            self.fields["version"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=version_of(self.instance)
            )
        if is_verified(self.instance):
            self.fields["reason"] = forms.CharField(
                label=_("Reason for the change"),
                max_length=200,
                help_text=_("This patient is verified. The reason is kept in the history."),
            )

    def _get_validation_exclusions(self) -> set[str]:
        filled = {name for name in self.given if getattr(self.instance, f"{name}_id") is not None}
        return super()._get_validation_exclusions() - filled  # type: ignore[misc]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self._refuse_the_future()
        if self.errors:
            return
        for trigger in rules_of(self.instance):
            if isinstance(trigger, CheckedTrigger):
                try:
                    trigger.check(self.instance)
                except forms.ValidationError as error:
                    self.add_error(trigger.field if trigger.field in self.fields else None, error)

    def _refuse_the_future(self) -> None:
        """What is recorded has happened; a date to come is a slip of the pen."""
        for name in self._names:
            date = self.cleaned_data.get(name)
            if isinstance(date, PartialDate) and date.earliest > timezone.localdate():
                self.add_error(name, _("This date lies in the future."))

    def saved(self, *, by: Person) -> Any:
        """The saved row, or None with an error or with conflicts on the form."""
        try:
            with transaction.atomic(), self._reason():
                if self._changed_meanwhile():
                    return None
                if self._is_objected_to(by):
                    return None
                return self.save()
        except forms.ValidationError as error:
            self.add_error(None, error)
        except IntegrityError:
            self.add_error(None, _("Somebody else changed this at the same moment. Look again, then repeat."))
        return None

    @property
    def _names(self) -> list[str]:
        """The fields of the row, without those that are about the saving."""
        return list(self._meta.fields or [])

    def _is_objected_to(self, person: Person) -> bool:
        """Whether the person may not write such a row; then says why."""
        objection = objection_to(self.instance, user=person)
        if objection:
            field = OBJECTIONS[type(self.instance)].to
            self.add_error(field if field in self.fields else None, render(objection))
        return objection is not None

    def _reason(self) -> AbstractContextManager[None]:
        reason = self.cleaned_data.get("reason")
        return because(reason) if reason else nullcontext()

    def _changed_meanwhile(self) -> bool:
        """Whether the saved row is no longer the one that was read; then says what differs."""
        read = self.cleaned_data.get("version")
        if not read:
            return False
        now = type(self.instance)._default_manager.select_for_update(of=("self",)).filter(pk=self.instance.pk).first()
        if now is None:
            raise forms.ValidationError(_("Somebody else deleted this record meanwhile. Nothing was saved."))
        if version_of(now) == read:
            return False
        self.conflicts = [
            Conflict(name=name, label=str(self[name].label), theirs=shown(now, name), yours=shown(self.instance, name))
            for name in self._names
            if getattr(now, now._meta.get_field(name).attname)
            != getattr(self.instance, self.instance._meta.get_field(name).attname)
        ]
        self.data = {**self.data.dict(), self.add_prefix("version"): version_of(now)}  # type: ignore[attr-defined]
        return True


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A field which two people left with different values."""

    name: str
    label: str
    theirs: str
    yours: str


def shown(row: Any, name: str) -> str:
    """The value of a field as people read it; a dash where it is blank."""
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, CodedTerm):
        return value.with_code
    if isinstance(value, list):
        return ", ".join(str(part) for part in value) or "–"
    return "–" if value in (None, "") else str(value)


def is_verified(row: Any) -> bool:
    """Whether the row is of a verified patient; a core is of its specimen's."""
    if getattr(row, "specimen_id", None) is not None:
        row = row.specimen
    patient = row if isinstance(row, Patient) else getattr(row, "patient", None) if hasattr(row, "patient_id") else None
    return patient is not None and patient.verified_at is not None


class StudyForm(RowForm):
    """What a manager may change of a study."""

    class Meta:
        model = Study
        fields = [
            "title",
            "ethics_approval",
            "status",
            "skeletal_event_window_days",
            "counts_hypercalcaemia",
            "response_rule",
            "record_number_pattern",
        ]


class SiteForm(RowForm):
    given = frozenset({"study"})

    class Meta:
        model = Site
        fields = ["code", "name"]


class PatientForm(RowForm):
    given = frozenset({"study"})

    class Meta:
        model = Patient
        fields = [
            "code",
            "site",
            "sex",
            "birth_year",
            "ecog_at_entry",
            "vital_status",
            "death_date",
            "cause_of_death",
            "last_follow_up_date",
            "consent_status",
            "consent_version",
            "consent_date",
            "consent_scope",
        ]

    def __init__(self, *args: Any, rights: StudyRights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site: Any = self.fields["site"]
        site.queryset = rights.study.sites.all()
        if rights.site_id is not None:
            site.queryset = site.queryset.filter(pk=rights.site_id)
            site.required = True
            site.empty_label = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # No field asks why a value is blank; a reason that a file gave goes when there is a value.
        reasons = self.instance.missing.items()
        self.instance.missing = {name: why for name, why in reasons if cleaned.get(name) in (None, "")}
        return cleaned


class MembershipForm(RowForm):
    """What a member may do."""

    given = frozenset({"study", "user"})

    class Meta:
        model = Membership
        fields = ["role", "site", "may_export"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site: Any = self.fields["site"]
        site.queryset = self.instance.study.sites.all()

    def save(self, commit: bool = True) -> Membership:
        return members.save(membership=self.instance)


class MemberForm(MembershipForm):
    """Adds somebody who has an account."""

    username = forms.CharField(
        label=_("Username"), max_length=150, help_text=_("Of the account the person already has.")
    )
    field_order = ["username"]

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        person = User.objects.filter(username__iexact=username).first()
        if person is None:
            raise forms.ValidationError(_("There is no account of this name. Invite the person instead."))
        if not members.may_join(person):
            raise forms.ValidationError(
                _("This account cannot join yet: its one-time link must be used first, or it is switched off.")
            )
        self.instance.user = person
        return username


class InvitationForm(MembershipForm):
    """Adds somebody new. ``invited_by`` is the manager."""

    username = User._meta.get_field("username").formfield(label=_("Username"))
    full_name = forms.CharField(label=_("Name"), max_length=150, required=False)
    field_order = ["username", "full_name"]

    def __init__(self, *args: Any, invited_by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invited_by = invited_by

    def clean_username(self) -> str:
        username = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(
                _("This username is taken. If it is this person’s account, add them as a member instead.")
            )
        return username

    def save(self, commit: bool = True) -> Membership:
        return members.invite(
            membership=self.instance,
            username=self.cleaned_data["username"],
            full_name=self.cleaned_data["full_name"],
            by=self.invited_by,
        )


class SavedFilterForm(RowForm):
    """The name of a filter. The instance carries the list and the query."""

    given = frozenset({"study", "owner"})

    class Meta:
        model = SavedFilter
        fields = ["name", "is_shared"]

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"list_name", "query"}
