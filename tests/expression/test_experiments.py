"""Cell lines and cell experiments on the pages: designed, filled in, answered by biological replicates."""

import csv
import io
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Role, Study
from expression.experiment_forms import MOST_CELLS
from expression.models import CellExperiment, CellLine, ExperimentReading
from tests.factories import (
    CellExperimentFactory,
    CellLineFactory,
    ExperimentConditionFactory,
    ExperimentReadingFactory,
    LaneFactory,
    MarkerFactory,
    MembershipFactory,
    SiteFactory,
    StudyFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return StudyFactory(code="SARC")


@pytest.fixture
def client(study: Study) -> Client:
    client = Client()
    client.force_login(MembershipFactory(study=study, role=Role.MANAGER).user)
    return client


@pytest.fixture
def experiment(study: Study) -> CellExperiment:
    """IL-6 at 10 ng/mL against none; two biological replicates, two wells each."""
    experiment = CellExperimentFactory(
        study=study, code="E-1", line__name="U-2 OS", biological_replicates=2, technical_replicates=2
    )
    control = ExperimentConditionFactory(experiment=experiment, stimulus="", concentration_ng_ml=None)
    stimulated = ExperimentConditionFactory(experiment=experiment, stimulus="IL-6", concentration_ng_ml=10)
    values = {control: [(1, 1, 10), (1, 2, 14), (2, 1, 20), (2, 2, 20)], stimulated: [(1, 1, 40), (2, 1, 60)]}
    for condition, wells in values.items():
        for biological, technical, value in wells:
            ExperimentReadingFactory(
                experiment=experiment,
                condition=condition,
                biological_replicate=biological,
                technical_replicate=technical,
                value=value,
            )
    return experiment


def text_of(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def page_of(experiment: CellExperiment, name: str) -> str:
    return reverse(f"expression:experiment-{name}", args=[experiment.study.code, experiment.code])


def typed(client: Client, page: str) -> dict[str, Any]:
    """Everything in the table as a browser would send it."""
    form = client.get(page).context["form"]
    return {field.html_name: field.value() or "" for field in form if not field.name.startswith("remove")}


def cell(experiment: CellExperiment, stimulus: str, biological: int, technical: int = 1) -> str:
    condition = experiment.conditions.get(stimulus=stimulus)
    return f"reading_{condition.pk}_{biological}_{technical}"


class TestMeans:
    def test_answer(self, client: Client, experiment: CellExperiment) -> None:
        """Control: (10 + 14)/2 = 12 and 20, mean 16, SD 5.657; IL-6: 40 and 60, mean 50, SD 14.14."""
        text = text_of(client.get(experiment.get_absolute_url()))
        assert (
            "RANKL is highest with Mono-culture, IL-6 10 ng/mL (mean 50 pg/mL, SD 14.14, n = 2) and lowest with "
            "Mono-culture, no stimulus (mean 16 pg/mL, SD 5.657, n = 2)."
        ) in text
        assert "<td>12 · 20</td>" in text
        assert "<li>2 biological replicates</li><li>6 readings</li>" in text
        assert "NaN" not in text

    def test_below_detection_and_lost(self, client: Client, experiment: CellExperiment) -> None:
        readings = experiment.readings.filter(condition__stimulus="IL-6")
        readings.filter(biological_replicate=1).update(status="below_detection", value=None)
        text = text_of(client.get(experiment.get_absolute_url()))
        assert "1 replicate is below detection: the mean of the others is too high. One biological replicate" in text
        readings.update(status="below_detection", value=None)
        assert "Below detection in every replicate." in text_of(client.get(experiment.get_absolute_url()))
        readings.update(status="lost", value=None)
        text = text_of(client.get(experiment.get_absolute_url()))
        assert "Nothing measured yet. 2 readings are lost." in text
        assert "RANKL was measured under one condition" in text

    def test_doubts(self, client: Client, experiment: CellExperiment) -> None:
        experiment.readings.filter(biological_replicate=2).delete()
        experiment.conditions.filter(stimulus="").update(culture="marrow")
        text = text_of(client.get(experiment.get_absolute_url()))
        assert "There is one biological replicate. However many wells it has" in text
        assert "A stimulus has no condition without stimulus in the same culture" in text

    def test_a_logarithm_is_averaged_as_it_is(self, client: Client, study: Study) -> None:
        experiment = CellExperimentFactory(study=study, readout="qpcr")
        for number, value in enumerate((-6.0, -4.0), start=1):
            ExperimentReadingFactory(
                experiment=experiment,
                condition=ExperimentConditionFactory(experiment=experiment, concentration_ng_ml=1)
                if number == 1
                else experiment.conditions.get(),
                biological_replicate=number,
                value=value,
            )
        text = text_of(client.get(experiment.get_absolute_url()))
        assert "mean −5 cycles, SD 1.414, n = 2" in text
        assert "its mean is that of the log scale" in text

    def test_nothing_yet(self, client: Client, study: Study) -> None:
        empty = CellExperimentFactory(study=study)
        text = text_of(client.get(empty.get_absolute_url()))
        assert "RANKL has a mean under no condition yet." in text
        assert "No condition yet." in text

    def test_csv(self, client: Client, experiment: CellExperiment) -> None:
        answer = client.get(page_of(experiment, "csv"))
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [(row["stimulus"], row["biological_replicate"], float(row["mean_of_technical"])) for row in rows] == [
            ("", "1", 12),
            ("", "2", 20),
            ("IL-6", "1", 40),
            ("IL-6", "2", 60),
        ]


DESIGN = {
    "code": "E-NEW",
    "readout": "elisa",
    "biological_replicates": "3",
    "technical_replicates": "2",
    "cultures": ["mono", "osteoclasts"],
    "stimuli": "IL-6, PTHrP",
    "concentrations": "1, 10 100",
    "hours": "24, 48",
    "with_control": "on",
}


class TestDesign:
    def design(self, client: Client, study: Study, **changed: Any) -> Any:
        line = CellLineFactory(study=study)
        values = DESIGN | {"line": line.pk, "marker": MarkerFactory().pk} | changed
        return client.post(reverse("expression:experiment-add", args=[study.code]), values)

    def test_factors_and_levels_make_the_table(self, client: Client, study: Study) -> None:
        """Two cultures × (none and 2 stimuli × 3 doses) × 2 times: 28 conditions, 6 readings each."""
        answer = self.design(client, study)
        experiment = CellExperiment.objects.get()
        assert answer["Location"] == page_of(experiment, "readings")
        assert experiment.conditions.count() == 28
        assert experiment.conditions.filter(stimulus="").count() == 4
        form = client.get(answer["Location"]).context["form"]
        assert [len(cells) for _condition, cells, _remove in form.rows] == [6] * 28

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"stimuli": ""}, "A concentration is that of a stimulus: name the stimulus too."),
            ({"concentrations": "1, ten"}, "“ten”: write numbers with a point"),
            ({"concentrations": "-1"}, "“-1”: write numbers with a point"),
            ({"hours": "1e9"}, "“1e9”: write numbers with a point"),
            ({"cultures": []}, "This field is required."),
            ({"cultures": ["liver"]}, "liver is not one of the available choices."),
            ({"stimuli": "x" * 61}, "at most 60 characters"),
            (
                {"stimuli": ", ".join(f"S{number}" for number in range(50)), "hours": " ".join(map(str, range(50)))},
                "These are 15100 conditions with 6 readings each. A table holds 1000 readings: choose fewer levels",
            ),
            ({"marker": ""}, "Name the marker that is read."),
            ({"readout": "trap_cells"}, "leave the marker blank"),
            ({"biological_replicates": "0"}, "greater than or equal to 1"),
            ({"biological_replicates": "1000"}, "less than or equal to 12"),
            ({"code": "E NEW"}, "code"),
        ],
    )
    def test_what_cannot_be_is_said_in_words(
        self, client: Client, study: Study, changed: dict[str, Any], sentence: str
    ) -> None:
        answer = self.design(client, study, **changed)
        assert (answer.status_code, sentence in text_of(answer)) == (200, True)
        assert not CellExperiment.objects.exists()

    def test_cultures_alone(self, client: Client, study: Study) -> None:
        self.design(client, study, stimuli="", concentrations="", hours="", with_control="")
        assert CellExperiment.objects.get().conditions.count() == 2

    def test_a_line_of_another_study_cannot_be_chosen(self, client: Client, study: Study) -> None:
        answer = self.design(client, study, line=CellLineFactory().pk)
        assert "line" in answer.context["form"].errors

    def test_more_conditions_are_made_once(self, client: Client, experiment: CellExperiment) -> None:
        more = {"cultures": ["mono"], "stimuli": "IL-6", "concentrations": "10, 100", "with_control": "on"}
        answer = client.post(page_of(experiment, "conditions"), more, follow=True)
        assert "1 condition is new." in text_of(answer)
        assert experiment.conditions.count() == 3
        many = more | {"concentrations": " ".join(map(str, range(1, 70))), "hours": "1 2 3 4"}
        answer = client.post(page_of(experiment, "conditions"), many)
        assert "choose fewer levels" in text_of(answer)


