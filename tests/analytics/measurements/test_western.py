"""Ratios of western blots: normalised on their membrane, relative to their calibrator, never mixed beyond that."""

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from analytics.catalogue import Catalogue, check_measure
from analytics.kinds import kind_of, parse
from analytics.kinds.association.spec import Association
from analytics.kinds.expression_by_group.form import ExpressionByGroupForm
from analytics.kinds.expression_by_group.spec import Method
from analytics.kinds.marker_matrix.spec import MarkerMatrix
from analytics.measurements import doubts, measured_patients, measurements
from analytics.spec import Assay, FieldReader, Measure, SpecError
from analytics.stats import NotComparable
from cases.models import ConsentStatus, Patient, Role, Study
from cases.sentences import render
from expression.models import BandForm, CellLine, Lane, Marker, Membrane, PhosphoSite, WesternBlot
from tests.analytics.answers import answered
from tests.factories import (
    BandFactory,
    CellLineFactory,
    DiagnosisFactory,
    LaneFactory,
    MarkerFactory,
    MembershipFactory,
    MembraneFactory,
    PatientFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
    WesternBlotFactory,
)
from tests.r_scripts import assert_r_agrees, needs_r

pytestmark = pytest.mark.django_db


class Blots:
    """A study whose blots have p-STAT3 on one membrane and STAT3 on another, each with its own loading control."""

    def __init__(self) -> None:
        self.study: Study = StudyFactory()
        self.marker: Marker = MarkerFactory(symbol="STAT3", name="STAT3")
        self.site: PhosphoSite = PhosphoSite.objects.get(marker=self.marker, residue="Y705")
        self.lysate: CellLine = CellLineFactory(study=self.study, name="HeLa")

    def blot(self, *, line: CellLine | None = None) -> WesternBlot:
        """With a calibrator lane whose ratio is 1."""
        blot = WesternBlotFactory(study=self.study)
        for name in ("1", "2"):
            MembraneFactory(blot=blot, name=name)
        lane = LaneFactory(blot=blot, specimen=None, line=line or self.lysate, is_calibrator=True)
        self.bands(lane, ratio=1.0)
        return blot

    def loaded(self, blot: WesternBlot, *, ratio: float, patient: Patient | None = None, **bands: Any) -> Lane:
        """A lane with a specimen of a patient, by default a new one."""
        patient = patient or PatientFactory(study=self.study)
        lane = LaneFactory(blot=blot, specimen=SpecimenFactory(patient=patient))
        self.bands(lane, ratio=ratio, **bands)
        return lane

    def bands(
        self, lane: Lane, *, ratio: float, controls: tuple[float, float] = (100.0, 400.0), **phospho: Any
    ) -> None:
        """Loading differs between the membranes, so that only the normalised ratio is ``ratio``."""
        first, second = Membrane.objects.filter(blot=lane.blot).order_by("name")
        for membrane, control in zip((first, second), controls, strict=True):
            plain = {"blot": lane.blot, "lane": lane, "membrane": membrane}
            BandFactory(**plain, form=BandForm.LOADING_CONTROL, marker=None, volume=control)
        shared = {"blot": lane.blot, "lane": lane, "marker": self.marker}
        volume = ratio * 50.0 * controls[0]
        fields = {"form": BandForm.PHOSPHO, "phospho_site": self.site, "volume": volume, **phospho}
        BandFactory(**shared, membrane=first, **fields)
        BandFactory(**shared, membrane=second, form=BandForm.TOTAL, volume=50.0 * controls[1])

    def measure(self, **changes: Any) -> Measure:
        fields = {"assay": Assay.WESTERN, "marker": "STAT3", "phospho_site": "Y705", **changes}
        return Measure(study=self.study.code, **fields)

    def user(self) -> Any:
        return MembershipFactory(study=self.study).user


def test_a_value_is_normalised_on_its_membrane_and_relative_to_its_calibrator() -> None:
    blots = Blots()
    patient = PatientFactory(study=blots.study)
    first, second = blots.blot(), blots.blot()
    lane = blots.loaded(first, ratio=4.0, patient=patient, controls=(250.0, 80.0))
    # The same specimen on another blot: the mean of both log2 values.
    again = LaneFactory(blot=second, specimen=lane.specimen)
    blots.bands(again, ratio=16.0, controls=(30.0, 900.0))
    assert not measurements(measure=blots.measure(), by=blots.user()).values["lanes_left_out"].any()
    # A third lane of it shows no band: the mean of the others is too high, which is told.
    third = LaneFactory(blot=blots.blot(), specimen=lane.specimen)
    blots.bands(third, ratio=1.0, volume=0.0)
    below = blots.loaded(first, ratio=1.0, volume=0.0)
    doubtful = blots.loaded(first, ratio=2.0, saturated=True)
    found = measurements(measure=blots.measure(), by=blots.user())
    assert found.values[["patient_id", "sample"]].to_numpy().tolist() == [[patient.pk, lane.specimen.code]]
    assert found.values["value"].tolist() == pytest.approx([3.0])
    assert [note["code"] for note in doubts(found.values)] == ["lanes-left-out"]
    assert found.unit["en"] == "log2 of phosphorylated ÷ total, relative to the calibrator lane"
    assert found.difference_unit["en"] == "doublings"
    reasons = {item.sample: render(item.reason) for item in found.rejected}
    assert reasons == {below.specimen.code: "Band below detection", doubtful.specimen.code: "A band is saturated"}


