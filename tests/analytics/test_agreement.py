"""Two readers of a block side by side: who sees it, what it counts, and how a consensus comes about."""

from typing import Any

import pytest
from django.test import Client

from analytics.reader_agreement import CoreScores, core_scores, measures
from cases.models import Core, Role
from expression.models import BlindScoring, IhcReading
from tests.factories import BlindScoringFactory, CoreFactory, IhcReadingFactory, MembershipFactory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

NOTHING = {"percent_0": None, "percent_1": None, "percent_2": None, "percent_3": None}
LOST = NOTHING | {"evaluability": "lost"}
SCORES = [("MK", [0, 30, 90, 150, 300, None, 60]), ("TS", [0, 40, 60, 210, 290, 20, None])]
"""H-scores of seven cores; None is lost."""


@pytest.fixture
def scoring() -> BlindScoring:
    scoring = BlindScoringFactory(microarray__code="TMA-A", microarray__columns=8, antibody__code="RANKL-1")
    for column in range(1, 9):
        core = CoreFactory(microarray=scoring.microarray, column=column)
        for reader, scores in SCORES:
            if column <= len(scores):
                read(scoring, core, reader, scores[column - 1])
    return scoring


def read(scoring: BlindScoring, core: Core, reader: str, h_score: int | None, **values: Any) -> IhcReading:
    """A reading with this H-score, made of cells at 3+ alone; None: lost."""
    strong = 0 if h_score is None else h_score / 3
    stained = {"percent_0": 100 - strong, "percent_1": 0, "percent_2": 0, "percent_3": strong}
    if h_score is not None and h_score % 3:
        weak = h_score % 3
        stained = {"percent_0": 100 - weak - h_score // 3, "percent_1": weak, "percent_2": 0, "percent_3": h_score // 3}
    return IhcReadingFactory(
        specimen=core.specimen,
        core=core,
        antibody=scoring.antibody,
        compartment="membrane",
        reader=reader,
        **(LOST if h_score is None else stained),
        **values,
    )


def page(scoring: BlindScoring, role: Role = Role.MANAGER) -> tuple[Client, str]:
    client = Client()
    client.user = MembershipFactory(study=scoring.study, role=role).user  # type: ignore[attr-defined]
    client.force_login(client.user)  # type: ignore[attr-defined]
    grid = f"/studies/{scoring.study.code}/microarrays/TMA-A/scoring/RANKL-1/tumour/membrane"
    return client, f"{grid}/agreement/"


def scored(scoring: BlindScoring, beyond: int = 50) -> list[CoreScores]:
    return core_scores(
        cores=scoring.microarray.cores.order_by("column"),
        readings=IhcReading.objects.select_related("core"),
        readers=("MK", "TS"),
        beyond=beyond,
    )


class TestCores:
    def test_those_to_settle_come_first(self, scoring: BlindScoring) -> None:
        rows = scored(scoring)
        assert [row.core.column for row in rows] == [4, 6, 7, 1, 2, 3, 5]
        assert [row.difference for row in rows] == [-60, None, None, 0, -10, 30, 10]
        assert rows[0].mean == 180
        assert [row.differs_in_evaluability for row in rows[:3]] == [False, True, True]

    def test_the_distance_is_asked_for_and_beyond_means_beyond(self, scoring: BlindScoring) -> None:
        assert [row.core.column for row in scored(scoring, 60) if row.goes_to_adjudication] == [6, 7]
        assert [row.core.column for row in scored(scoring, 29) if row.goes_to_adjudication] == [3, 4, 6, 7]

    def test_both_lost_agree_and_one_reader_alone_has_no_difference(self, scoring: BlindScoring) -> None:
        core = scoring.microarray.cores.get(column=8)
        read(scoring, core, "MK", None)
        (row,) = (row for row in scored(scoring) if row.core == core)
        assert (row.both, row.goes_to_adjudication) == (False, False)
        read(scoring, core, "TS", None)
        (row,) = (row for row in scored(scoring) if row.core == core)
        assert (row.both, row.goes_to_adjudication, row.difference) == (True, False, None)


class TestMeasures:
    def test_the_bias_is_the_mean_difference_of_cores_both_scored(self, scoring: BlindScoring) -> None:
        absolute, limits, bands, evaluable = measures(scored(scoring))
        assert (absolute.n, limits.n, bands.n, evaluable.n) == (5, 5, 5, 7)
        assert limits.effects[0].estimate == pytest.approx((0 - 10 + 30 - 60 + 10) / 5)
        # Chance alone gives 29/49 + 29/49 agreement on what is evaluable: 6/7 · 6/7 + 1/7 · 1/7 = 37/49.
        assert evaluable.effects[0].estimate == pytest.approx((5 / 7 - 37 / 49) / (1 - 37 / 49))

    def test_two_readers_without_a_difference_are_said_in_words(self) -> None:
        scoring = BlindScoringFactory(microarray__code="TMA-A", antibody__code="RANKL-1")
        for column in (1, 2):
            core = CoreFactory(microarray=scoring.microarray, column=column)
            for reader in ("MK", "TS"):
                read(scoring, core, reader, 0)
        absolute, limits, bands, evaluable = measures(scored(scoring))
        assert "All 4 ratings are equal" in absolute.refusal
        assert limits.effects[0].estimate == 0
        assert limits.effects[0].interval is None
        assert "Both observers gave" in bands.refusal
        assert "Both observers gave evaluable to all 2 units" in evaluable.refusal

    def test_no_core_in_common_is_said_in_words(self) -> None:
        assert all(measure.refusal for measure in measures([]))


class TestPage:
    def test_the_answer_comes_first(self, scoring: BlindScoring) -> None:
        client, address = page(scoring, Role.RESEARCHER)
        text = " ".join(client.get(address).content.decode().split())
        assert "MK and TS both read 7 cores;" in text
        assert "in 3 they differ by more than 50" in text
        assert "and 0 of these are settled" in text
        assert "intraclass correlation" in text
        assert "weighted kappa" in text
        assert "nan" not in text.lower().replace("nano", "")
        assert "Settle" not in text
        assert "Open the scoring" not in text

    def test_another_distance_and_the_readers_turned_round(self, scoring: BlindScoring) -> None:
        client, address = page(scoring)
        text = client.get(address, {"first": "TS", "second": "MK", "beyond": "200"}).content.decode()
        assert "TS and MK both read 7 cores;" in " ".join(text.split())
        assert "in 2 they differ by more than 200" in " ".join(text.split())

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({"second": "MK"}, "Choose two different readers."),
            ({"first": "NOBODY"}, "Select a valid choice."),
            ({"beyond": "-1"}, "greater than or equal to 0"),
            ({"beyond": "far"}, "Enter a number."),
        ],
    )
    def test_nonsense_is_refused_in_words(self, scoring: BlindScoring, asked: dict[str, str], sentence: str) -> None:
        client, address = page(scoring)
        text = client.get(address, asked).content.decode()
        assert sentence in text
        assert "MK and TS both read 7 cores;" in " ".join(text.split())

    def test_a_blind_reader_is_told_why_it_is_empty(self, scoring: BlindScoring) -> None:
        client, address = page(scoring, Role.DATA_ENTRY)
        text = client.get(address).content.decode()
        assert "You score this stain blind" in text
        assert "MK and TS" not in text
        assert "150" not in text

    def test_one_reader_alone_is_told_what_to_do(self, scoring: BlindScoring) -> None:
        IhcReading.objects.filter(reader="TS").delete()
        client, address = page(scoring)
        assert "Fewer than two readers" in client.get(address).content.decode()

    def test_strangers_and_viewers(self, scoring: BlindScoring) -> None:
        stranger, _address = page(BlindScoringFactory(microarray__code="TMA-A", antibody__code="RANKL-1"))
        viewer, address = page(scoring, Role.VIEWER)
        assert stranger.get(address).status_code == 404
        assert stranger.post(f"{address}1/4/", {"evaluability": "lost"}).status_code == 404
        assert stranger.post(f"{address}open/").status_code == 404
        assert viewer.get(address).status_code == 403
        assert viewer.get(f"{address}1/4/").status_code == 403

    def test_the_number_of_queries_does_not_grow(self, scoring: BlindScoring) -> None:
        client, address = page(scoring)
        before = queries_of(client, address)
        core = scoring.microarray.cores.get(column=8)
        read(scoring, core, "MK", 30)
        read(scoring, core, "TS", 33)
        assert queries_of(client, address) == before


