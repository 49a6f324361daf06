"""The pages: who may open which, what stands on them, and that bad input is answered in words."""

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.models import Analysis
from analytics.services import release
from cases import access
from cases.models import ConsentStatus, JobStatus, Role, Site, Study
from tests.analytics.cohort import add_patient, answered, asked, cohort
from tests.factories import MembershipFactory, SiteFactory, StudyFactory, UserFactory

PAGES = ["analysis", "analysis-progress", "analysis-result", "analysis-input"]
ACTIONS = ["analysis-cancel", "analysis-release", "analysis-withdraw"]


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def member(study: Study, role: Role = Role.RESEARCHER, **fields: Any) -> Client:
    return signed_in(MembershipFactory(study=study, role=role, **fields).user)


def at(name: str, analysis: Analysis, *more: Any) -> str:
    return reverse(f"analytics:{name}", args=[analysis.study.code, analysis.pk, *more])


def figure(client: Client, analysis: Analysis, name: str = "boxes") -> Any:
    return client.get(at("analysis-figure", analysis, name))


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    text = response.content.decode()
    assert "NaN" not in text
    return text


def form_of(study: Study, **changes: Any) -> dict[str, Any]:
    """What a browser sends when somebody presses Ask."""
    return {
        "assay": "profile",
        "dataset": "RNA",
        "marker": "TNFSF11",
        "grouping": "fusion_partner",
        "gene": "SS18",
        "groups": ["SSX1", "SSX2"],
        "reference": "",
        "consolidation": "median",
        "method": "automatic",
        **changes,
    }


@pytest.fixture
def study(db: None) -> Study:
    """Six patients with SSX1, six with SSX2, one without a known partner."""
    study = cohort()
    add_patient(study, 1.5, 2.5, partner="")
    return study


@pytest.fixture
def answer(study: Study) -> Analysis:
    return answered(study, MembershipFactory(study=study).user)


def released(analysis: Analysis) -> Analysis:
    manager = MembershipFactory(study=analysis.study, role=Role.MANAGER).user
    assert release(analysis=analysis, by=manager, rights=access.rights(user=manager, study=analysis.study))
    analysis.refresh_from_db()
    return analysis


# The answer ---------------------------------------------------------------------------------------


def test_the_answer_comes_first_with_what_it_rests_on(answer: Analysis) -> None:
    text = page(member(answer.study), answer.get_absolute_url())
    assert "RANKL is higher in <b>SSX1</b> than in SSX2." in text
    assert "12 patients · 12 samples" in text
    assert "1 excluded: SS18 fusion partner not known" in text
    assert "1 patient · 2 samples" in text
    assert "Mann–Whitney U test, exact, two-sided" in text
    assert "exact p = 0.002" in text
    assert answer.input_sha256[:16] in text
    assert text.index("answer-sentence") < text.index("data-figure-url") < text.index("table-1-caption")


def test_the_figure_has_a_point_for_each_patient(answer: Analysis) -> None:
    drawn = figure(member(answer.study), answer).json()
    points = [point for trace in drawn["data"] if trace["type"] == "scatter" for point in trace["hovertext"]]
    assert len(points) == 12
    assert figure(member(answer.study), answer, "shifts").status_code == 200
    assert figure(member(answer.study), answer, "pie").status_code == 404


def test_the_input_can_be_downloaded_by_those_who_export(answer: Analysis) -> None:
    assert member(answer.study).get(at("analysis-input", answer)).status_code == 403
    download = member(answer.study, may_export=True).get(at("analysis-input", answer))
    rows = list(csv.DictReader(io.StringIO(download.content.decode())))
    assert list(rows[0]) == ["patient", "group", "sample", "value", "patient_value"]
    assert len(rows) == 12
    assert float(rows[0]["value"]) == 2.25


