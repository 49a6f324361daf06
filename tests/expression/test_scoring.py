"""The scoring grid: who may score, what is refused in words, and that nobody overwrites anybody silently."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from cases.models import Core, Role, Study
from expression.core_score import colour, in_words, short
from expression.models import BlindScoring, IhcReading
from tests.factories import (
    AntibodyFactory,
    CoreFactory,
    IhcReadingFactory,
    MembershipFactory,
    PatientFactory,
    SiteFactory,
    SpecimenFactory,
    TissueMicroarrayFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

IN_GRID = {"HTTP_HX_REQUEST": "true"}
SCORED = {"evaluability": "evaluable", "percent_1": "10", "percent_2": "20", "percent_3": "30"}
NOTHING = {"percent_0": None, "percent_1": None, "percent_2": None, "percent_3": None}


@pytest.fixture
def core() -> Core:
    """The first of a block; RANKL-1 stains it."""
    core = CoreFactory(microarray__code="TMA-A", specimen__code="S-1")
    AntibodyFactory(study=core.study, code="RANKL-1")
    return core


def address(core: Core, *place: int, stain: str = "RANKL-1/tumour/membrane") -> str:
    grid = f"/studies/{core.study.code}/microarrays/{core.microarray.code}/scoring/{stain}/"
    return grid + "".join(f"{part}/" for part in place)


def client_of(study: Study, role: Role = Role.DATA_ENTRY, **membership: Any) -> Client:
    client = Client()
    client.user = MembershipFactory(study=study, role=role, **membership).user  # type: ignore[attr-defined]
    client.force_login(client.user)  # type: ignore[attr-defined]
    return client


def in_grid(client: Client, core: Core, **data: Any) -> str:
    """The answer to the grid after a save of the core."""
    answer = client.post(address(core, core.row, core.column), data, **IN_GRID)
    assert answer.status_code == 200
    return answer.content.decode()


class TestRights:
    def test_a_stranger_finds_nothing(self, core: Core) -> None:
        stranger = client_of(CoreFactory().study, Role.MANAGER)
        for place in ((), (1, 1)):
            assert stranger.get(address(core, *place)).status_code == 404
            assert stranger.post(address(core, *place), SCORED).status_code == 404
        assert not IhcReading.objects.exists()

    def test_a_viewer_is_refused_and_a_researcher_reads(self, core: Core) -> None:
        IhcReadingFactory(specimen=core.specimen, core=core, antibody__code="A-2", compartment="membrane")
        viewer, researcher = client_of(core.study, Role.VIEWER), client_of(core.study, Role.RESEARCHER)
        assert "Nobody has scored this stain yet" in researcher.get(address(core)).content.decode()
        stain = address(core, stain="A-2/tumour/membrane")
        assert viewer.get(stain).status_code == 403
        assert viewer.post(address(core, 1, 1), SCORED).status_code == 403
        page = researcher.get(stain).content.decode()
        assert "Scores of MK, to be read only." in page
        assert "H-score 90" in page
        assert "score-entry" not in page
        assert researcher.post(address(core, 1, 1), SCORED).status_code == 403

    def test_a_core_of_another_study_is_not_there(self, core: Core) -> None:
        other = CoreFactory(microarray__code="TMA-B", row=2)
        entry = client_of(core.study)
        elsewhere = address(core, 2, 1).replace("TMA-A", "TMA-B")
        assert entry.get(elsewhere).status_code == 404
        assert entry.post(elsewhere, SCORED).status_code == 404
        assert entry.post(address(core, 2, 1), SCORED).status_code == 404
        assert other.study != core.study

    def test_an_antibody_or_a_compartment_nobody_knows_is_not_there(self, core: Core) -> None:
        entry = client_of(core.study)
        AntibodyFactory(code="ELSEWHERE")
        for stain in ("ELSEWHERE/tumour/membrane", "RANKL-1/neuron/membrane", "RANKL-1/tumour/golgi"):
            assert entry.get(address(core, stain=stain)).status_code == 404

    def test_data_entry_of_one_site_scores_its_own_cores(self, core: Core) -> None:
        site = SiteFactory(study=core.study)
        own = CoreFactory(
            microarray=core.microarray,
            column=2,
            specimen=SpecimenFactory(patient=PatientFactory(study=core.study, site=site)),
        )
        control = CoreFactory(microarray=core.microarray, column=3, specimen=None, control_tissue="tonsil")
        confined = client_of(core.study, site=site)
        page = confined.get(address(core)).content.decode()
        assert "S-1" not in page
        assert "of a patient you may not see" in page
        assert "0 of 1 cores read" in page
        assert confined.post(address(core, 1, 1), SCORED).status_code == 404
        assert confined.post(address(core, 1, 3), SCORED).status_code == 403
        assert "data-saved" in in_grid(confined, own, **SCORED)
        assert IhcReading.objects.get().core == own
        assert "data-saved" in in_grid(client_of(core.study), control, **SCORED)

    def test_a_withdrawn_patient_is_not_scored(self, core: Core) -> None:
        type(core.specimen.patient).objects.update(consent_status="withdrawn")
        entry = client_of(core.study)
        assert "S-1" not in entry.get(address(core)).content.decode()
        assert entry.post(address(core, 1, 1), SCORED).status_code == 404

    def test_a_locked_study_is_read_only(self, core: Core) -> None:
        entry = client_of(core.study)
        Study.objects.filter(pk=core.study_id).update(status="locked")
        answer = entry.post(address(core, 1, 1), SCORED)
        assert answer.status_code == 403
        assert "locked" in answer.content.decode()
        assert "score-entry" not in entry.get(address(core)).content.decode()


class TestScores:
    def test_what_is_not_stained_is_the_rest(self, core: Core) -> None:
        entry = client_of(core.study)
        cell = in_grid(entry, core, evaluability="evaluable", percent_1="10", percent_3="30.5")
        reading = IhcReading.objects.get()
        percentages = (reading.percent_0, reading.percent_1, reading.percent_2, reading.percent_3)
        assert percentages == (Decimal("59.5"), 10, 0, Decimal("30.5"))
        assert (reading.specimen, reading.patient) == (core.specimen, core.specimen.patient)
        assert reading.reader == entry.user.username  # type: ignore[attr-defined]
        assert reading.read_on == timezone.localdate().isoformat()
        assert "score-3" in cell
        assert "A-1, S-1: H-score 101.5" in cell
        assert "1 of 1 cores read" in cell

    def test_a_score_of_zero_is_typed_and_a_lost_core_is_none(self, core: Core) -> None:
        entry = client_of(core.study)
        in_grid(entry, core, evaluability="evaluable", percent_1="0")
        assert IhcReading.objects.get().percent_0 == 100
        lost = CoreFactory(microarray=core.microarray, column=2)
        cell = in_grid(entry, lost, evaluability="lost", percent_1="0")
        assert ">L</a>" in cell
        reading = IhcReading.objects.get(core=lost)
        assert (reading.evaluability, reading.percent_0, reading.percent_1) == ("lost", None, None)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"percent_0": "39"}, "0, 1+, 2+ and 3+ add up to 99 %, not to 100 %."),
            ({"percent_0": "41"}, "0, 1+, 2+ and 3+ add up to 101 %, not to 100 %."),
            ({"percent_1": "51"}, "1+, 2+ and 3+ add up to 101 %, more than 100 %."),
            ({"percent_1": "", "percent_2": "", "percent_3": ""}, "Nothing was entered."),
            ({"percent_1": "12,5"}, "Enter a number."),
            ({"percent_1": "-1"}, "greater than or equal to 0"),
            ({"percent_1": "NaN"}, "Enter a number."),
            ({"evaluability": "gone"}, "not one of the available choices"),
            ({"evaluability": ""}, "This field is required."),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, core: Core, typed: dict[str, str], sentence: str) -> None:
        entry = client_of(core.study)
        cell = in_grid(entry, core, **SCORED | typed)
        assert sentence in cell
        assert "Not saved" in cell
        assert "data-saved" not in cell
        page = entry.post(address(core, 1, 1), SCORED | typed).content.decode()
        assert sentence in page
        assert not IhcReading.objects.exists()

    def test_a_core_the_block_has_lost_has_no_score(self, core: Core) -> None:
        Core.objects.update(status="lost")
        entry = client_of(core.study)
        assert "is recorded as “Lost”: it has no score" in in_grid(entry, core, **SCORED)
        assert not IhcReading.objects.exists()
        assert "0 of 0 cores read" in in_grid(entry, core, evaluability="lost")

    def test_a_recorded_summary_is_kept(self, core: Core) -> None:
        entry = client_of(core.study)
        summary = NOTHING | {"recorded_score": 180, "recorded_scale": "h_score"}
        reading = _own(core, entry, **summary)
        assert "H-score 180" in entry.get(address(core)).content.decode()
        cell = in_grid(entry, core, **SCORED, version=_version(entry, core))
        assert "A summary score is recorded here." in cell
        reading.refresh_from_db()
        assert reading.recorded_score == 180

    def test_without_scripts_each_core_has_a_page_and_leads_to_the_next(self, core: Core) -> None:
        CoreFactory(microarray=core.microarray, column=2, status="lost")
        CoreFactory(microarray=core.microarray, row=2, column=4)
        entry = client_of(core.study)
        assert address(core, 1, 1) in entry.get(address(core)).content.decode()
        page = entry.get(address(core, 1, 1)).content.decode()
        assert 'name="percent_3"' in page
        answer = entry.post(address(core, 1, 1), SCORED)
        assert answer["Location"] == address(core, 2, 4)
        answer = entry.post(address(core, 2, 4), {"evaluability": ["", "lost"]})
        assert answer["Location"] == f"{address(core)}#place-2-4"
        assert IhcReading.objects.filter(evaluability="lost").count() == 1


class TestSavingTogether:
    def test_a_newer_score_is_not_overwritten_silently(self, core: Core) -> None:
        """One person in two windows, the second of which saw no score yet."""
        entry = client_of(core.study)
        in_grid(entry, core, **SCORED)
        cell = in_grid(entry, core, evaluability="evaluable", percent_1="100", version="")
        assert "Somebody saved H-score 140 meanwhile." in cell
        assert IhcReading.objects.get().percent_1 == 10
        cell = in_grid(entry, core, evaluability="evaluable", percent_1="100", version=_version(entry, core))
        assert "data-saved" in cell
        assert IhcReading.objects.get().percent_1 == 100

    def test_without_scripts_the_person_chooses(self, core: Core) -> None:
        entry = client_of(core.study)
        in_grid(entry, core, **SCORED)
        page = entry.post(address(core, 1, 1), {"evaluability": "evaluable", "percent_1": "100"}).content.decode()
        assert "What both of you wrote" in page

    @pytest.mark.django_db(transaction=True)
    def test_two_saves_at_the_same_moment_make_one_reading(self, core: Core) -> None:
        clients = [client_of(core.study)]
        clients.append(Client())
        clients[1].force_login(clients[0].user)  # type: ignore[attr-defined]
        together = Barrier(2)

        def save(client: Client, percent: str) -> tuple[bool, str]:
            try:
                with translation.override("en"):
                    together.wait()
                    return "data-saved" in in_grid(client, core, evaluability="evaluable", percent_1=percent), percent
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(save, clients, ["10", "20"]))
        saved = [percent for was_saved, percent in outcomes if was_saved]
        assert len(saved) == 1
        assert IhcReading.objects.get().percent_1 == Decimal(saved[0])

    def test_a_verified_patient_needs_a_reason(self, core: Core) -> None:
        type(core.specimen.patient).objects.update(verified_at=timezone.now())
        entry = client_of(core.study)
        assert "Needed for cores of verified patients" in entry.get(address(core)).content.decode()
        assert "This field is required." in in_grid(entry, core, **SCORED)
        assert not IhcReading.objects.exists()
        assert "looks like" in in_grid(entry, core, **SCORED, reason="Phone 090-1234-5678")
        assert "data-saved" in in_grid(entry, core, **SCORED, reason="Second reading of the block")
        event = IhcReading.objects.get().events.select_related("pgh_context").get()  # type: ignore[attr-defined]
        assert event.pgh_context.metadata["reason"] == "Second reading of the block"


def test_the_grid_asks_the_same_number_of_queries_for_any_number_of_cores(core: Core) -> None:
    entry = client_of(core.study)
    _own(core, entry)
    few = queries_of(entry, address(core))
    for column in range(2, 7):
        another = CoreFactory(microarray=core.microarray, column=column)
        _own(another, entry)
        IhcReadingFactory(
            specimen=another.specimen, core=another, antibody=_antibody(core), compartment="membrane", reader="TS"
        )
    assert queries_of(entry, address(core)) == few


class TestStart:
    def start(self, core: Core) -> str:
        return f"/studies/{core.study.code}/microarrays/TMA-A/scoring/"

    def test_the_choice_of_a_stain_leads_to_its_grid(self, core: Core) -> None:
        entry = client_of(core.study)
        assert "RANKL · RANKL-1" in entry.get(self.start(core)).content.decode()
        stain = {"antibody": "RANKL-1", "cell_type": "tumour", "compartment": "membrane"}
        assert entry.get(self.start(core), stain)["Location"] == address(core)
        page = entry.get(self.start(core), stain | {"antibody": "OTHER"})
        assert "Select a valid choice" in page.content.decode()

    def test_without_an_antibody_it_says_what_to_do(self) -> None:
        core = CoreFactory(microarray__code="TMA-A")
        assert "No antibody yet" in client_of(core.study).get(self.start(core)).content.decode()

    def test_a_block_without_cores_says_what_to_do(self) -> None:
        block = TissueMicroarrayFactory(code="TMA-A")
        AntibodyFactory(study=block.study, code="RANKL-1")
        page = client_of(block.study).get(
            f"/studies/{block.study.code}/microarrays/TMA-A/scoring/RANKL-1/tumour/membrane/"
        )
        assert "No core on this block" in page.content.decode()

    def test_the_page_of_the_block_tells_what_is_scored(self, core: Core) -> None:
        entry = client_of(core.study)
        block = core.microarray.get_absolute_url()
        assert "No core of this block is scored" in entry.get(block).content.decode()
        in_grid(entry, core, **SCORED)
        page = entry.get(block).content.decode()
        assert "RANKL · RANKL-1 · Tumour cell · Membrane" in page
        assert "Blind" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, ("90", "H-score 90", "score-3")),
        ({"percent_0": 100, "percent_1": 0, "percent_2": 0, "percent_3": 0}, ("0", "H-score 0", "score-0")),
        ({"percent_0": 0, "percent_1": 0, "percent_2": 0, "percent_3": 100}, ("300", "H-score 300", "score-9")),
        (NOTHING | {"evaluability": "lost"}, ("L", "Lost", "lost")),
        (NOTHING | {"evaluability": "not_assessable"}, ("X", "Not assessable", "not_assessable")),
        (
            NOTHING | {"recorded_score": 6, "recorded_scale": "irs"},
            ("Immunoreactive score 6", "Immunoreactive score 6", "evaluable"),
        ),
    ],
)
def test_a_reading_in_words_and_colour(values: dict[str, Any], said: tuple[str, str, str]) -> None:
    reading = IhcReadingFactory(**values)
    reading.refresh_from_db()
    assert (short(reading), in_words(reading), colour(reading)) == said


def test_the_first_core_begins_a_blind_scoring_once(core: Core) -> None:
    CoreFactory(microarray=core.microarray, column=2)
    first, second = client_of(core.study), client_of(core.study)
    for client in (first, second):
        assert "data-saved" in in_grid(client, core, **SCORED)
    scoring = BlindScoring.objects.get()
    assert (scoring.microarray, scoring.antibody, scoring.opened_at) == (core.microarray, _antibody(core), None)


def _antibody(core: Core) -> Any:
    return core.study.antibodies.get(code="RANKL-1")


def _own(core: Core, client: Any, **values: Any) -> IhcReading:
    """A reading of the client's person."""
    return IhcReadingFactory(
        specimen=core.specimen,
        core=core,
        antibody=_antibody(core),
        compartment="membrane",
        reader=client.user.username,
        **values,
    )


def _version(client: Client, core: Core) -> str:
    page = client.get(address(core, core.row, core.column))
    return page.context["form"]["version"].value()
