"""RANKL in synovial sarcomas with SSX1 against SSX2: a public cohort, a page, and the answers of R.

R 4.2.2, one value per patient, the median of the samples::

    > d <- read.csv("synovial_sarcoma_log2tpm.csv"); d$patient <- sub("_S[0-9]+$", "", d$sample)
    > a <- aggregate(TNFSF11 ~ patient + SS18_fusion_partner, d[d$SS18_fusion_partner != "", ], median)
    > a$partner <- factor(a$SS18_fusion_partner)
    > coin::pvalue(t <- coin::wilcox_test(TNFSF11 ~ partner, a, distribution = "exact", conf.int = TRUE))
    [1] 0.120860820441237
    > coin::confint(t)   # -0.0136838205021  0.4909165548900, difference in location 0.1547225947985

``exactRankTests::wilcox.exact`` gives W = 169 and the same p.
"""

from pathlib import Path

import pytest
from django.test import Client

from analytics.models import Analysis
from analytics.stats import SHIFT
from cases.models import Role
from tests.analytics.cohort import answered
from tests.analytics.synovial import read_samples, write_synovial_sarcomas
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def analysis(shared_data: Path) -> Analysis:
    study = write_synovial_sarcomas(shared_data)
    return answered(study, MembershipFactory(study=study).user, dataset="SS")


def test_patients_are_compared_not_samples(analysis: Analysis, shared_data: Path) -> None:
    assert len(read_samples(shared_data)) == 36
    groups = [(group["code"], group["patients"], group["samples"]) for group in analysis.result["groups"]]
    assert groups == [("SSX1", 23, 24), ("SSX2", 11, 11)]
    flow = {step["step"]: step["patients"] for step in analysis.result["population"]["flow"]}
    assert flow == {"in_scope": 35, "measured": 35, "grouped": 34, "compared": 34}


def test_the_answers_of_r(analysis: Analysis) -> None:
    comparison = analysis.result["comparison"]
    shift = next(effect for effect in comparison["effects"] if effect["name"] == SHIFT)
    assert comparison["statistic"] == 169
    assert comparison["p_kind"] == "exact"
    assert comparison["p_value"] == pytest.approx(0.120860820441237, abs=1e-12)
    assert shift["estimate"] == pytest.approx(0.1547225947985, abs=1e-12)
    bounds = [shift["interval"]["low"], shift["interval"]["high"]]
    assert bounds == pytest.approx([-0.0136838205021, 0.4909165548900], abs=1e-12)


def test_the_page_says_so(analysis: Analysis) -> None:
    client = Client()
    client.force_login(analysis.requested_by)
    text = client.get(analysis.get_absolute_url()).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "RANKL does not clearly differ between SSX1 and SSX2." in text
    assert "SSX1 minus SSX2: +0.15 log2(TPM+1) (95% interval −0.01 to +0.49), exact p = 0.121." in text
    assert "34 patients · 35 samples" in text
    assert "1 excluded: SS18 fusion partner not known" in text
    assert "Median of the samples" in text


def test_both_samples_of_the_one_patient_are_in_the_frozen_input(analysis: Analysis) -> None:
    rows = [row for row in analysis.frozen_input["rows"] if row[0] == "TH03_0112"]
    assert [row[2] for row in rows] == ["TH03_0112_S01", "TH03_0112_S02"]
    assert rows[0][4] == rows[1][4] == pytest.approx((rows[0][3] + rows[1][3]) / 2)


def test_a_viewer_is_not_told_of_the_one_excluded_patient(analysis: Analysis) -> None:
    manager = MembershipFactory(study=analysis.study, role=Role.MANAGER).user
    client = Client()
    client.force_login(manager)
    client.post(f"{analysis.get_absolute_url()}release/")
    client.force_login(MembershipFactory(study=analysis.study, role=Role.VIEWER).user)
    text = client.get(analysis.get_absolute_url()).content.decode()
    assert "&lt; 5 excluded: SS18 fusion partner not known" in text
    assert "1 excluded" not in text
    assert "In the study" not in text
    assert "sample" not in text.partition("answer-basis")[2].partition("</ul>")[0]
