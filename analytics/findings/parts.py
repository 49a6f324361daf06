"""The questions of findings that are asked alike of several diseases, markers or groups.

Margins and smallest worthwhile effects are part of the declaration: a hazard ratio of two thirds, one cycle of qPCR (a
doubling), 25 points of H-score, a correlation of 0.3.
"""

from django.utils.functional import Promise

from analytics.findings import estimates
from analytics.findings.base import Part
from analytics.findings.questions import expression, phosphorylation, responses, skeletal_events
from analytics.findings.rules import Above, Below, Everybody, Within
from analytics.spec import Assay
from cases.models import Category

RANKL, RANK, OPG = "TNFSF11", "TNFRSF11A", "TNFRSF11B"
GCTB, ABC, FD = "Giant cell tumour of bone", "Aneurysmal bone cyst", "Fibrous dysplasia"
LMS, BREAST = "Leiomyosarcoma", "Breast carcinoma"
RICH = (
    "Tenosynovial giant cell tumour, localised",
    "Tenosynovial giant cell tumour, diffuse",
    LMS,
    "Undifferentiated pleomorphic sarcoma",
)
RNA = (Assay.QPCR, Assay.PROFILE)

FEWER = Below(nothing=1, worthwhile=2 / 3)
MOST_HARDEN = Above(nothing=0.5, worthwhile=0.5)
HIGHER = Above(nothing=0, worthwhile=1)
STAINS_HIGHER = Above(nothing=0, worthwhile=25)
TOGETHER = Above(nothing=0, worthwhile=0.3)


def all_of(code: str, claim: Promise, *, grouping: str, groups: tuple[str, ...], gene: str = "") -> Part:
    """All lung cancers of one molecular subtype respond."""
    return Part(
        code=code,
        claim=claim,
        question=responses(grouping=grouping, groups=groups, gene=gene, lung=True),
        reads=estimates.share(groups[0]),
        rule=Everybody(least=0.5),
    )


def hardens(code: str, claim: Promise, histology: str, *, giant_cells: str = "") -> Part:
    """More than half of a histology respond, or of those of it with giant cells."""
    only = {"giant_cells": giant_cells} if giant_cells else {}
    return Part(
        code=code,
        claim=claim,
        question=responses(grouping="histology", groups=(histology,), only=only),
        reads=estimates.share(histology),
        rule=MOST_HARDEN,
    )


def above_breast(code: str, claim: Promise, histology: str) -> Part:
    return Part(
        code=code,
        claim=claim,
        question=expression(
            RANKL, grouping="histology", groups=(histology, BREAST), reference=BREAST, assays=(Assay.QPCR,)
        ),
        reads=estimates.shift,
        rule=HIGHER,
        is_test=True,
    )


def level_with_gctb(code: str, claim: Promise, histology: str) -> Part:
    return Part(
        code=code,
        claim=claim,
        question=expression(
            RANKL, grouping="histology", groups=(histology, GCTB), reference=GCTB, assays=(Assay.QPCR,), margin=1
        ),
        reads=estimates.shift,
        rule=Within(margin=1),
        is_test=True,
    )


def rich(code: str, claim: Promise, marker: str, *assays: Assay) -> Part:
    """A marker is higher in each of the four histologies than in breast-cancer metastasis."""
    return Part(
        code=code,
        claim=claim,
        question=expression(marker, grouping="histology", groups=(*RICH, BREAST), reference=BREAST, assays=assays),
        reads=estimates.least_shift,
        rule=STAINS_HIGHER if Assay.IHC in assays else HIGHER,
        is_test=True,
    )


def in_primary_bone(code: str, claim: Promise, marker: str, grouping: str, first: str, reference: str) -> Part:
    return Part(
        code=code,
        claim=claim,
        question=expression(
            marker,
            grouping=grouping,
            groups=(first, reference),
            reference=reference,
            assays=(Assay.PROFILE, Assay.QPCR),
            category=Category.PRIMARY_BONE.value,
        ),
        reads=estimates.shift,
        rule=HIGHER,
        is_test=True,
    )


def phosphorylated(code: str, claim: Promise, marker: str, site: str) -> Part:
    return Part(
        code=code,
        claim=claim,
        question=phosphorylation(marker, site, beside=(RANKL, RNA)),
        reads=estimates.correlation,
        rule=TOGETHER,
        is_test=True,
    )


def fewer_events(code: str, claim: Promise, *, lung: bool) -> Part:
    return Part(
        code=code,
        claim=claim,
        question=skeletal_events(lung=lung),
        reads=estimates.hazard_ratio_after_response,
        rule=FEWER,
        is_test=True,
    )
