"""The expression explorer: the numbers of a comparison without its test, on a page, as a file and over the API."""

import csv
import io
import json
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.dashboards.expression.data import explored
from analytics.dashboards.expression.shown import ShownPanel
from analytics.dashboards.keeping import Kept
from analytics.kinds.expression_by_group.dataset import load
from cases import access
from cases.models import Patient, Role, Sex, Specimen, Study
from expression.models import ProfileUnit
from tests.analytics.cohort import HIGH, LOW, add_patient, cohort, question
from tests.analytics.stained import StainedStudy
from tests.factories import (
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    MarkerFactory,
    MembershipFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

BY_FUSION = {"grouping": "fusion_partner", "gene": "SS18"}


def member(study: Study, **fields: Any) -> Client:
    client = Client()
    client.force_login(MembershipFactory(study=study, **{"role": Role.MANAGER, **fields}).user)
    return client


def page(client: Client, study: Study, **query: Any) -> Any:
    answer = client.get(reverse("analytics:explore-expression", args=[study.code]), BY_FUSION | query)
    assert answer.status_code == 200
    return answer


def api(client: Client, study: Study, **query: Any) -> Any:
    return client.get(reverse("api:study-explore-expression", args=[study.code]), BY_FUSION | query)


def words_of(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def drawn(answer: Any, place: int = 0) -> Any:
    figure = shown(answer, place).drawn
    assert figure is not None
    return json.loads(figure.json)


def shown(answer: Any, place: int = 0) -> ShownPanel:
    panel: ShownPanel = answer.context["panels"][place][0]
    return panel


def test_numbers_are_those_of_a_comparison() -> None:
    study = cohort()
    add_patient(study, 1.0, 2.0, 6.0)
    person = MembershipFactory(study=study).user
    kept = Kept(by=person, rights=access.rights(user=person, study=study))
    spec = question(study)
    dataset = load(spec=spec, by=person)
    for _time in ("computed", "kept"):
        found = explored(spec=spec, kept=kept)
        assert found["rows"] == dataset.frozen()
        assert found["result"]["population"] == dataset.described()["population"]
        counts = {group["code"]: (group["patients"], group["samples"]) for group in found["result"]["groups"]}
        values = dataset.values_by_group()
        assert counts == {code: (len(values[code]), dataset.samples_by_group()[code]) for code in values}
    first, second = found["result"]["groups"]
    assert (first["median"], first["minimum"], first["maximum"]) == (3.125, 2.0, 4.4375)
    assert (second["median"], second["q1"], second["q3"]) == (0.65625, 0.3125, 1.0)


def test_the_page_says_where_expression_is_highest_and_where_lowest() -> None:
    study = cohort()
    text = words_of(page(member(study), study))
    assert (
        "RANKL, in log2(TPM+1), is highest in <b>SSX1</b> (median 3.25, quartiles 2.66 to 3.89, n = 6) and lowest in "
        "<b>SSX2</b> (median 0.66, quartiles 0.31 to 1.00, n = 6)." in text
    )
    assert "p =" not in text


def test_a_change_of_the_data_changes_the_page() -> None:
    study = cohort()
    client = member(study)
    assert "n = 6" in words_of(page(client, study))
    add_patient(study, 9.0)
    assert "n = 7" in words_of(page(client, study))


def test_the_reference_stands_last_with_a_line_and_a_sentence() -> None:
    study = cohort({"SSX1": HIGH, "SSX2": LOW, "SSX4": (2.0, 3.0)})
    answer = page(member(study), study, reference="SSX4")
    assert "The median is above that of SSX4 in 1 of the 2 other groups." in words_of(answer)
    figure = drawn(answer)
    assert figure["layout"]["yaxis"]["ticktext"] == ["SSX1 · n = 6", "SSX2 · n = 6", "SSX4 · n = 2"]
    assert [line["x0"] for line in figure["layout"]["shapes"]] == [2.5]
    first = drawn(page(member(study), study, reference="SSX1"))
    assert first["layout"]["yaxis"]["ticktext"][-1] == "SSX1 · n = 6"


@pytest.mark.parametrize(
    ("shape", "kinds"),
    [("box", ["box", "box"]), ("points", ["box", "scatter"] * 2), ("violin", ["violin", "violin"])],
)
def test_values_are_drawn_as_asked(shape: str, kinds: list[str]) -> None:
    study = cohort()
    assert [trace["type"] for trace in drawn(page(member(study), study, shape=shape))["data"]] == kinds


def test_few_values_have_no_outline() -> None:
    study = cohort({"SSX1": HIGH, "SSX2": LOW[:4]})
    figure = drawn(page(member(study), study, shape="violin"))
    assert [trace["type"] for trace in figure["data"]] == ["violin", "box", "scatter"]


def test_a_log_axis_keeps_zero_and_is_offered_for_rsem_only() -> None:
    logarithms, study = cohort(), StudyFactory()
    assert "axis" not in page(member(logarithms), logarithms, axis="log").context["form"].fields
    ExpressionDatasetFactory(study=study, code="RNA", unit=ProfileUnit.RSEM)
    cohort({"SSX1": (0, 7, 1023)}, study=study)
    figure = drawn(page(member(study), study, axis="log", shape="points"))
    box, points = figure["data"]
    assert (box["lowerfence"], box["median"], box["upperfence"]) == ([0.0], [3.0], [10.0])
    assert points["x"] == [0.0, 3.0, 10.0]
    assert points["hovertext"][-1].endswith(": 1023")
    assert figure["layout"]["xaxis"]["ticktext"][:3] == ["0", "1", "3"]


def test_scores_have_no_log_axis() -> None:
    stained = StainedStudy().compared()
    answer = page(member(stained.study), stained.study, assay="ihc", grouping="giant_cells", gene="", axis="log")
    assert "axis" not in answer.context["form"].fields
    assert "is highest in <b>Giant cells present</b> (median 200" in words_of(answer)


def test_a_single_group_may_be_looked_at() -> None:
    study = cohort()
    answer = page(member(study), study, groups=["SSX2"])
    assert "RANKL in <b>SSX2</b>, in log2(TPM+1): median 0.66, quartiles 0.31 to 1.00, n = 6." in words_of(answer)
    assert "6 excluded: In a group that is not compared" in words_of(answer)


def test_one_patient_is_no_distribution() -> None:
    study = cohort({"SSX1": (2.5,)})
    assert "RANKL in <b>SSX1</b>, in log2(TPM+1): 2.50 in one patient." in words_of(page(member(study), study))


def test_equal_medians_have_no_highest() -> None:
    study = cohort({"SSX1": (2.0, 2.0), "SSX2": (2.0, 2.0)})
    text = words_of(page(member(study), study))
    assert "Medians of RANKL in 2 groups lie between 2.00 and 2.00 log2(TPM+1)." in text


def test_a_study_without_values_says_what_to_do() -> None:
    study = StudyFactory()
    client = member(study)
    assert "Import expression values, a qPCR export or scores first." in words_of(page(client, study))
    assert api(client, study).status_code == 404
    answer = client.get(reverse("analytics:explore-expression-csv", args=[study.code]))
    assert (answer.status_code, answer.content.strip()) == (200, b"")


def test_a_population_without_patients_has_no_figure() -> None:
    study = cohort(sex=Sex.FEMALE)
    answer = page(member(study), study, **{"only-code": "nobody"})
    assert "No patient has both a usable value of RANKL and one of these groups." in words_of(answer)
    assert shown(answer).drawn is None


def test_filters_of_patients_count_and_narrow() -> None:
    study = cohort({"SSX1": HIGH}, sex=Sex.FEMALE)
    cohort({"SSX2": LOW}, study=study, sex=Sex.MALE)
    answer = page(member(study), study, **{"only-sex": "female"})
    assert "RANKL in <b>SSX1</b>" in words_of(answer)
    assert '<span class="count">6</span>' in answer.content.decode()


def test_the_address_that_htmx_shows_is_short_and_shows_the_same() -> None:
    study = cohort()
    client = member(study)
    address = reverse("analytics:explore-expression", args=[study.code])
    sent = BY_FUSION | {"groups": ["SSX1", "SSX2"], "reference": "SSX2", "only-search": "", "shape": "violin"}
    answer = client.get(address, sent, headers={"HX-Request": "true"})
    short = answer["HX-Replace-Url"]
    assert "groups" not in short
    assert "only-search" not in short
    again = client.get(short)
    assert drawn(again) == drawn(answer)
    assert client.get(address, sent | {"show": "1"})["Location"] == short


def test_where_all_groups_were_ticked_another_choice_brings_its_own() -> None:
    study = cohort({"SSX1": HIGH}, sex=Sex.FEMALE)
    cohort({"SSX2": LOW}, study=study, sex=Sex.MALE)
    client = member(study)
    every = page(client, study, groups=["SSX1"], offered=["SSX1"])
    assert every.context["form"].chosen["groups"] == ["SSX1", "SSX2"]
    some = page(client, study, groups=["SSX1"], offered=["SSX1", "SSX2"])
    assert some.context["form"].chosen["groups"] == ["SSX1"]


def test_testing_asks_with_the_same_choices() -> None:
    study = cohort(sex=Sex.FEMALE)
    client = member(study)
    answer = page(client, study, reference="SSX2", shape="violin", **{"only-sex": "female"})
    form = client.get(answer.context["test_url"]).context["form"]
    assert form.spec() == answer.context["form"].spec()


def test_a_choice_that_is_not_there_is_told() -> None:
    study = cohort()
    client = member(study)
    assert "Your choice is not there any more" in words_of(page(client, study, marker="NONE"))
    refused = api(client, study, marker="NONE")
    assert (refused.status_code, list(refused.json())) == (400, ["marker"])


def test_nonsense_is_no_failure() -> None:
    study = cohort()
    client = member(study)
    names = ["assay", "dataset", "marker", "grouping", "gene", "groups", "reference", "shape", "axis", "only-sex"]
    for nonsense in ("\x00", "<script>alert(1)</script>", "長" * 5000):
        answer = client.get(reverse("analytics:explore-expression", args=[study.code]), dict.fromkeys(names, nonsense))
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_the_api_has_the_numbers_of_the_page() -> None:
    study = cohort()
    client = member(study, role=Role.RESEARCHER)
    body = api(client, study, reference="SSX2").json()
    assert body["sentence"].startswith("RANKL, in log2(TPM+1), is highest in SSX1 (median 3.25")
    table = shown(page(client, study, reference="SSX2")).table
    assert table is not None
    assert [[group["code"], str(group["patients"]), str(group["samples"])] for group in body["groups"]] == [
        row[:3] for row in table.rows
    ]
    assert [f"{group['median']:.2f}" for group in body["groups"]] == [row[3] for row in table.rows]
    assert body["published"][0]["citation"].startswith("Abdul Ghani S et al.")


def test_what_was_published_stands_beside_its_marker() -> None:
    study = cohort()
    text = words_of(page(member(study), study))
    assert "Bago-Horvath Z et al. Pathology 2014" in text
    assert "positive in 63 (69.2%)" not in text


def test_the_file_has_the_rows_for_those_who_may_export() -> None:
    study = cohort()
    address = reverse("analytics:explore-expression-csv", args=[study.code])
    answer = member(study).get(address, BY_FUSION)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert sorted(float(row["patient_value"]) for row in rows) == sorted(HIGH + LOW)
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''TNFSF11-fusion_partner.csv"
    assert member(study, role=Role.RESEARCHER).get(address).status_code == 403
    assert page(member(study, role=Role.RESEARCHER), study).context["panels"][0][1] == ""


def test_other_markers_stand_beside_in_the_same_groups() -> None:
    study = cohort()
    rank = MarkerFactory(symbol="TNFRSF11A", name="RANK")
    dataset = study.expression_datasets.get(code="RNA")
    for specimen in Specimen.objects.filter(patient__alterations__partner="SSX2"):
        ExpressionValueFactory(specimen=specimen, dataset=dataset, marker=rank, value=7.5)
    client = member(study)
    answer = page(client, study, beside="TNFRSF11A")
    first, second = drawn(answer), drawn(answer, 1)
    assert [figure["layout"]["xaxis"]["title"]["text"] for figure in (first, second)] == [
        "RANKL (<i>TNFSF11</i>), log2(TPM+1)",
        "RANK (<i>TNFRSF11A</i>), log2(TPM+1)",
    ]
    assert first["layout"]["xaxis"]["range"] == second["layout"]["xaxis"]["range"]
    assert second["layout"]["yaxis"]["ticktext"] == ["SSX1 · n = 0", "SSX2 · n = 6"]
    assert [trace["line"]["color"] for trace in second["data"][:1]] == [first["data"][2]["line"]["color"]]
    assert answer.context["form"].as_query().endswith("&beside=TNFRSF11A")
    published = json.loads(answer.context["published_drawn"].json)["layout"]["yaxis"]["ticktext"]
    assert "RANK · Osteosarcoma · n = 91 · Bago-Horvath 2014" in published
    body = api(client, study, beside="TNFRSF11A").json()
    assert [group["median"] for group in body["beside"][0]["groups"]] == [7.5]


def test_a_public_cohort_stands_beside_with_its_own_unit_and_citation() -> None:
    study, other = cohort(), StudyFactory(code="TCGA")
    public = ExpressionDatasetFactory(
        study=other, code="SARC", unit=ProfileUnit.RSEM, is_public=True, citation="Cell 2017; 171: 950–965"
    )
    cohort({"SSX1": (2.0,)}, study=other)
    specimen = SpecimenFactory(patient=Patient.objects.get(study=other), code="S9")
    ExpressionValueFactory(specimen=specimen, dataset=public, marker=MarkerFactory(), value=1023)
    client = member(study)
    assert "cohorts" not in page(client, study, cohorts="TCGA:SARC").context["form"].fields
    membership = MembershipFactory(study=study, role=Role.MANAGER)
    MembershipFactory(study=other, user=membership.user, role=Role.RESEARCHER)
    client.force_login(membership.user)
    answer = page(client, study, cohorts="TCGA:SARC", axis="log", **{"only-sex": "female"})
    figure = drawn(answer, 1)
    assert figure["layout"]["xaxis"]["title"]["text"] == "RANKL (<i>TNFSF11</i>), RSEM"
    assert figure["data"][0]["median"] == [10.0]
    assert "Public cohort, measured by others. Cell 2017; 171: 950–965" in words_of(answer)
    told = "of SARC, a cohort of the study TCGA, everybody is shown."
    assert str(answer.content).count(told) >= 2
    assert told not in str(page(client, study, cohorts="TCGA:SARC").content)
    body = api(client, study, cohorts="TCGA:SARC").json()["cohorts"]
    assert [(one["unit"]["en"], one["citation"]) for one in body] == [("RSEM", "Cell 2017; 171: 950–965")]


def test_what_is_kept_is_computed_once_until_the_data_change() -> None:
    study = cohort()
    person = MembershipFactory(study=study).user
    computed: list[str] = []

    def kept(about: str) -> None:
        rights = access.rights(user=person, study=study)
        Kept(by=person, rights=rights).keep("test", lambda: computed.append(about) or 1, about={"about": about})

    for about in ("one", "one", "other"):
        kept(about)
    assert computed == ["one", "other"]
    add_patient(study, 1.0)
    kept("one")
    assert computed == ["one", "other", "one"]


def test_viewers_read_what_was_released() -> None:
    study = cohort()
    answer = member(study, role=Role.VIEWER).get(reverse("analytics:explore-expression", args=[study.code]))
    assert answer.status_code == 403
    assert "Your role in this study shows released results, not single patients." in words_of(answer)


def test_members_of_a_site_see_their_site_and_nothing_kept_of_others() -> None:
    study = StudyFactory()
    north, south = SiteFactory(study=study), SiteFactory(study=study)
    cohort({"SSX1": HIGH}, study=study, site=north)
    cohort({"SSX2": LOW}, study=study, site=south)
    assert "is highest in <b>SSX1</b>" in words_of(page(member(study), study))
    confined = member(study, role=Role.DATA_ENTRY, site=south)
    assert "RANKL in <b>SSX2</b>" in words_of(page(confined, study))
    assert [group["code"] for group in api(confined, study).json()["groups"]] == ["SSX2"]


def test_more_patients_need_no_more_queries() -> None:
    study = cohort()
    client = member(study)
    address = reverse("analytics:explore-expression", args=[study.code])
    queries_of(client, address, BY_FUSION)
    add_patient(study, 1.5)
    few = queries_of(client, address, BY_FUSION)
    cohort(study=study)
    assert queries_of(client, address, BY_FUSION) == few


def test_in_japanese() -> None:
    study = cohort()
    client = member(study)
    client.cookies["django_language"] = "ja"
    answer = page(client, study)
    assert 'lang="ja"' in answer.content.decode()
    assert "RANKL" in words_of(answer)