def test_blots_with_different_calibrators_are_not_mixed() -> None:
    blots = Blots()
    blots.loaded(blots.blot(), ratio=2.0)
    blots.loaded(blots.blot(line=CellLineFactory(study=blots.study, name="U-2 OS")), ratio=2.0)
    with pytest.raises(NotComparable, match="hold different samples"):
        measurements(measure=blots.measure(), by=blots.user())


def test_nobody_sees_more_than_their_site_and_who_withdrew_is_in_no_number() -> None:
    blots = Blots()
    site = SiteFactory(study=blots.study)
    own = PatientFactory(study=blots.study, site=site)
    blot = blots.blot()
    blots.loaded(blot, ratio=2.0, patient=own)
    blots.loaded(blot, ratio=8.0)
    blots.loaded(blot, ratio=8.0, patient=PatientFactory(study=blots.study, consent_status=ConsentStatus.WITHDRAWN))
    confined = MembershipFactory(site=site, role=Role.DATA_ENTRY).user
    assert measurements(measure=blots.measure(), by=confined).values["patient_id"].tolist() == [own.pk]
    assert list(measured_patients(measure=blots.measure(), by=confined)) == [{"lane__specimen__patient": own.pk}]
    assert len(measurements(measure=blots.measure(), by=blots.user()).values) == 2
    assert Catalogue(study=blots.study, by=confined).phospho_sites("STAT3") == {"Y705": 1}


def form_of(study: Study, query: str) -> ExpressionByGroupForm:
    catalogue = Catalogue(study=study, by=MembershipFactory(study=study).user)
    return ExpressionByGroupForm(QueryDict(query), catalogue=catalogue, bound=False)


def test_nothing_on_a_blot_is_nothing_to_measure() -> None:
    blots = Blots()
    blots.blot()
    found = measurements(measure=blots.measure(), by=blots.user())
    assert found.values.empty
    assert found.rejected == []
    assert not Catalogue(study=blots.study, by=blots.user()).assays


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"assay": "western", "marker": "STAT3", "phospho_site": "Y705", "per_marker": "AKT1"}, "per_marker"),
        ({"assay": "qpcr", "marker": "STAT3", "phospho_site": "Y705"}, "phospho_site"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_field(fields: dict[str, str], field: str) -> None:
    reader = FieldReader(fields)
    Measure.measure_from(reader, study="S")
    assert list(reader.errors) == [field]


def test_a_site_that_does_not_exist_and_a_matrix_are_refused() -> None:
    blots = Blots()
    assert list(check_measure(measure=blots.measure(phospho_site="S1"), study=blots.study)) == ["phospho_site"]
    with pytest.raises(SpecError) as refused:
        MarkerMatrix.from_mapping({"study": "S", "assay": "western", "variables": ["STAT3", "AKT1"]})
    assert list(refused.value.errors) == ["assay"]


def test_the_number_of_queries_does_not_grow_with_blots() -> None:
    blots = Blots()
    user = blots.user()

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            measurements(measure=blots.measure(), by=user)
        return len(captured)

    blots.loaded(blots.blot(), ratio=2.0)
    one = count()
    for ratio in (1.0, 4.0):
        blots.loaded(blots.blot(), ratio=ratio)
    assert count() == one


@needs_r
def test_groups_are_compared_and_r_finds_the_same() -> None:
    blots = Blots()
    blot = blots.blot()
    for giant_cells, ratios in (("present", (2.0, 4.5, 8.25, 6.0)), ("absent", (0.5, 1.25, 2.5, 1.0))):
        for ratio in ratios:
            lane = blots.loaded(blot, ratio=ratio)
            DiagnosisFactory(patient=lane.specimen.patient, giant_cells=giant_cells)
    question = {"study": blots.study.code, "assay": "western", "marker": "STAT3", "phospho_site": "Y705"}
    analysis = answered({**question, "grouping": "giant_cells"}, by=blots.user())
    assert (analysis.result or {})["question"]["marker"]["name"] == "p-STAT3 Y705"
    paragraph = kind_of(analysis).methods_paragraph(spec=parse(analysis.spec), result=analysis.result or {})
    assert "divided by the loading control of their own membrane, and phosphorylated by total protein" in paragraph
    assert_r_agrees(analysis)
    assert Association.field_names() >= {"x_phospho_site", "y_phospho_site"}
    form = form_of(blots.study, f"assay=western&grouping=giant_cells&method={Method.CENSORED}")
    assert form.chosen["phospho_site"] == "Y705"
    assert "p-STAT3" in form.sentence
    assert "per_marker" not in form.fields
    assert list(form.stale) == ["method"]