class TestReadings:
    def test_one_key_each(self, client: Client, experiment: CellExperiment) -> None:
        page = page_of(experiment, "readings")
        cells = typed(client, page) | {
            cell(experiment, "IL-6", 1): "b",
            cell(experiment, "IL-6", 1, 2): "L",
            cell(experiment, "IL-6", 2): "",
            cell(experiment, "IL-6", 2, 2): "12.5",
        }
        kept = {reading.pk: reading.events.count() for reading in experiment.readings.filter(condition__stimulus="")}
        assert client.post(page, cells).status_code == 302
        found = experiment.readings.filter(condition__stimulus="IL-6").order_by(
            "biological_replicate", "technical_replicate"
        )
        assert list(found.values_list("biological_replicate", "technical_replicate", "status", "value")) == [
            (1, 1, "below_detection", None),
            (1, 2, "lost", None),
            (2, 2, "measured", 12.5),
        ]
        assert {pk: ExperimentReading.objects.get(pk=pk).events.count() for pk in kept} == kept
        assert typed(client, page)[cell(experiment, "IL-6", 1)] == "b"

    @pytest.mark.parametrize("text", ["ten", "12,5", "inf", "1_0", "b b"])
    def test_bad_input_is_said_beside_its_cell_and_nothing_is_saved(
        self, client: Client, experiment: CellExperiment, text: str
    ) -> None:
        page = page_of(experiment, "readings")
        changed = {cell(experiment, "", 1): "11", cell(experiment, "IL-6", 1): text}
        answer = client.post(page, typed(client, page) | changed)
        assert f"“{text}” is no number." in text_of(answer)
        assert not experiment.readings.filter(value=11).exists()
        assert answer.context["form"][cell(experiment, "", 1)].value() == "11"

    @pytest.mark.parametrize(("readout", "may_be_negative"), [("elisa", False), ("trap_cells", False), ("qpcr", True)])
    def test_only_a_logarithm_is_negative(
        self, client: Client, experiment: CellExperiment, readout: str, may_be_negative: bool
    ) -> None:
        other = ExperimentConditionFactory(experiment=CellExperimentFactory(study=experiment.study, readout=readout))
        page = page_of(other.experiment, "readings")
        answer = client.post(page, typed(client, page) | {f"reading_{other.pk}_1_1": "-5"})
        assert other.readings.filter(value=-5).exists() is may_be_negative
        assert ("A concentration or a count is not negative." in text_of(answer)) is not may_be_negative

    def test_a_condition_is_taken_away_when_empty(self, client: Client, experiment: CellExperiment) -> None:
        page = page_of(experiment, "readings")
        condition = experiment.conditions.get(stimulus="IL-6")
        cells = typed(client, page) | {f"remove_{condition.pk}": "on"}
        assert "Empty its cells, then take it away." in text_of(client.post(page, cells))
        empty = {name: "" for name in cells if name.startswith(f"reading_{condition.pk}_")}
        assert client.post(page, cells | empty).status_code == 302
        assert [each.stimulus for each in experiment.conditions.all()] == [""]

    def test_two_people(self, client: Client, experiment: CellExperiment) -> None:
        page = page_of(experiment, "readings")
        cells = typed(client, page) | {cell(experiment, "IL-6", 1): "7"}
        experiment.readings.filter(value=40).update(value=9)
        answer = client.post(page, cells)
        assert "Somebody else changed this experiment meanwhile" in text_of(answer)
        assert "Saved: 9." in text_of(answer)
        again = cells | {"version": answer.context["form"]["version"].value()}
        assert client.post(page, again).status_code == 302
        assert experiment.readings.filter(value=7).exists()

    def test_more_was_read_than_planned(self, client: Client, experiment: CellExperiment) -> None:
        CellExperiment.objects.update(biological_replicates=1, technical_replicates=1)
        form = client.get(page_of(experiment, "readings")).context["form"]
        assert (len(form.biological), len(form.technical)) == (2, 2)