def test_more_than_two_groups(study: Study) -> None:
    cohort({"SSX4": [1.5, 1.75, 2.0]}, study=study)
    analysis = answered(study, MembershipFactory(study=study).user)
    text = page(member(study), analysis.get_absolute_url())
    assert "RANKL differs between the 3 groups" in text
    assert "Adjusted p" in text
    assert "Holm" in text
    assert "Fewer than 5 values in SSX4: the chi-square p-value is rough." in text


def test_a_refusal_is_a_sentence_with_counts(study: Study) -> None:
    analysis = answered(study, MembershipFactory(study=study).user, groups=["SSX1", "SSX9"])
    text = page(member(study), analysis.get_absolute_url())
    assert "Group SSX9 has no values." in text
    assert "In a group that is not compared" in text
    assert f"?{'assay=profile'}" in text
    assert figure(member(study), analysis).status_code == 404
    assert member(study).get(at("analysis-result", analysis)).status_code == 404


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_an_end_without_an_answer(study: Study, status: JobStatus) -> None:
    analysis = asked(study, MembershipFactory(study=study).user)
    Analysis.objects.filter(pk=analysis.pk).update(status=status, message={"text": "It broke.", "values": {}})
    text = page(member(study), analysis.get_absolute_url())
    assert ("It broke." if status == JobStatus.FAILED else "This question was cancelled.") in text
    assert "Ask again" in text


def test_a_change_of_data_is_said(answer: Analysis) -> None:
    client = member(answer.study)
    add_patient(answer.study, 9.0)
    assert "Data of the portal have changed since" in page(client, answer.get_absolute_url())


def test_withdrawn_consent_takes_the_patient_out_of_points_and_files(answer: Analysis) -> None:
    client = member(answer.study, may_export=True)
    gone = answer.study.patients.order_by("code").first()
    assert gone is not None
    gone.consent_status = ConsentStatus.WITHDRAWN
    gone.save()
    assert "1 patient of this answer is no longer visible to you" in page(client, answer.get_absolute_url())
    assert gone.code not in figure(client, answer).content.decode()
    assert gone.code not in client.get(at("analysis-input", answer)).content.decode()


def test_in_japanese(answer: Analysis) -> None:
    client = member(answer.study)
    client.cookies["django_language"] = "ja"
    assert 'lang="ja"' in page(client, answer.get_absolute_url())
    assert figure(client, answer).status_code == 200


# Waiting ------------------------------------------------------------------------------------------


def test_waiting_needs_no_script(study: Study) -> None:
    user = MembershipFactory(study=study).user
    analysis = asked(study, user)
    text = page(signed_in(user), analysis.get_absolute_url())
    assert '<meta http-equiv="refresh"' in text
    assert "Waiting for a worker" in text
    progress = signed_in(user).get(at("analysis-progress", analysis))
    assert "HX-Refresh" not in progress
    assert b"<progress" in progress.content
    assert b"<html" not in progress.content


def test_the_end_reloads_the_page(answer: Analysis) -> None:
    assert member(answer.study).get(at("analysis-progress", answer))["HX-Refresh"] == "true"
    assert "http-equiv" not in page(member(answer.study), answer.get_absolute_url())


def test_who_asked_and_managers_cancel(study: Study) -> None:
    user = MembershipFactory(study=study).user
    for client, ends in ((member(study), False), (signed_in(user), True)):
        analysis = asked(study, user)
        assert client.post(at("analysis-cancel", analysis)).status_code == 302
        analysis.refresh_from_db()
        assert (analysis.status == JobStatus.CANCELLED) is ends
    analysis = asked(study, user)
    member(study, Role.MANAGER).post(at("analysis-cancel", analysis))
    analysis.refresh_from_db()
    assert analysis.status == JobStatus.CANCELLED


