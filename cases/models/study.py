"""Studies, their sites and their members."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.models.integrity import SameParent, unchangeable
from cases.privacy import Privacy
from cases.screening import compile_record_number

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
code_validator = RegexValidator(CODE_PATTERN, _("Use letters, digits, point, hyphen and underscore."))


class StudyStatus(models.TextChoices):
    OPEN = "open", _("Open")
    LOCKED = "locked", _("Locked")


class ResponseRule(models.TextChoices):
    ANY = "any", _("Any index lesion responds")
    ALL = "all", _("All index lesions respond")


class Role(models.TextChoices):
    VIEWER = "viewer", _("Viewer")
    RESEARCHER = "researcher", _("Researcher")
    DATA_ENTRY = "data_entry", _("Data entry")
    MANAGER = "manager", _("Manager")


@tracked
class Study(models.Model):
    """A group's study: the boundary of rights, codes and comparisons."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    title = models.CharField(_("title"), max_length=200)
    ethics_approval = models.CharField(_("ethics approval number"), max_length=100, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=StudyStatus, default=StudyStatus.OPEN)
    skeletal_event_window_days = models.PositiveSmallIntegerField(
        _("window of skeletal-related events"),
        default=21,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Days from the last counted event from which another one counts; 21 as on the denosumab label."),
    )
    counts_hypercalcaemia = models.BooleanField(
        _("hypercalcaemia counts"),
        default=False,
        help_text=_("The extended definition of skeletal-related events."),
    )
    response_rule = models.CharField(
        _("a patient responds when"), max_length=5, choices=ResponseRule, default=ResponseRule.ANY
    )
    record_number_pattern = models.CharField(
        _("record numbers look like"),
        max_length=100,
        blank=True,
        help_text=_("A regular expression, e.g. [0-9]{8}: texts and codes that match it are warned about."),
    )
    is_synthetic = models.BooleanField(
        _("synthetic"), default=False, help_text=_("Invented patients; every page says so.")
    )

    privacy = {
        "code": Privacy.VOCABULARY,
        "title": Privacy.VOCABULARY,
        "ethics_approval": Privacy.PROVENANCE,
        "skeletal_event_window_days": Privacy.VOCABULARY,
        "record_number_pattern": Privacy.VOCABULARY,
    }

    class Meta:
        verbose_name = _("study")
        verbose_name_plural = _("studies")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="study_code_shape"),
            models.CheckConstraint(condition=Q(status__in=StudyStatus.values), name="study_status_known"),
            models.CheckConstraint(
                condition=Q(skeletal_event_window_days__range=(1, 365)), name="study_event_window_plausible"
            ),
            models.CheckConstraint(
                condition=Q(response_rule__in=ResponseRule.values), name="study_response_rule_known"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("cases:study", args=[self.code])

    def clean(self) -> None:
        """Raise ``ValidationError`` for a pattern of record numbers that cannot be searched with."""
        super().clean()
        try:
            compile_record_number(self.record_number_pattern)
        except ValueError as error:
            raise ValidationError({"record_number_pattern": str(error)}) from error


@tracked
class Site(models.Model):
    """An institution of a multi-centre study."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="sites", verbose_name=_("study"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)

    privacy = {"code": Privacy.VOCABULARY, "name": Privacy.VOCABULARY}

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["study", "code"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "code",
                name="site_code_once_per_study",
                violation_error_message=_("This study already has a site with this code."),
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="site_code_shape"),
        ]
        triggers = [unchangeable("study")]

    def __str__(self) -> str:
        return self.code


@tracked
class Membership(models.Model):
    """What one person may do in one study. ``site`` confines data entry to one site."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="memberships", verbose_name=_("study"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        related_name="memberships",
        null=True,
        blank=True,
        verbose_name=_("only this site"),
        help_text=_("Data entry may be confined to one site."),
    )
    may_export = models.BooleanField(
        _("may export"), default=False, help_text=_("Managers always may; viewers never may.")
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["study", "user"]
        constraints = [
            models.UniqueConstraint(
                "study",
                "user",
                name="membership_once_per_person",
                violation_error_message=_("This person is already a member of this study."),
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(site=None) | Q(role=Role.DATA_ENTRY),
                name="membership_site_only_for_data_entry",
                violation_error_message=_("Only data entry can be confined to one site."),
            ),
            models.CheckConstraint(
                condition=Q(may_export=False) | ~Q(role=Role.VIEWER),
                name="membership_viewer_never_exports",
                violation_error_message=_("A viewer cannot export."),
            ),
        ]
        triggers = [SameParent(reference="site", shared="study")]

    def __str__(self) -> str:
        return f"{self.user} · {self.study} · {self.get_role_display()}"
