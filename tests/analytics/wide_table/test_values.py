"""The values of the wide table are those of the analyses."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from analytics.kinds.expression_by_group.dataset import load
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.wide_table.forms import WideTableForm
from analytics.wide_table.table import wide_tables
from cases.exporting.forms import with_usual
from cases.exporting.tables import Table, reasons_apart
from cases.jobs import Cancelled, Progress
from cases.models import ConsentStatus, Patient, Role, Study
from tests.analytics.cohort import add_patient, cohort, question
from tests.analytics.stained import StainedStudy
from tests.factories import (
    AntibodyFactory,
    LesionFactory,
    MembershipFactory,
    MolecularAlterationFactory,
    PatientFactory,
    PhosphoSiteFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SiteFactory,
    SpecimenFactory,
)

pytestmark = pytest.mark.django_db

Lines = list[dict[str, Any]]


def table(study: Study, user: User, **chosen: Any) -> Table:
    form = with_usual(WideTableForm, chosen, study=study, user=user)
    assert form.is_valid(), form.errors
    (made,) = wide_tables(form.options, user=user, study=study, progress=Progress())
    return reasons_apart(made)


def lines(study: Study, user: User, **chosen: Any) -> Lines:
    made = table(study, user, **chosen)
    names = [column.name for column in made.columns]
    assert len(set(names)) == len(names)
    return [dict(zip(names, line, strict=True)) for _patient, line in made.lines()]


def compared(spec: ExpressionByGroup, user: User) -> dict[str, float]:
    """The value of each patient in the analysis."""
    samples = load(spec=spec, by=user).samples
    return dict(zip(samples["patient"], samples["patient_value"], strict=True))


def values(rows: Lines, column: str) -> dict[str, float]:
    return {row["patient"]: row[column] for row in rows if row[column] is not None}


def manager(study: Study) -> User:
    return MembershipFactory(study=study, role=Role.MANAGER).user


@pytest.mark.parametrize("consolidation", ["median", "mean", "maximum"])
def test_profiles(consolidation: str) -> None:
    study = cohort()
    add_patient(study, 1.0, 2.0, 6.0)
    user = manager(study)
    rows = lines(study, user, variables=["profile:RNA:TNFSF11"], consolidation=consolidation)
    assert values(rows, "profile_RNA_TNFSF11") == compared(question(study, consolidation=consolidation), user)
    assert rows[-1]["profile_RNA_TNFSF11_specimens"] == 3


def test_scores_by_rule_and_scale() -> None:
    stained = StainedStudy().compared()
    specimen = stained.specimen()
    stained.cores(specimen, 100, 200, None)
    user = manager(stained.study)
    variable = f"ihc:TNFSF11:{stained.antibody.code}:stromal:cytoplasm"
    scales = ["h_score", "irs", "percent_positive"]
    rows = lines(stained.study, user, variables=[variable], scales=scales, rules=["Median v1"])
    for scale in scales:
        expected = compared(stained.question(scale=scale, antibody=stained.antibody.code), user)
        assert values(rows, f"ihc_TNFSF11_AB_1_stromal_cytoplasm_{scale}_Median_v1") == expected


@pytest.mark.parametrize("rows", ["patient", "specimen"])
def test_pieces_make_the_same_table(rows: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reasons, codes, and whether values can be compared are those of all patients, however many are read at once."""
    stained = StainedStudy().compared()
    specimen = stained.specimen()
    stained.cores(specimen, 100, 200, None)
    site = PhosphoSiteFactory(marker=stained.antibody.marker)
    other = AntibodyFactory(study=stained.study, code="AB-2", marker=site.marker, phospho_site=site)
    stained.read(stained.specimen(), 50, antibody=other)
    MolecularAlterationFactory(patient=specimen.patient, result="not_detected", partner="")
    LesionFactory.create_batch(2, patient=specimen.patient, is_index=True)
    user = manager(stained.study)
    whole = table(stained.study, user, rows=rows)
    monkeypatch.setattr("analytics.wide_table.table.PATIENTS_AT_ONCE", 1)
    pieces = table(stained.study, user, rows=rows)
    assert len(list(whole.lines())) == whole.count() == 8
    assert list(pieces.lines()) == list(pieces.lines()) == list(whole.lines())
    assert pieces.columns == whole.columns
    assert [list(column.codes) for column in pieces.columns] == [list(column.codes) for column in whole.columns]
    assert "forms_differ" in [cell for _patient, line in pieces.lines() for cell in line]


def qpcr_study() -> Study:
    run = QpcrRunFactory()
    reference = QpcrTargetFactory(run=run, name="GAPDH", marker=None, role="reference")
    target = QpcrTargetFactory(run=run, name="RANKL")
    for number, cq in enumerate((24.5, 26.25, None)):
        sample = QpcrSampleFactory(run=run, name=f"S{number}", specimen=SpecimenFactory(patient__study=run.study))
        QpcrWellFactory(run=run, sample=sample, target=reference, position=f"A{number + 1}", cq=18.0)
        reading = "undetermined" if cq is None else "detected"
        QpcrWellFactory(run=run, sample=sample, target=target, position=f"B{number + 1}", cq=cq, reading=reading)
    return run.study


