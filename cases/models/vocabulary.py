"""Coded vocabularies a manager can extend without a release."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.history import tracked
from cases.privacy import Privacy

MORPHOLOGY_PATTERN = r"^[89][0-9]{3}/[01236]$"
TOPOGRAPHY_PATTERN = r"^C[0-9]{2}(\.[0-9])?$"


class Category(models.TextChoices):
    """What kind of tumour or specimen brought the patient into the study."""

    PRIMARY_BONE = "primary_bone", _("Primary bone tumour")
    SOFT_TISSUE = "soft_tissue", _("Soft-tissue tumour")
    BONE_METASTASIS = "bone_metastasis", _("Bone metastasis")
    BONE_MARROW = "bone_marrow", _("Bone marrow")


class CodedTerm(models.Model):
    """A term with an English and a Japanese name."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    name_ja = models.CharField(_("Japanese name"), max_length=120, blank=True)

    privacy = {"name": Privacy.VOCABULARY, "name_ja": Privacy.VOCABULARY}

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_ja if self.name_ja and get_language() == "ja" else self.name

    @property
    def with_code(self) -> str:
        """The name, and the code of an international classification where the term has one."""
        return str(self)


@tracked
class Histology(CodedTerm):
    """A histological type: WHO 2020 term, ICD-O-3 morphology, OncoTree code where one exists."""

    short_name = models.CharField(_("short name"), max_length=30, blank=True, help_text=_("For axes, e.g. GCTB."))
    morphology = models.CharField(
        _("ICD-O-3 morphology"),
        max_length=6,
        blank=True,
        validators=[RegexValidator(MORPHOLOGY_PATTERN, _("Write it as 9250/1."))],
    )
    oncotree = models.CharField(_("OncoTree code"), max_length=20, blank=True)
    usual_category = models.CharField(_("usual category"), max_length=20, choices=Category)
    synonyms = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("synonyms"))

    privacy = {
        "short_name": Privacy.VOCABULARY,
        "morphology": Privacy.VOCABULARY,
        "oncotree": Privacy.VOCABULARY,
        "synonyms": Privacy.VOCABULARY,
    }

    class Meta:
        verbose_name = _("histology")
        verbose_name_plural = _("histologies")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(morphology="") | Q(morphology__regex=MORPHOLOGY_PATTERN), name="histology_morphology_shape"
            ),
            models.CheckConstraint(condition=Q(usual_category__in=Category.values), name="histology_category_known"),
        ]

    @property
    def with_code(self) -> str:
        return f"{self} {self.morphology}".strip()


@tracked
class Topography(CodedTerm):
    """A site of the body: ICD-O-3 topography."""

    code = models.CharField(
        _("ICD-O-3 topography"),
        max_length=5,
        unique=True,
        validators=[RegexValidator(TOPOGRAPHY_PATTERN, _("Write it as C40.2."))],
    )

    privacy = {"code": Privacy.VOCABULARY}

    class Meta:
        verbose_name = _("topography")
        verbose_name_plural = _("topographies")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=TOPOGRAPHY_PATTERN), name="topography_code_shape"),
        ]

    @property
    def with_code(self) -> str:
        return f"{self} {self.code}"


class TreatmentClass(models.TextChoices):
    ANTIRESORPTIVE = "antiresorptive", _("Antiresorptive")
    CHEMOTHERAPY = "chemotherapy", _("Chemotherapy")
    KINASE_INHIBITOR = "kinase_inhibitor", _("Kinase inhibitor")
    ENDOCRINE = "endocrine", _("Endocrine therapy")
    IMMUNOTHERAPY = "immunotherapy", _("Immunotherapy")
    RADIOTHERAPY = "radiotherapy", _("Radiotherapy")
    SURGERY = "surgery", _("Surgery")
    OTHER = "other", _("Other")


class CodeOfTerm(CodedTerm):
    """A term the portal and files know by a code in letters."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    synonyms = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("synonyms"))

    privacy = {"code": Privacy.VOCABULARY, "synonyms": Privacy.VOCABULARY}

    class Meta:
        abstract = True


@tracked
class TreatmentAgent(CodeOfTerm):
    """What was given or done: denosumab, zoledronic acid, radiotherapy, curettage. ``denosumab`` is the code meant."""

    treatment_class = models.CharField(_("class"), max_length=20, choices=TreatmentClass)

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(treatment_class__in=TreatmentClass.values), name="agent_treatment_class_known"
            )
        ]


class Dictionary(models.TextChoices):
    CTCAE = "ctcae", "CTCAE"
    MEDDRA = "meddra", "MedDRA"


@tracked
class AdverseEventTerm(CodeOfTerm):
    """An adverse event by the dictionary it comes from; CTCAE has no atypical femur fracture, MedDRA has."""

    dictionary = models.CharField(_("dictionary"), max_length=10, choices=Dictionary, default=Dictionary.CTCAE)

    class Meta:
        verbose_name = _("adverse-event term")
        verbose_name_plural = _("adverse-event terms")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(dictionary__in=Dictionary.values), name="adverse_event_dictionary_known")
        ]


@tracked
class LaboratoryTest(CodeOfTerm):
    """A test and the unit it is usually given in."""

    usual_unit = models.CharField(_("usual unit"), max_length=30, blank=True)

    privacy = {"usual_unit": Privacy.VOCABULARY}

    class Meta:
        verbose_name = _("laboratory test")
        verbose_name_plural = _("laboratory tests")
        ordering = ["name"]