def test_the_report_needs_no_other_file_and_names_no_patient_unless_exported(answer: Analysis) -> None:
    patient = answer.frozen_input["rows"][0][0]
    report = member(answer.study).get(at("analysis-report", answer))
    text = report.content.decode()
    assert report["Content-Disposition"] == f'attachment; filename="analysis-{answer.pk}.html"'
    assert "RANKL is higher in <b>SSX1</b> than in SSX2." in text
    assert "Plotly.newPlot" in text
    without_scripts = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"(?:src|href)=|url\(", without_scripts)
    assert patient not in text
    assert patient in member(answer.study, may_export=True).get(at("analysis-report", answer)).content.decode()


def test_the_script_and_the_methods_say_what_was_done(answer: Analysis) -> None:
    script = member(answer.study).get(at("analysis-script", answer)).content.decode()
    assert f'read.csv("analysis-{answer.pk}.csv"' in script
    assert answer.input_sha256 in script
    text = page(member(answer.study), answer.get_absolute_url())
    assert "Groups were compared by Mann–Whitney U test, exact, two-sided." in text
    assert f"no. {answer.pk} of study {answer.study.code}" in text


# The form -----------------------------------------------------------------------------------------


def new_url(study: Study, query: str = "") -> str:
    return reverse("analytics:analysis-ask", args=[study.code, "expression_by_group"]) + query


def test_the_form_counts_what_it_offers(study: Study) -> None:
    text = page(member(study), new_url(study, "?grouping=fusion_partner"))
    assert "13 patients in scope, 13 of them measured, 12 of these with a group." in text
    assert 'SSX1 <span class="count">6</span>' in text
    assert 'RANKL <i class="gene">TNFSF11</i>' in text
    assert "Undetermined samples" not in text


def test_the_form_refills_itself(study: Study) -> None:
    query = "?grouping=fusion_partner&reference=SSX2&consolidation=mean&groups=SSX1&groups=SSX2"
    text = page(member(study), new_url(study, query))
    assert '<option value="SSX2" selected>' in text
    assert '<option value="mean" selected>' in text
    assert '<details class="more field" open>' in text


@pytest.mark.parametrize(
    "query",
    [
        "?grouping=patient__code&marker=%00&assay=x",
        "?groups=NOSUCH&reference=NOSUCH&grouping=fusion_partner&gene=TP53",
        "?assay=qpcr&dataset=RNA&undetermined=limit",
        "?only-site=NOSUCH&only-sex=1&only-category=2&method=3",
    ],
)
def test_nonsense_in_the_address_falls_back(study: Study, query: str) -> None:
    assert "answer-sentence" in page(member(study), new_url(study, query))


def test_asking_leads_to_the_analysis(study: Study) -> None:
    response = member(study).post(new_url(study), form_of(study))
    analysis = Analysis.objects.get()
    assert response.status_code == 302
    assert response["Location"] == analysis.get_absolute_url()
    assert analysis.spec["groups"] == []


def test_asking_twice_leads_to_the_same_analysis(study: Study) -> None:
    client = member(study)
    client.post(new_url(study), form_of(study))
    response = client.post(new_url(study), form_of(study), follow=True)
    assert Analysis.objects.count() == 1
    assert "This was asked before, by " in response.content.decode()


def test_only_the_ticked_groups_are_asked(study: Study) -> None:
    cohort({"SSX4": [1.0, 2.0]}, study=study)
    member(study).post(new_url(study), form_of(study, groups=["SSX4", "SSX1"], reference="SSX4"))
    spec = Analysis.objects.get().spec
    assert (spec["groups"], spec["reference"]) == (["SSX4", "SSX1"], "SSX4")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"marker": "NOSUCH"}, "Your choice is not there any more"),
        ({"grouping": "patient__code"}, "Your choice is not there any more"),
        ({"groups": ["SSX1"]}, "A comparison needs at least two groups."),
        ({"only-sex": "x"}, "Select a valid choice. x is not one of the available choices."),
    ],
)
def test_bad_input_is_answered_in_words(study: Study, changes: dict[str, Any], words: str) -> None:
    response = member(study).post(new_url(study), form_of(study, **changes))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Analysis.objects.exists()


