"""Checks of the specimens that quantitative PCR was made of."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Decalcification
from cases.quality.registry import Severity, check
from cases.sentences import sentence
from expression.models import QpcrSample

LEAST_INTEGRITY = 5
"""Of RNA for qPCR: Fleige & Pfaffl, Mol Aspects Med 2006; 27: 126–139."""


@check(
    code="qpcr-of-acid-decalcified-tissue",
    title=_("qPCR of acid-decalcified tissue"),
    finds=sentence(
        "{specimen} was decalcified in acid and measured by qPCR in run {run}.",
        specimen="specimen__code",
        run="run__code",
    ),
    advice=_("Acid ruins RNA: check the decalcification, or leave the sample out of analyses."),
    severity=Severity.HINT,
    patient="specimen__patient",
)
def qpcr_of_acid_decalcified_tissue() -> QuerySet[QpcrSample]:
    return QpcrSample.objects.filter(specimen__decalcification=Decalcification.ACID)


@check(
    code="qpcr-of-degraded-rna",
    title=_("qPCR of degraded RNA"),
    finds=sentence(
        "{specimen} has an RNA integrity number of {number:g} and was measured by qPCR in run {run}.",
        specimen="specimen__code",
        number="specimen__rna_integrity_number",
        run="run__code",
    ),
    advice=_("Below 5, qPCR is not reliable: check the number, or leave the sample out of analyses."),
    severity=Severity.HINT,
    patient="specimen__patient",
)
def qpcr_of_degraded_rna() -> QuerySet[QpcrSample]:
    return QpcrSample.objects.filter(specimen__rna_integrity_number__lt=LEAST_INTEGRITY)