@pytest.mark.parametrize(("undetermined", "known"), [("excluded", 2), ("limit", 3)])
def test_delta_cq(undetermined: str, known: int) -> None:
    study = qpcr_study()
    Patient.objects.filter(study=study).update(sex="female")
    user = manager(study)
    marker = study.qpcr_runs.get().targets.exclude(marker=None).get().marker.symbol
    rows = lines(study, user, variables=[f"qpcr:{marker}"], undetermined=undetermined)
    spec = ExpressionByGroup.from_mapping(
        {"study": study.code, "assay": "qpcr", "marker": marker, "grouping": "sex", "undetermined": undetermined}
    )
    found = values(rows, f"qpcr_{marker}")
    assert found == compared(spec, user)
    assert len(found) == known
    if undetermined == "excluded":
        assert [row[f"qpcr_{marker}_missing"] for row in rows] == [None, None, "undetermined"]
    else:
        assert [row[f"qpcr_{marker}_doubts"] for row in rows] == ["none", "none", "at_limit"]


def test_a_value_is_never_missing_without_a_reason() -> None:
    study = cohort({"SSX1": (1.0, 2.0)})
    PatientFactory(study=study)
    for line in lines(study, manager(study)):
        for name in line:
            if f"{name}_missing" in line:
                assert (line[name] is None) == (line[f"{name}_missing"] is not None), name


def test_specimens_have_a_row_each() -> None:
    study = cohort({})
    patient = add_patient(study, 1.5, 2.5)
    SpecimenFactory(patient=patient, code=f"{patient.code}-S3", kind="section")
    rows = lines(study, manager(study), rows="specimen", variables=["profile:RNA:TNFSF11", "specimen_kind", "sex"])
    assert [row["specimen"][-2:] for row in rows] == ["S1", "S2", "S3"]
    assert [row["profile_RNA_TNFSF11"] for row in rows] == [1.5, 2.5, None]
    assert rows[2]["profile_RNA_TNFSF11_missing"] == "not_measured"
    assert rows[2]["specimen_kind"] == "section"


def test_tested_and_negative_is_not_untested() -> None:
    study = cohort({"SSX1": (1.0,)})
    negative = PatientFactory(study=study, code="X-NEGATIVE")
    MolecularAlterationFactory(patient=negative, result="not_detected", partner="")
    PatientFactory(study=study, code="Y-UNTESTED")
    rows = lines(study, manager(study), variables=["alteration:SS18", "fusion_partner:SS18"])
    told = [(row["alteration_SS18"], row["alteration_SS18_missing"]) for row in rows]
    assert told == [("detected", None), ("not_detected", None), (None, "not_tested")]
    assert [row["fusion_partner_SS18"] for row in rows] == ["SSX1", None, None]


def test_only_whom_the_person_may_see_and_the_filter_lets_pass() -> None:
    study = cohort({"SSX1": (1.0, 2.0)})
    gone = PatientFactory(study=study, consent_status=ConsentStatus.WITHDRAWN)
    site = SiteFactory(study=study)
    own = PatientFactory(study=study, site=site, sex="male")
    user = manager(study)
    assert gone.code not in [row["patient"] for row in lines(study, user, variables=["sex"])]
    assert [row["patient"] for row in lines(study, user, variables=["sex"], filter="sex=male")] == [own.code]
    confined = MembershipFactory(site=site, role=Role.DATA_ENTRY, may_export=True).user
    assert [row["patient"] for row in lines(study, confined, variables=["sex"])] == [own.code]


def test_a_stranger_gets_no_row() -> None:
    stained = StainedStudy().compared()
    stranger = MembershipFactory(role=Role.MANAGER).user
    form = with_usual(WideTableForm, {"variables": ["sex"]}, study=stained.study, user=stranger)
    assert form.is_valid()
    (made,) = wide_tables(form.options, user=stranger, study=stained.study, progress=Progress())
    assert list(made.lines()) == []


def test_making_the_table_counts_patients_and_can_be_cancelled() -> None:
    study = cohort({"SSX1": (1.0, 2.0)})
    user = MembershipFactory(study=study, role=Role.MANAGER).user
    form = with_usual(WideTableForm, {"variables": ["sex", "vital_status"]}, study=study, user=user)
    assert form.is_valid(), form.errors
    progress = Progress()
    (made,) = wide_tables(form.options, user=user, study=study, progress=progress)
    assert (made.count(), progress.done, progress.shown_total) == (2, 2, 4)
    progress.cancelled.set()
    with pytest.raises(Cancelled):
        list(wide_tables(form.options, user=user, study=study, progress=progress))