class TestLines:
    def test_added_changed_listed(self, client: Client, study: Study) -> None:
        page = reverse("expression:experiment-line-add", args=["SARC"])
        assert "Write it as CVCL_0042." in text_of(client.post(page, {"name": "U-2 OS", "accession": "0042"}))
        assert client.post(page, {"name": "U-2 OS", "accession": "CVCL_0042"}).status_code == 302
        assert "already has a cell line of this name" in text_of(client.post(page, {"name": "U-2 OS"}))
        line = CellLine.objects.get()
        edit = reverse("expression:experiment-line-edit", args=["SARC", line.pk])
        read = {field.html_name: field.value() or "" for field in client.get(edit).context["form"]}
        assert client.post(edit, read | {"name": "U2OS"}).status_code == 302
        listed = text_of(client.get(reverse("expression:experiment-line-list", args=["SARC"])))
        assert "U2OS" in listed
        assert 'href="https://www.cellosaurus.org/CVCL_0042"' in listed

    def test_a_line_something_rests_on_stays(self, client: Client, study: Study) -> None:
        line = LaneFactory(blot__study=study, specimen=None, line=CellLineFactory(study=study)).line
        page = reverse("expression:experiment-line-delete", args=["SARC", line.pk])
        assert "Other records rest on this one" in text_of(client.post(page, {"reason": "Not used."}))
        line.western_lanes.all().delete()
        assert client.post(page, {"reason": "Not used."}).status_code == 302
        assert not CellLine.objects.exists()