class TestSettling:
    SETTLED = {"evaluability": "evaluable", "percent_3": "60"}

    def test_a_manager_settles_and_another_changes_it(self, scoring: BlindScoring) -> None:
        for strong in ("60", "50"):
            client, address = page(scoring)
            form = client.get(f"{address}1/4/")
            assert "What the readers saw" in form.content.decode()
            version = form.context["form"]["version"].value() or ""
            answer = client.post(f"{address}1/4/", self.SETTLED | {"percent_3": strong, "version": version})
            assert answer["Location"] == f"{address}#core-1-4"
            consensus = IhcReading.objects.get(is_consensus=True)
            assert (consensus.percent_3, consensus.percent_0) == (int(strong), 100 - int(strong))
            assert consensus.reader == client.user.username  # type: ignore[attr-defined]
        text = " ".join(client.get(address).content.decode().split())
        assert "and 1 of these are settled" in text
        assert IhcReading.objects.filter(is_consensus=False).count() == 14

    def test_a_consensus_begins_no_blind_scoring(self, scoring: BlindScoring) -> None:
        BlindScoring.objects.all().delete()
        client, address = page(scoring)
        client.post(f"{address}1/4/", self.SETTLED)
        assert IhcReading.objects.filter(is_consensus=True).exists()
        assert not BlindScoring.objects.exists()

    def test_a_third_reader_settles_once_a_manager_opened_it(self, scoring: BlindScoring) -> None:
        third, address = page(scoring, Role.DATA_ENTRY)
        answer = third.post(f"{address}1/4/", self.SETTLED)
        assert answer.status_code == 403
        assert "You score this stain blind yourself." in answer.content.decode()
        assert third.post(f"{address}open/").status_code == 403
        manager, _address = page(scoring)
        assert manager.post(f"{address}open/").status_code == 302
        scoring.refresh_from_db()
        assert scoring.opened_by == manager.user  # type: ignore[attr-defined]
        assert third.post(f"{address}1/4/", self.SETTLED).status_code == 302

    def test_a_reader_of_the_core_does_not_settle_it(self, scoring: BlindScoring) -> None:
        reader, address = page(scoring, Role.DATA_ENTRY)
        for core in scoring.microarray.cores.all():
            read(scoring, core, reader.user.username, 30)  # type: ignore[attr-defined]
        answer = reader.post(f"{address}1/4/", self.SETTLED)
        assert answer.status_code == 403
        assert "You read this yourself." in answer.content.decode()
        assert not IhcReading.objects.filter(is_consensus=True).exists()

    def test_what_cannot_be_is_refused_in_words(self, scoring: BlindScoring) -> None:
        client, address = page(scoring)
        text = client.post(f"{address}1/4/", {"evaluability": "evaluable", "percent_3": "101"}).content.decode()
        assert "less than or equal to 100" in text
        assert not IhcReading.objects.filter(is_consensus=True).exists()
