"""Standard curves, calibrator groups, printed results, MIQE items, the plate, and what people change about a run."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import ConsentStatus, Patient, Role, StudyStatus
from cases.sentences import render
from expression.models import EfficiencySource, QpcrWell, WellTask
from expression.run_report import RunReport
from tests.expression.plates import EXAMPLE, import_run, plan_of
from tests.factories import (
    MembershipFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    StudyFactory,
)

pytestmark = pytest.mark.django_db

CORRECTED = "qpcr/design_and_analysis/appbio_quantstudio_designandanalysis_QS3_Relative_Quantification_example02.xlsx"
VENDOR = {"Unk_400": 1.0, "Unk_800": 1.9492019054602212, "Unk_1600": 3.7086229180120043, "Unk_3200": 7.096613558786854}
"""Rq of RNaseP against IPC, as Design & Analysis printed it."""


@pytest.fixture
def study():
    return StudyFactory(code="SARC")


@pytest.fixture
def run(study):
    return import_run(EXAMPLE, study, unmatched="create")


@pytest.fixture
def enter(client, study):
    def signed_in(role=Role.MANAGER, **fields):
        client.force_login(MembershipFactory(study=study, role=role, **fields).user)
        return client

    return signed_in


def text_of(answer):
    return " ".join(unescape(answer.content.decode()).split())


def page(client, run, name="run", *keys, **query):
    answer = client.get(reverse(f"expression:{name}", args=[run.study.code, run.code, *keys]), query)
    assert answer.status_code == 200
    return text_of(answer)


def report_of(run, **more):
    wells = run.wells.select_related("target__marker", "sample__specimen")
    printed = run.printed_results.select_related("sample", "target")
    return RunReport(run=run, targets=list(run.targets.all()), wells=list(wells), printed=list(printed), **more)


def with_standards(run, target, *, slope=-3.5):
    for number, quantity in enumerate((1, 10, 100, 1000)):
        QpcrWellFactory(
            run=run,
            position=f"N{number + 1}",
            target=target,
            sample=None,
            task=WellTask.STANDARD,
            quantity=quantity,
            cq=35 + slope * number,
        )


def form_data(answer):
    """What the browser would send back."""
    form = answer.context["form"]
    values = {}
    for field in form:
        value = field.value()
        if value is not None and value is not False:
            values[field.html_name] = value
    return values


class TestStandardCurves:
    def test_shown(self, enter, run):
        with_standards(run, run.targets.get(name="RANKL"))
        text = page(enter(), run)
        assert "RANKL: efficiency 1.931 per cycle (slope −3.500, R² 1.0000, 4 wells in 4 dilutions)." in text
        assert '<td class="number">35.000</td>' in text

    def test_adopted(self, enter, run):
        rankl = run.targets.get(name="RANKL")
        with_standards(run, rankl)
        client = enter()
        before = {row.sample.name: row.delta.value for row in report_of(run).rows if row.target == rankl}
        answer = client.post(reverse("expression:run-adopt", args=["SARC", run.code, rankl.pk]), follow=True)
        assert "RANKL is calculated with an efficiency of 1.931 now." in text_of(answer)
        rankl.refresh_from_db()
        assert rankl.efficiency == pytest.approx(10 ** (1 / 3.5))
        assert rankl.efficiency_source == EfficiencySource.CURVE
        after = {row.sample.name: row.delta.value for row in report_of(run).rows if row.target == rankl}
        assert after["EX01-0002-S1"] != before["EX01-0002-S1"]
        assert "RANKL 1.931 (from the standard curve of this run)" in text_of(answer)
        assert "Adopt" not in page(client, run)
        assert "RANKL: efficiency 1.931" in page(client, run, "run-history", kind="qpcrtarget")

    def test_an_efficiency_in_use_follows_no_later_change_silently(self, enter, run):
        rankl = run.targets.get(name="RANKL")
        with_standards(run, rankl)
        client = enter()
        client.post(reverse("expression:run-adopt", args=["SARC", run.code, rankl.pk]))
        QpcrWell.objects.filter(run=run, position="N4").update(omitted=True, cq=25)
        QpcrWell.objects.filter(run=run, position="N1").update(cq=36)
        assert "taken from this curve before its standards changed" in page(client, run)

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"quantity": 5}, "The standards have one quantity only"),
            ({"cq": 25}, "The Cq do not fall as the quantity grows"),
            ({"cq": None, "reading": "undetermined"}, "Every standard is undetermined"),
        ],
    )
    def test_no_curve(self, enter, run, change, sentence):
        rankl = run.targets.get(name="RANKL")
        with_standards(run, rankl)
        QpcrWell.objects.filter(run=run, task=WellTask.STANDARD).update(**change)
        client = enter()
        assert sentence in page(client, run)
        answer = client.post(reverse("expression:run-adopt", args=["SARC", run.code, rankl.pk]), follow=True)
        assert "show no efficiency to adopt" in text_of(answer)
        rankl.refresh_from_db()
        assert rankl.efficiency == 2

    def test_an_unusual_efficiency_is_doubted(self, enter, run):
        with_standards(run, run.targets.get(name="RANKL"), slope=-4.5)
        assert "An efficiency outside 1.8–2.1 is to be doubted." in page(enter(), run)


class TestPrintedResults:
    @pytest.fixture
    def run(self, shared_data, study):
        return import_run(shared_data / CORRECTED, study, code="QS3")

    def quantities(self, run):
        return {row.sample.name: row.quantity.value for row in report_of(run).rows}

    def test_efficiencies_of_the_file_give_the_printed_quantities(self, enter, run):
        assert set(run.targets.values_list("efficiency_source", flat=True)) == {EfficiencySource.FILE}
        ours = self.quantities(run)
        assert {name: ours[name] for name in VENDOR} == pytest.approx(VENDOR, rel=1e-5)
        text = page(enter(), run)
        assert "The instrument’s software printed the same relative quantities: it corrected its Cq" in text
        assert "which takes every efficiency for 2, gives others." in text

    def test_perfect_doubling_differs_and_the_page_says_why(self, enter, run):
        run.targets.update(efficiency=2.0, efficiency_source=EfficiencySource.ASSUMED)
        ours = self.quantities(run)
        assert ours["Unk_3200"] == pytest.approx(2 ** (29.538730028 - 26.484763458 - 29.464909937 + 29.295394899))
        assert abs(ours["Unk_3200"] - VENDOR["Unk_3200"]) > 0.2
        text = page(enter(), run)
        assert "The instrument’s software printed other relative quantities: it corrected its Cq by" in text
        assert '<td class="number">7.096614</td>' in text

    def test_its_standard_curve_gives_the_same_efficiencies(self, enter, run):
        run.targets.update(efficiency=2.0, efficiency_source=EfficiencySource.ASSUMED)
        client = enter()
        for target in run.targets.all():
            client.post(reverse("expression:run-adopt", args=["SARC", run.code, target.pk]))
        ours = self.quantities(run)
        assert {name: ours[name] for name in VENDOR} == pytest.approx(VENDOR, rel=1e-9)

    def test_the_preview_says_it_too(self, shared_data, study):
        plan = plan_of(shared_data / CORRECTED, study, code="QS3")
        notes = [render(finding.sentence) for finding in plan.findings]
        assert any("corrected its Cq by amplification efficiency (IPC 1.827, RNaseP 1.964)" in note for note in notes)


class TestCalibratorGroup:
    def test_geometric_mean_of_the_group_is_one(self, enter, run):
        names = ["EX01-0001-S1", "EX01-0002-S1", "EX01-0003-S1"]
        client = enter()
        chosen = run.samples.filter(name__in=names).values_list("pk", flat=True)
        url = reverse("expression:run-edit", args=["SARC", run.code])
        answer = client.post(url, {**form_data(client.get(url)), "calibrators": list(chosen)})
        assert answer.status_code == 302
        product = 1.0
        for row in report_of(run).rows:
            if row.target.name == "RANKL" and row.sample.name in names:
                product *= row.quantity.value
        assert product == pytest.approx(1, abs=1e-9)
        assert "calibrator the mean of EX01-0001-S1, EX01-0002-S1, EX01-0003-S1" in page(client, run)

    def test_a_member_without_value(self, enter, run):
        run.samples.filter(name="EX01-0008-S1").update(is_calibrator=True)
        assert "The calibrator has no value of this target." in page(enter(), run)

    def test_a_member_who_withdrew_consent(self, enter, run):
        run.samples.filter(name="EX01-0002-S1").update(is_calibrator=True)
        Patient.objects.filter(code="EX01-0001").update(consent_status=ConsentStatus.WITHDRAWN)
        text = page(enter(), run)
        assert "A calibrator of this run cannot be used" in text
        assert "EX01-0001" not in text


class TestPolicy:
    def test_limit_by_default(self, enter, run):
        assert "≥ 21.476" in page(enter(), run)

    def test_counted_as_the_last_cycle(self, enter, run):
        text = page(enter(), run, undetermined="limit")
        assert "≥ 21.476" not in text
        assert "21.476" in text
        assert "<li>undetermined wells count as the last cycle</li>" in text

    def test_left_out(self, enter, run):
        text = page(enter(), run, undetermined="excluded")
        assert "The target is undetermined in every well." in text

    def test_nonsense(self, enter, run):
        assert "undetermined wells give a limit" in page(enter(), run, undetermined="perhaps")

    def test_in_the_file(self, enter, run):
        text = page(enter(), run, "run-csv", undetermined="limit")
        assert ",limit,2.0,assumed," in text


class TestMiqe:
    def test_typed(self, enter, run):
        client = enter()
        assert "4 of 15 MIQE items reported" in page(client, run)
        url = reverse("expression:run-edit", args=["SARC", run.code])
        data = form_data(client.get(url)) | {"rt_kit": "SuperScript IV, random hexamers", "rna_input_ng": "500"}
        assert client.post(url, data).status_code == 302
        text = page(client, run)
        assert "6 of 15 MIQE items reported" in text
        assert "500 ng" in text
        assert "calibrator EX01-0001-S1" in text

    def test_fewer_cycles_than_a_cq(self, enter, run):
        client = enter()
        url = reverse("expression:run-edit", args=["SARC", run.code])
        answer = client.post(url, form_data(client.get(url)) | {"cycles": "20"})
        assert answer.status_code == 200
        assert "the run had at least as many cycles" in text_of(answer)

    def test_a_target(self, enter, run):
        client = enter()
        rankl = run.targets.get(name="RANKL")
        url = reverse("expression:run-target", args=["SARC", run.code, rankl.pk])
        data = form_data(client.get(url))
        client.post(url, data | {"assay_id": "Hs00243522_m1"})
        rankl.refresh_from_db()
        assert (rankl.assay_id, rankl.efficiency_source) == ("Hs00243522_m1", EfficiencySource.ASSUMED)
        client.post(url, form_data(client.get(url)) | {"efficiency": "1.93"})
        rankl.refresh_from_db()
        assert (rankl.efficiency, rankl.efficiency_source) == (1.93, EfficiencySource.ENTERED)
        answer = client.post(url, form_data(client.get(url)) | {"efficiency": "3"})
        assert answer.status_code == 200
        answer = client.post(url, form_data(client.get(url)) | {"efficiency": "1"})
        assert "nothing is amplified" in text_of(answer)


class TestPlate:
    def test_every_well_in_words(self, enter, run):
        text = page(enter(), run, "run-plate", target="RANKL")
        assert 'aria-label="A1: EX01-0001-S1, RANKL, Sample, Cq 31.292"' in text
        assert "No-template control, Undetermined" in text
        assert text.count("<tr>") == 17

    def test_small_plate(self, enter, study):
        run = QpcrRunFactory(study=study)
        QpcrWellFactory(run=run, position="H12")
        assert page(enter(), run, "run-plate").count("<tr>") == 9

    def test_empty_run(self, enter, study):
        assert "Plate" in page(enter(), QpcrRunFactory(study=study), "run-plate")

    def test_all_the_same(self, enter, study):
        run = QpcrRunFactory(study=study)
        target = QpcrTargetFactory(run=run)
        for position in ("A1", "A2"):
            QpcrWellFactory(run=run, target=target, position=position, cq=25)
        assert page(enter(), run, "run-plate").count('class="well read step-5"') == 2

    def test_wells_of_withdrawn_patients_are_taken_and_not_told(self, enter, run):
        Patient.objects.filter(code="EX01-0005").update(consent_status=ConsentStatus.WITHDRAWN)
        text = page(enter(), run, "run-plate")
        assert "EX01-0005" not in text
        assert "of a patient you may not see" in text

    def test_kinds_are_told_apart(self, enter, run):
        text = page(enter(), run, "run-plate", target="RANKL")
        for kind in ("well undetermined", "well read step-", "control"):
            assert f'class="{kind}' in text or kind in text
        omitted = run.wells.get(omitted=True)
        text = page(enter(), run, "run-plate", target=omitted.target.name)
        assert re.search(r'class="well [a-z]+ left-out"', text)
        assert ", omitted" in text


class TestWells:
    @pytest.fixture
    def well(self, run):
        return run.wells.filter(sample__name="EX01-0002-S1", target__name="RANKL").first()

    def url(self, run, well):
        return reverse("expression:run-well", args=["SARC", run.code, well.pk])

    def test_left_out_and_taken_back(self, enter, run, well):
        client = enter(role=Role.DATA_ENTRY)

        def value():
            [row] = [r for r in report_of(run).rows if (r.sample, r.target) == (well.sample, well.target)]
            return row.delta.value, row.delta.wells

        before = value()
        data = form_data(client.get(self.url(run, well)))
        answer = client.post(self.url(run, well), {**data, "omitted": "on", "reason": "Bubble in the well"})
        assert answer.status_code == 302
        assert value()[1] == before[1] - 1
        assert value()[0] != before[0]
        text = page(client, run, "run-well", well.pk)
        assert "“Bubble in the well”" in text
        data = form_data(client.get(self.url(run, well)))
        data.pop("omitted")
        client.post(self.url(run, well), {**data, "reason": "Read again"})
        assert value() == before
        history = page(client, run, "run-history")
        assert "Bubble in the well" in history
        assert "Read again" in history

    def test_needs_a_reason(self, enter, run, well):
        client = enter()
        data = form_data(client.get(self.url(run, well)))
        answer = client.post(self.url(run, well), {**data, "omitted": "on"})
        assert answer.status_code == 200
        well.refresh_from_db()
        assert well.omitted is False

    def test_researchers_read(self, enter, run, well):
        client = enter(role=Role.RESEARCHER)
        assert "Reason" not in page(client, run, "run-well", well.pk)
        assert client.post(self.url(run, well), {"omitted": "on", "reason": "x"}).status_code == 403
        well.refresh_from_db()
        assert well.omitted is False

    def test_of_a_withdrawn_patient(self, enter, run, well):
        Patient.objects.filter(code="EX01-0002").update(consent_status=ConsentStatus.WITHDRAWN)
        assert enter().get(self.url(run, well)).status_code == 404

    def test_of_another_run(self, enter, run):
        other = QpcrWellFactory(run=QpcrRunFactory(study=run.study))
        assert enter().get(self.url(run, other)).status_code == 404


class TestRights:
    def test_only_those_who_enter_for_the_whole_study_change(self, enter, run):
        target = run.targets.get(name="RANKL")
        with_standards(run, target)
        addresses = [
            reverse("expression:run-edit", args=["SARC", run.code]),
            reverse("expression:run-target", args=["SARC", run.code, target.pk]),
            reverse("expression:run-adopt", args=["SARC", run.code, target.pk]),
        ]
        for role, status in ((Role.VIEWER, 403), (Role.RESEARCHER, 403)):
            client = enter(role=role)
            assert [client.post(address).status_code for address in addresses] == [status] * 3
        target.refresh_from_db()
        assert target.efficiency == 2

    def test_locked_study(self, enter, study, run):
        study.status = StudyStatus.LOCKED
        study.save()
        client = enter()
        assert client.get(reverse("expression:run-edit", args=["SARC", run.code])).status_code == 403
        assert "Change</a>" not in page(client, run)

    def test_a_target_of_another_run(self, enter, run):
        other = QpcrTargetFactory()
        client = enter()
        for name in ("run-target", "run-adopt"):
            address = reverse(f"expression:{name}", args=["SARC", run.code, other.pk])
            assert client.post(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "query"), [("run-plate", {}), ("run-history", {"kind": "qpcrwell"}), ("run-edit", {})]
)
def test_number_of_queries(enter, study, run, name, query):
    client = enter()
    small = QpcrRunFactory(study=study)
    QpcrWellFactory(run=small, sample=QpcrSampleFactory(run=small))

    def queries(code):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"expression:{name}", args=["SARC", code]), query).status_code == 200
        return len(captured)

    queries(small.code)
    assert queries(small.code) == queries(run.code)