class TestPages:
    def test_changed_but_not_its_readout(self, client: Client, experiment: CellExperiment) -> None:
        page = page_of(experiment, "edit")
        read = {field.html_name: field.value() or "" for field in client.get(page).context["form"]}
        assert client.post(page, read | {"readout": "qpcr", "performed_on": "2024"}).status_code == 302
        experiment.refresh_from_db()
        assert (experiment.readout, experiment.performed_on) == ("elisa", "2024")

    def test_deleted_and_in_the_history(self, client: Client, experiment: CellExperiment) -> None:
        assert "40.0" in text_of(client.get(page_of(experiment, "history")))
        assert client.post(page_of(experiment, "delete"), {"reason": "Contaminated."}).status_code == 302
        assert not ExperimentReading.objects.exists()

    def test_who_enters_for_one_site_reads_only(self, study: Study, experiment: CellExperiment) -> None:
        confined = Client()
        confined.force_login(MembershipFactory(site=SiteFactory(study=study), role=Role.DATA_ENTRY).user)
        assert confined.get(experiment.get_absolute_url()).status_code == 200
        assert confined.post(page_of(experiment, "readings"), {}).status_code == 403

    @pytest.mark.parametrize("name", ["", "readings", "csv", "history"])
    def test_number_of_queries(self, client: Client, experiment: CellExperiment, name: str) -> None:
        page = page_of(experiment, name) if name else experiment.get_absolute_url()
        queries_of(client, page)
        # After a request rows are of the person who asked, whom the history names.
        for number in range(6):
            condition = ExperimentConditionFactory(experiment=experiment)
            ExperimentReadingFactory(experiment=experiment, condition=condition)
            if number == 0:
                few = queries_of(client, page)
        assert queries_of(client, page) == few

    def test_lists(self, client: Client, study: Study, experiment: CellExperiment) -> None:
        for name in ("experiment-list", "experiment-line-list"):
            page = reverse(f"expression:{name}", args=["SARC"])
            queries_of(client, page)
            few = queries_of(client, page)
            for _ in range(3):
                CellExperimentFactory(study=study)
            assert queries_of(client, page) == few


@pytest.mark.parametrize("number", ["1e308", "-1e308", "1000000000.1"])
def test_a_number_beyond_all_readouts_is_refused(client: Client, experiment: CellExperiment, number: str) -> None:
    """Two of them have no mean, and the page of the experiment would fail for good."""
    page = page_of(experiment, "readings")
    values = {cell(experiment, "", 1, 1): number, cell(experiment, "", 1, 2): number}
    answer = client.post(page, typed(client, page) | values)
    assert "No readout gives so large a number" in text_of(answer)
    assert client.get(experiment.get_absolute_url()).status_code == 200


def test_more_replicates_than_a_table_holds_are_refused(client: Client, experiment: CellExperiment) -> None:
    ExperimentConditionFactory.create_batch(MOST_CELLS // 100, experiment=experiment)
    page = page_of(experiment, "edit")
    values = {name: value or "" for name, value in client.get(page).context["form"].initial.items()}
    version = client.get(page).context["form"]["version"].value()
    wide = {"version": version, "biological_replicates": 10, "technical_replicates": 10}
    answer = client.post(page, values | wide)
    assert "The table of the 12 conditions would hold 1200 readings, more than 1000." in text_of(answer)
    assert client.post(page, values | wide | {"technical_replicates": 8}).status_code == 302


@pytest.mark.parametrize("code", ["-1", "E 1", "٣"])
def test_a_code_that_is_none_is_refused_in_words(client: Client, experiment: CellExperiment, code: str) -> None:
    page = page_of(experiment, "edit")
    answer = client.post(page, {"code": code})
    assert "code" in answer.context["form"].errors
    assert answer.context["back_url"] == experiment.get_absolute_url()
