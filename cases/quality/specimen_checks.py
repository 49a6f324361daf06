"""Checks of specimens and of cores of tissue microarrays."""

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from cases.models import Core, Decalcification, Diagnosis, Procedure, Specimen, SpecimenKind
from cases.quality.conditions import a_year_after, surely_before
from cases.quality.registry import Severity, check
from cases.sentences import sentence

EXTRACTS = (SpecimenKind.RNA_EXTRACT, SpecimenKind.PROTEIN_EXTRACT)
CUT_FROM = (SpecimenKind.FFPE_BLOCK, SpecimenKind.FRESH_FROZEN, SpecimenKind.NOT_STATED)
IN_CORES = (SpecimenKind.FFPE_BLOCK, SpecimenKind.SECTION, SpecimenKind.NOT_STATED)


@check(
    code="specimen-after-death",
    title=_("Specimen after the death"),
    finds=sentence(
        "{specimen} was collected on {date}, and the date of death is {death}.",
        specimen="code",
        date="collection_date",
        death="patient__death_date",
    ),
    advice=_("Correct the date or, if it was taken at autopsy, the procedure."),
)
def specimen_after_death() -> QuerySet[Specimen]:
    specimens = Specimen.objects.exclude(procedure=Procedure.AUTOPSY)
    return specimens.filter(surely_before("patient__death_date", "collection_date"))


@check(
    code="specimen-long-before-diagnosis",
    title=_("Specimen long before the diagnosis"),
    finds=sentence(
        "{specimen} was collected on {date}, more than a year before the index diagnosis of {diagnosed}.",
        specimen="code",
        date="collection_date",
        diagnosed="diagnosed",
    ),
    advice=_("Check both dates, and whether the specimen is of this tumour."),
    severity=Severity.HINT,
)
def specimen_long_before_diagnosis() -> QuerySet[Specimen]:
    diagnosed = Diagnosis.objects.filter(patient=OuterRef("patient"), is_index=True).values("date")
    dated = Specimen.objects.exclude(collection_date="").alias(diagnosed=Subquery(diagnosed))
    return dated.filter(surely_before(a_year_after("collection_date"), "diagnosed"))


@check(
    code="specimen-before-its-parent",
    title=_("Specimen collected before what it was made from"),
    finds=sentence(
        "{specimen} was collected on {date}, and what it was made from, {parent}, on {later}.",
        specimen="code",
        date="collection_date",
        parent="parent__code",
        later="parent__collection_date",
    ),
    advice=_("Correct one of the dates: both are of the day the tissue was taken."),
)
def specimen_before_its_parent() -> QuerySet[Specimen]:
    return Specimen.objects.filter(surely_before("collection_date", "parent__collection_date"))


@check(
    code="extract-without-parent",
    title=_("Extract without parent"),
    finds=sentence("{specimen} is an extract, and what it was made from is not recorded.", specimen="code"),
    advice=_("Choose the tissue the extract was made from."),
    severity=Severity.HINT,
)
def extract_without_parent() -> QuerySet[Specimen]:
    return Specimen.objects.filter(kind__in=EXTRACTS, parent=None)


@check(
    code="section-without-block",
    title=_("Section without block"),
    finds=sentence("{specimen} is a section, and the block it was cut from is not recorded.", specimen="code"),
    advice=_("Choose the block the section was cut from."),
)
def section_without_block() -> QuerySet[Specimen]:
    sections = Specimen.objects.filter(kind=SpecimenKind.SECTION)
    return sections.filter(Q(parent=None) | ~Q(parent__kind__in=CUT_FROM))


@check(
    code="rna-of-acid-decalcified-tissue",
    title=_("RNA of acid-decalcified tissue"),
    finds=sentence(
        "{specimen} is RNA of {parent}, which was decalcified in acid.", specimen="code", parent="parent__code"
    ),
    advice=_("Acid ruins RNA: check the decalcification, or leave the extract out of analyses."),
    severity=Severity.HINT,
)
def rna_of_acid_decalcified_tissue() -> QuerySet[Specimen]:
    extracts = Specimen.objects.filter(kind=SpecimenKind.RNA_EXTRACT)
    return extracts.filter(parent__decalcification=Decalcification.ACID)


@check(
    code="core-of-unsuitable-specimen",
    title=_("Core of a specimen that is no tissue block"),
    finds=sentence(
        "A core of {block} comes from {specimen}, which is neither a block nor a section.",
        block="microarray__code",
        specimen="specimen__code",
    ),
    advice=_("Choose the block the core was punched from."),
    patient="specimen__patient",
)
def core_of_unsuitable_specimen() -> QuerySet[Core]:
    return Core.objects.filter(specimen__isnull=False).exclude(specimen__kind__in=IN_CORES)