def test_without_script_the_choices_come_from_the_server(study: Study) -> None:
    response = member(study).post(new_url(study), form_of(study, show="1", grouping="sex"))
    assert response.status_code == 302
    assert "grouping=sex" in response["Location"]
    assert "csrf" not in response["Location"]


def test_nothing_measured_yet(db: None) -> None:
    study = StudyFactory()
    assert "Nothing measured yet" in page(member(study), new_url(study))
    assert member(study).post(new_url(study), {}).status_code == 302


def test_a_site_offers_only_what_it_has(db: None) -> None:
    site = SiteFactory(code="NARA")
    study = cohort(study=site.study)
    cohort({"SSX1": [1.0], "SSX2": [2.0, 3.0]}, study=study, site=site)
    text = page(member(study, Role.DATA_ENTRY, site=site), new_url(study, "?grouping=fusion_partner"))
    assert "3 patients in scope" in text
    assert "Your site only." in text


def test_the_population_is_chosen_by_the_filters_of_the_list(study: Study) -> None:
    cohort({"SSX1": [1.0, 2.0], "SSX2": [3.0]}, study=study, sex="male")
    text = page(member(study), new_url(study, "?grouping=fusion_partner&only-sex=male"))
    assert "3 patients in scope, 3 of them measured, 3 of these with a group." in text
    member(study).post(new_url(study), form_of(study, **{"only-sex": ["male"]}))
    analysis = Analysis.objects.get()
    assert analysis.spec["population"] == {"sex": ["male"]}
    text = page(member(study), analysis.get_absolute_url())
    assert "Male" in text


def test_the_kinds_are_offered_and_no_other(study: Study) -> None:
    text = page(member(study), reverse("analytics:analysis-new", args=[study.code]))
    assert new_url(study) in text
    nowhere = reverse("analytics:analysis-ask", args=[study.code, "guessing"])
    assert member(study).get(nowhere).status_code == 404


# Lists and rights ---------------------------------------------------------------------------------


def list_url(study: Study) -> str:
    return reverse("analytics:analysis-list", args=[study.code])


def test_the_list_names_questions_and_their_state(answer: Analysis) -> None:
    text = page(member(answer.study), list_url(answer.study))
    assert f'<a href="{answer.get_absolute_url()}">RANKL by SS18 fusion partner</a>' in text
    assert "Done" in text


def test_empty_lists_say_what_comes_next(db: None) -> None:
    study = StudyFactory()
    assert "Nothing asked yet" in page(member(study), list_url(study))
    assert "Nothing released yet" in page(member(study, Role.VIEWER), list_url(study))


def test_the_list_asks_as_many_queries_for_one_as_for_many(answer: Analysis) -> None:
    client, study = member(answer.study), answer.study

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked_of_the_database:
            page(client, list_url(study))
        return len(asked_of_the_database)

    for_one = queries()
    for rule in ("mean", "maximum"):
        asked(study, MembershipFactory(study=study).user, consolidation=rule)
    assert queries() == for_one


def test_strangers_find_nothing(answer: Analysis) -> None:
    released(answer)
    for client in (signed_in(UserFactory()), member(StudyFactory(), Role.MANAGER)):
        for name in PAGES:
            assert client.get(at(name, answer)).status_code == 404
        for name in ACTIONS:
            assert client.post(at(name, answer)).status_code == 404
        assert figure(client, answer).status_code == 404
        assert client.get(list_url(answer.study)).status_code == 404
        assert client.get(new_url(answer.study)).status_code == 404
        assert client.post(new_url(answer.study), form_of(answer.study)).status_code == 404


