import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import ConsentStatus, Patient, Role
from expression.models import QpcrTarget, QpcrWell, WellReading, WellTask
from tests.expression.plates import EXAMPLE, import_run
from tests.factories import (
    MembershipFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SiteFactory,
    StudyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAGES = ["expression:run", "expression:run-wells", "expression:run-csv"]


@pytest.fixture
def study():
    return StudyFactory(code="SARC")


@pytest.fixture
def run(study):
    return import_run(EXAMPLE, study, unmatched="create")


@pytest.fixture
def enter(client, study):
    """Sign in as a member of the study with this role."""

    def signed_in(role=Role.RESEARCHER, **fields):
        client.force_login(MembershipFactory(study=study, role=role, **fields).user)
        return client

    return signed_in


def text_of(answer):
    return " ".join(unescape(answer.content.decode()).split())


def page(client, run, name="expression:run"):
    answer = client.get(reverse(name, args=[run.study.code, run.code]))
    assert answer.status_code == 200
    return text_of(answer)


class TestResults:
    def test_answer_comes_first(self, enter, run):
        text = page(enter(), run)
        assert (
            "RANKL is highest in EX01-0009-S1 (12.8 × calibrator) and lowest in EX01-0001-S1 (1.00 × calibrator) of 10 "
            "samples with a value. Undetermined in 1. Not evaluable in 1."
        ) in text
        assert text.index("RANKL is highest") < text.index("<table")

    def test_basis(self, enter, run):
        text = page(enter(), run)
        for fact in [
            "<li>12 samples</li>",
            "<li>130 wells, 117 Cq, 13 undetermined, 1 omitted</li>",
            "<li>compared with ACTB and GAPDH in all wells of the sample</li>",
            "<li>calibrator EX01-0001-S1</li>",
            "<li>efficiency 2 for every target</li>",
        ]:
            assert fact in text

    def test_rows(self, enter, run):
        """Against R: ΔCq 7.54625, relative quantity 8.152542."""
        text = page(enter(), run)
        assert '<td class="number">7.546</td> <td class="number">8.152542</td>' in text
        assert '<td class="number">≥ 21.476</td> <td class="number">≤ 0.000522511</td>' in text
        assert "Undetermined: a limit instead of a value." in text
        assert text.count("<td>A reference gene is undetermined.</td>") == 3
        assert text.count("<td>Replicates of the target differ.</td>") == 1
        assert "In 1 value the replicates differ" in text
        assert not re.search(r"\b(nan|NaN|None)\b", text)

    def test_what_the_file_says(self, enter, run):
        text = page(enter(), run)
        assert "<dt>Passive Reference</dt> <dd> ROX </dd>" in text
        assert "Comparative Ct (ΔΔCt)" in text

    def test_the_vendors_six_relative_quantities(self, enter, study, shared_data):
        run = import_run(shared_data / "qpcr/quantstudio/appbio_quantstudio_example08.xlsx", study)
        text = page(enter(), run)
        for printed in ["0.665483", "0.557048", "0.745339", "1.101436", "0.760214", "1.113050"]:
            assert f'<td class="number">{printed}</td>' in text
        assert text.count("The calibrator has no value of this target.") == 9
        assert "compared with 18S in the same well (multiplex)" in text

    def test_without_calibrator(self, enter, study):
        run = import_run(EXAMPLE, study, calibrator="")
        text = page(enter(), run)
        assert "RANKL is highest in EX01-0009-S1 (ΔCq 6.895)" in text
        assert "Relative quantity:" not in text

    def test_without_reference_gene(self, enter, study):
        roles = {name: {"role": "target"} for name in ("GAPDH", "ACTB")}
        text = page(enter(), import_run(EXAMPLE, study, targets=roles))
        assert "The run has no reference gene, so there is no ΔCq." in text
        assert "RANKL has a value in none of its samples. Not evaluable in 12." in text

    def test_signal_in_a_control(self, enter, run):
        QpcrWell.objects.filter(run=run, position="P1").update(reading=WellReading.DETECTED, cq=33.2)
        assert (
            "Control well P1 reads RANKL at Cq 33.200, less than 5 cycles after the weakest sample (31.371). The "
            "reagents may be contaminated."
        ) in page(enter(), run)

    def test_no_control(self, enter, run):
        QpcrWell.objects.filter(run=run, task=WellTask.NO_TEMPLATE).delete()
        assert "The run has no control without template" in page(enter(), run)

    def test_efficiencies(self, enter, run):
        QpcrTarget.objects.filter(run=run, name="RANKL").update(efficiency=1.9, efficiency_source="entered")
        text = page(enter(), run)
        assert "<li>efficiency RANKL 1.9 (entered), RANK 2 (assumed perfect), OPG 2 (assumed perfect)," in text

    def test_one_sample(self, enter, study):
        run = QpcrRunFactory(study=study)
        sample = QpcrSampleFactory(run=run, name="S1")
        for role, cq in [("target", 25.0), ("reference", 18.0)]:
            target = QpcrTargetFactory(run=run, name=role, role=role)
            QpcrWellFactory(run=run, sample=sample, target=target, cq=cq)
        assert "target has a value in one sample, S1 (ΔCq 7.000)." in page(enter(), run)

    def test_empty_run(self, enter, study):
        run = QpcrRunFactory(study=study)
        text = page(enter(), run)
        assert "The run has no sample with a target." in text
        assert "Its readings are on the page of the wells." in text
        assert "Nothing here yet." in page(enter(), run, "expression:run-wells")

    def test_withdrawn_consent(self, enter, run):
        Patient.objects.filter(code="EX01-0005").update(consent_status=ConsentStatus.WITHDRAWN)
        client = enter(role=Role.MANAGER)
        assert "EX01-0005" not in page(client, run)
        assert "EX01-0005" not in page(client, run, "expression:run-csv")
        assert "of 120" in page(client, run, "expression:run-wells")

    def test_withdrawn_consent_of_the_calibrator(self, enter, run):
        Patient.objects.filter(code="EX01-0001").update(consent_status=ConsentStatus.WITHDRAWN)
        text = page(enter(), run)
        assert "EX01-0001" not in text
        assert "RANKL is highest in EX01-0009-S1 (ΔCq 6.895)" in text

    def test_in_japanese(self, enter, run):
        client = enter()
        answer = client.get(reverse("expression:run", args=["SARC", run.code]), headers={"Accept-Language": "ja"})
        assert answer.status_code == 200
        assert 'lang="ja"' in text_of(answer)


class TestWells:
    def test_in_the_order_of_the_plate(self, enter, run):
        text = page(enter(), run, "expression:run-wells")
        assert "1–96 of 130" in text
        places = [text.index(f">A{column}</th>") for column in (1, 2, 9, 10)]
        assert places == sorted(places)

    def test_by_cq(self, enter, run):
        client = enter()
        answer = client.get(reverse("expression:run-wells", args=["SARC", run.code]), {"sort": "cq"})
        shown = [row.record.cq for row in answer.context["table"].paginated_rows]
        assert shown == sorted(shown)
        assert len(shown) == 96

    def test_omitted_well(self, enter, run):
        assert "30.455" in page(enter(), run, "expression:run-wells")


class TestList:
    def test_runs(self, enter, run):
        answer = enter().get(reverse("expression:run-list", args=["SARC"]))
        text = text_of(answer)
        assert "1 plate run." in text
        assert f'<a href="{run.get_absolute_url()}">SYNTHETIC-PLATE-1</a>' in text
        assert "OPG, RANK, RANKL" in text
        [row] = answer.context["table"].rows
        assert (row.get_cell("sample_count"), row.get_cell("specimen_count")) == (13, 12)

    def test_empty(self, enter):
        url = reverse("expression:run-list", args=["SARC"])
        assert "No qPCR run yet" in text_of(enter(role=Role.MANAGER).get(url))
        assert "Someone who imports files" in text_of(enter().get(url))

    def test_only_runs_of_the_study(self, enter, run):
        QpcrRunFactory(code="ELSEWHERE")
        assert "ELSEWHERE" not in text_of(enter().get(reverse("expression:run-list", args=["SARC"])))


class TestCsv:
    def rows(self, client, run):
        answer = client.get(reverse("expression:run-csv", args=["SARC", run.code]))
        assert answer["Content-Disposition"] == 'attachment; filename="SYNTHETIC-PLATE-1-delta-cq.csv"'
        return list(csv.DictReader(io.StringIO(answer.content.decode())))

    def test_all_digits(self, enter, run):
        rows = {(row["sample"], row["target"]): row for row in self.rows(enter(may_export=True), run)}
        assert len(rows) == 36
        row = rows["EX01-0002-S1", "RANKL"]
        assert float(row["delta_cq"]) == pytest.approx(7.54625, abs=1e-12)
        assert float(row["relative_quantity"]) == pytest.approx(8.1525421784436443, rel=1e-12)
        assert (row["specimen"], row["patient"], row["marker"]) == ("EX01-0002-S1", "EX01-0002", "TNFSF11")
        limited = rows["EX01-0004-S1", "RANKL"]
        assert (limited["status"], limited["delta_cq"]) == ("undetermined", "")
        assert float(limited["delta_cq_at_least"]) == pytest.approx(21.47575)
        assert rows["EX01-0008-S1", "OPG"]["reason"] == "reference_undetermined"
        assert rows["EX01-0010-S1", "OPG"]["flags"] == "target_replicates"

    def test_names_are_no_formulas(self, enter, study):
        run = QpcrRunFactory(study=study, code="SYNTHETIC-PLATE-1")
        sample = QpcrSampleFactory(run=run, name="=1+1")
        QpcrWellFactory(run=run, sample=sample)
        [row] = self.rows(enter(role=Role.MANAGER), run)
        assert row["sample"] == "'=1+1"

    def test_offered_to_those_who_may(self, enter, run):
        assert "Download CSV" not in page(enter(), run)
        assert "Download CSV" in page(enter(may_export=True), run)


class TestAccess:
    @pytest.fixture(params=["expression:run-list", *PAGES])
    def url(self, request, run):
        args = [run.study.code] if request.param == "expression:run-list" else [run.study.code, run.code]
        return reverse(request.param, args=args)

    def test_not_signed_in(self, client, url):
        answer = client.get(url)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))

    def test_stranger(self, client, url):
        client.force_login(UserFactory())
        assert client.get(url).status_code == 404

    def test_member_of_another_study(self, client, url):
        client.force_login(MembershipFactory(role=Role.MANAGER).user)
        assert client.get(url).status_code == 404

    def test_viewer(self, enter, url):
        assert enter(role=Role.VIEWER).get(url).status_code == 403

    def test_manager(self, enter, url):
        assert enter(role=Role.MANAGER).get(url).status_code == 200

    def test_export_is_a_right_of_its_own(self, enter, run):
        url = reverse("expression:run-csv", args=["SARC", run.code])
        assert enter().get(url).status_code == 403
        assert enter(may_export=True).get(url).status_code == 200

    @pytest.mark.parametrize("name", PAGES)
    def test_a_run_of_another_study_is_not_there(self, enter, run, name):
        other = QpcrRunFactory(code="ELSEWHERE")
        client = enter(role=Role.MANAGER)
        assert client.get(reverse(name, args=["SARC", other.code])).status_code == 404
        assert client.get(reverse(name, args=[other.study.code, other.code])).status_code == 404

    def test_data_entry_of_one_site(self, enter, study, run):
        client = enter(role=Role.DATA_ENTRY, site=SiteFactory(study=study))
        assert client.get(run.get_absolute_url()).status_code == 404
        text = text_of(client.get(reverse("expression:run-list", args=["SARC"])))
        assert "A plate may hold samples of several sites" in text


class TestNumberOfQueries:
    def queries(self, client, url):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    @pytest.mark.parametrize("name", PAGES)
    def test_run(self, enter, study, run, name):
        client = enter(role=Role.MANAGER)
        small = QpcrRunFactory(study=study)
        QpcrWellFactory(run=small)
        client.get(small.get_absolute_url())
        few, many = (self.queries(client, reverse(name, args=["SARC", one.code])) for one in (small, run))
        assert few == many

    def test_list(self, enter, study, run):
        client = enter()
        url = reverse("expression:run-list", args=["SARC"])
        client.get(url)
        few = self.queries(client, url)
        for _ in range(5):
            QpcrWellFactory(run=QpcrRunFactory(study=study))
        assert self.queries(client, url) == few
