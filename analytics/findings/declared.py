"""The published findings on RANKL and denosumab, declared before any answer is looked at."""

from django.utils.translation import gettext_lazy as _

from analytics.findings import estimates
from analytics.findings.base import Finding, Part
from analytics.findings.parts import (
    ABC,
    FD,
    GCTB,
    LMS,
    OPG,
    RANK,
    RANKL,
    RNA,
    TOGETHER,
    above_breast,
    all_of,
    fewer_events,
    hardens,
    in_primary_bone,
    level_with_gctb,
    phosphorylated,
    rich,
)
from analytics.findings.questions import (
    DETECTED,
    association,
    positive,
    responses,
    stains_together,
)
from analytics.findings.rules import Near, Nobody, Somebody
from analytics.spec import Assay
from cases.models import Category, GiantCells, RadiographicType
from expression.models import MarrowFibrosis, Scale

FINDINGS = (
    Finding(
        code="F1",
        claim=_("About 70% of bone metastases show sclerosis after denosumab, examined by primary site."),
        reported=_("About 70%"),
        parts=(
            Part(
                code="F1",
                claim=_("The share of bone metastases with sclerosis is about 70%."),
                question=responses(grouping="primary_site", only={"category": Category.BONE_METASTASIS.value}),
                reads=estimates.share(),
                rule=Near(reported=0.7, widest=0.3),
            ),
        ),
    ),
    Finding(
        code="F2",
        claim=_("Skeletal-related events are fewer where sclerosis occurred."),
        reported=_("Fewer; no number"),
        parts=(fewer_events("F2", _("After sclerosis the hazard of the first event is lower."), lung=False),),
    ),
    Finding(
        code="F3",
        claim=_("In lung cancer, too, skeletal-related events are fewer where sclerosis occurred."),
        reported=_("Fewer; no number"),
        parts=(fewer_events("F3", _("In lung cancer the hazard is lower after sclerosis."), lung=True),),
    ),
    Finding(
        code="F4",
        claim=_("All small-cell, EGFR-mutated and ALK-fused lung cancers turn sclerotic."),
        reported=_("All cases"),
        parts=(
            all_of(
                "F4-small-cell",
                _("All small-cell lung cancers respond."),
                grouping="histology",
                groups=("Small cell lung carcinoma",),
            ),
            all_of(
                "F4-EGFR",
                _("All lung cancers with an EGFR mutation respond."),
                grouping="alteration",
                gene="EGFR",
                groups=DETECTED,
            ),
            all_of(
                "F4-ALK",
                _("All lung cancers with an ALK fusion respond."),
                grouping="alteration",
                gene="ALK",
                groups=DETECTED,
            ),
        ),
    ),
    Finding(
        code="F5",
        claim=_(
            "Giant cell tumour of bone, leiomyosarcoma with giant cells, aneurysmal bone cyst and fibrous dysplasia "
            "harden, too."
        ),
        reported=_("They harden; no number, read as more than half"),
        parts=(
            hardens("F5-GCTB", _("More than half of giant cell tumours of bone respond."), GCTB),
            hardens(
                "F5-LMS",
                _("More than half of leiomyosarcomas with giant cells respond."),
                LMS,
                giant_cells=GiantCells.PRESENT.value,
            ),
            hardens("F5-ABC", _("More than half of aneurysmal bone cysts respond."), ABC),
            hardens("F5-FD", _("More than half of fibrous dysplasias respond."), FD),
        ),
    ),
    Finding(
        code="F6",
        claim=_(
            "RANKL mRNA in aneurysmal bone cyst and fibrous dysplasia is above breast-cancer bone metastasis and level "
            "with giant cell tumour of bone."
        ),
        reported=_("Above; level, read as within one cycle"),
        parts=(
            above_breast("F6-ABC", _("Aneurysmal bone cyst is above breast-cancer metastasis."), ABC),
            above_breast("F6-FD", _("Fibrous dysplasia is above breast-cancer metastasis."), FD),
            level_with_gctb("F6-ABC-level", _("Aneurysmal bone cyst is level with giant cell tumour of bone."), ABC),
            level_with_gctb("F6-FD-level", _("Fibrous dysplasia is level with giant cell tumour of bone."), FD),
        ),
    ),
    Finding(
        code="F7",
        claim=_(
            "RANKL, RANK and OPG are high in tenosynovial giant cell tumour, leiomyosarcoma and undifferentiated "
            "pleomorphic sarcoma, as protein and as RNA."
        ),
        reported=_("High, read as above breast-cancer bone metastasis in all of them"),
        parts=(
            rich("F7-RANKL", _("RANKL mRNA is higher in each of them."), RANKL, *RNA),
            rich("F7-RANK", _("RANK mRNA is higher in each of them."), RANK, *RNA),
            rich("F7-OPG", _("OPG mRNA is higher in each of them."), OPG, *RNA),
            rich("F7-RANKL-protein", _("RANKL protein is higher in each of them."), RANKL, Assay.IHC),
            Part(
                code="F7-concordance",
                claim=_("RANKL protein and RANKL mRNA rise together."),
                question=association((RANKL, (Assay.IHC,)), (RANKL, RNA)),
                reads=estimates.correlation,
                rule=TOGETHER,
                is_test=True,
            ),
        ),
    ),
    Finding(
        code="F8",
        claim=_("A leiomyosarcoma with bone lesions hardened under denosumab."),
        reported=_("One patient"),
        parts=(
            Part(
                code="F8",
                claim=_("At least one leiomyosarcoma responds."),
                question=responses(grouping="histology", groups=(LMS,)),
                reads=estimates.share(LMS),
                rule=Somebody(rare=0.25),
            ),
        ),
    ),
    Finding(
        code="F9",
        claim=_("Marrow fibrosed by chemotherapy shows no RANKL and no osteoclasts."),
        reported=_("None; read as no patient positive by the study's cut-off"),
        parts=(
            Part(
                code="F9-RANKL",
                claim=_("No patient with a fibrosed marrow is positive for RANKL."),
                question=positive(
                    RANKL,
                    grouping="marrow_fibrosis",
                    scale=Scale.H_SCORE.value,
                    category=Category.BONE_MARROW.value,
                ),
                reads=estimates.positive_outside(MarrowFibrosis.MF_0.value),
                rule=Nobody(rare=0.25),
            ),
        ),
        pending=_(
            "Osteoclasts per high-power field are recorded as findings of pathology, which no kind of question counts. "
            "It takes the share of fibrosed marrows without any osteoclast, with its interval."
        ),
    ),
    Finding(
        code="F10",
        claim=_("Which cells express RANKL: stains of RANKL beside TRAP, ALP and SOX9 on the same specimens."),
        reported=_("A comparison; no direction"),
        parts=(
            Part(
                code="F10",
                claim=_("RANKL goes with at least one marker of osteoclasts, osteoblasts or chondrocytes."),
                question=stains_together(RANKL, "ACP5", "ALPL", "SOX9"),
                reads=estimates.strongest_with(RANKL),
                rule=TOGETHER,
                is_test=True,
            ),
        ),
    ),
    Finding(
        code="F11",
        claim=_("IL-6, PTHrP and the phosphorylation of AKT, ERK1/2 and STAT3 are upstream of RANKL."),
        reported=_("Upstream, read as rising together"),
        parts=(
            Part(
                code="F11-IL6",
                claim=_("IL-6 mRNA and RANKL mRNA rise together."),
                question=association(("IL6", RNA), (RANKL, RNA)),
                reads=estimates.correlation,
                rule=TOGETHER,
                is_test=True,
            ),
            Part(
                code="F11-PTHrP",
                claim=_("PTHrP mRNA and RANKL mRNA rise together."),
                question=association(("PTHLH", RNA), (RANKL, RNA)),
                reads=estimates.correlation,
                rule=TOGETHER,
                is_test=True,
            ),
            phosphorylated("F11-AKT", _("Phosphorylation of AKT and RANKL mRNA rise together."), "AKT1", "S473"),
            phosphorylated("F11-ERK", _("Phosphorylation of ERK1 and RANKL mRNA rise together."), "MAPK3", "T202/Y204"),
            phosphorylated("F11-STAT3", _("Phosphorylation of STAT3 and RANKL mRNA rise together."), "STAT3", "Y705"),
        ),
    ),
    Finding(
        code="F12",
        claim=_("In cell lines, cytokines and co-culture change RANKL and RANK."),
        reported=_("Change; no direction"),
        pending=_(
            "Cell experiments have cultures, and every kind of question counts patients. It takes one of dose and time "
            "responses in which biological replicates are n. The readings are on the pages of the experiments."
        ),
    ),
    Finding(
        code="F13",
        claim=_("RANKL is part of bone destruction in primary bone tumours, also in those without giant cells."),
        reported=_("The purpose of the study; read as higher with giant cells, and in lytic lesions"),
        parts=(
            in_primary_bone(
                "F13-RANKL", _("RANKL is higher with giant cells."), RANKL, "giant_cells", "present", "absent"
            ),
            in_primary_bone(
                "F13-RANK", _("RANK is higher with giant cells."), RANK, "giant_cells", "present", "absent"
            ),
            in_primary_bone(
                "F13-lytic",
                _("RANKL is higher in lytic than in mixed lesions."),
                RANKL,
                "radiographic_type",
                RadiographicType.LYTIC.value,
                RadiographicType.MIXED.value,
            ),
        ),
    ),
)