def test_an_analysis_is_not_found_below_another_study(answer: Analysis) -> None:
    other = MembershipFactory(role=Role.MANAGER)
    MembershipFactory(study=answer.study, user=other.user)
    url = reverse("analytics:analysis", args=[other.study.code, answer.pk])
    assert signed_in(other.user).get(url).status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(answer: Analysis) -> None:
    for url in (answer.get_absolute_url(), list_url(answer.study), new_url(answer.study), at("analysis-input", answer)):
        response = Client().get(url)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


def test_a_viewer_reads_what_was_released_and_nothing_else(answer: Analysis) -> None:
    viewer = member(answer.study, Role.VIEWER)
    for name in ("analysis", "analysis-progress", "analysis-result"):
        assert viewer.get(at(name, answer)).status_code == 404
    assert figure(viewer, answer).status_code == 404
    assert "Nothing released yet" in page(viewer, list_url(answer.study))
    assert viewer.get(new_url(answer.study)).status_code == 403
    assert viewer.post(new_url(answer.study), form_of(answer.study)).status_code == 403
    for name in ACTIONS:
        assert viewer.post(at(name, answer)).status_code == 403
    released(answer)
    assert "RANKL by SS18 fusion partner" in page(viewer, list_url(answer.study))
    assert viewer.get(at("analysis-input", answer)).status_code == 403


def test_a_viewer_gets_no_single_patient_from_any_address(answer: Analysis) -> None:
    released(answer)
    viewer = member(answer.study, Role.VIEWER)
    urls = [answer.get_absolute_url(), at("analysis-result", answer), at("analysis-figure", answer, "boxes")]
    told = "".join(viewer.get(url).content.decode() for url in [*urls, at("analysis-figure", answer, "shifts")])
    assert "RANKL is higher in" in told
    assert "&lt; 5 excluded: SS18 fusion partner not known" in told
    assert "13" not in [step["patients"] for step in answer.result["population"]["flow"]]
    assert answer.input_sha256 not in told
    for patient in answer.study.patients.all():
        assert patient.code not in told
    for value in ("4.4375", "0.8125", "4.0625", "1.1875"):
        assert value not in told
    assert "lowerfence" not in told
    assert "Range" not in told


def test_a_member_of_one_site_reads_the_whole_as_a_viewer_does(db: None) -> None:
    site: Site = SiteFactory(code="NARA")
    study = cohort(study=site.study, site=site)
    add_patient(study, 9.875)
    own = MembershipFactory(site=site, role=Role.DATA_ENTRY).user
    whole = answered(study, MembershipFactory(study=study).user)
    confined = answered(study, own)
    assert signed_in(own).get(whole.get_absolute_url()).status_code == 404
    assert "Each point is a patient" in page(signed_in(own), confined.get_absolute_url())
    assert "Each point is a patient" in page(member(study), confined.get_absolute_url())
    elsewhere = MembershipFactory(site=SiteFactory(study=study), role=Role.DATA_ENTRY).user
    assert signed_in(elsewhere).get(confined.get_absolute_url()).status_code == 404
    released(whole)
    assert "Each point is a patient" not in page(signed_in(own), whole.get_absolute_url())
    assert "hovertext" not in figure(signed_in(own), whole).json()["data"][0]


def test_managers_release_and_withdraw_on_the_page(answer: Analysis) -> None:
    manager, viewer = member(answer.study, Role.MANAGER), member(answer.study, Role.VIEWER)
    assert "Release to viewers" in page(manager, answer.get_absolute_url())
    assert member(answer.study).post(at("analysis-release", answer)).status_code == 403
    manager.post(at("analysis-release", answer))
    assert viewer.get(answer.get_absolute_url()).status_code == 200
    assert "Withdraw" in page(manager, answer.get_absolute_url())
    manager.post(at("analysis-withdraw", answer))
    assert viewer.get(answer.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("name", ACTIONS)
def test_actions_are_not_links(answer: Analysis, name: str) -> None:
    assert member(answer.study, Role.MANAGER).get(at(name, answer)).status_code == 405
