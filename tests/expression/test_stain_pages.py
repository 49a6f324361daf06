"""Antibodies, positivity cut-offs, consolidation rules and laboratory scales: pages, versions, history, API."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import ConsentStatus, Membership, Role
from expression.models import Antibody, ConsolidationRule, LaboratoryScale, PositivityCutoff
from tests.factories import (
    AntibodyFactory,
    BlindScoringFactory,
    ConsolidationRuleFactory,
    IhcReadingFactory,
    LaboratoryScaleFactory,
    MarkerFactory,
    MembershipFactory,
    PhosphoSiteFactory,
    PositivityCutoffFactory,
    SiteFactory,
    SpecimenFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.DATA_ENTRY, study__code="STAIN")


@pytest.fixture
def client(membership: Membership) -> Client:
    return signed_in(membership)


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def address(name: str, *arguments: Any) -> str:
    return reverse(f"expression:{name}", args=["STAIN", *arguments])


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


class TestAntibodies:
    def test_added_changed_and_told(self, client: Client, membership: Membership) -> None:
        fields = {"code": "RANKL-1", "marker": MarkerFactory().pk, "clone": "12A668", "dilution": "1:200"}
        assert client.post(address("antibody-add"), fields).status_code == 302
        antibody = Antibody.objects.get()
        page = text_of(client.get(address("antibody-list")))
        assert "no RRID" in page
        form = client.get(address("antibody-edit", antibody.pk)).context["form"]
        changed = fields | {"rrid": "AB_2714189", "version": form["version"].value()}
        assert client.post(address("antibody-edit", antibody.pk), changed).status_code == 302
        antibody.refresh_from_db()
        assert (antibody.study, antibody.rrid) == (membership.study, "AB_2714189")
        told = text_of(client.get(address("antibody-history", antibody.pk)))
        assert membership.user.username in told
        assert "AB_2714189" in told

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"clone": ""}, "This field is required."),
            ({"rrid": "2714189"}, "Write it as AB_2714189."),
            ({"code": "TAKEN"}, "already has an antibody with this code"),
        ],
    )
    def test_refused_in_words(
        self, client: Client, membership: Membership, fields: dict[str, str], sentence: str
    ) -> None:
        AntibodyFactory(study=membership.study, code="TAKEN")
        usual = {"code": "NEW", "marker": MarkerFactory().pk, "clone": "12A668"}
        assert sentence in text_of(client.post(address("antibody-add"), usual | fields))

    def test_a_phospho_site_of_another_marker_is_refused(self, client: Client) -> None:
        site = PhosphoSiteFactory()
        fields = {"code": "NEW", "marker": MarkerFactory().pk, "clone": "12A668", "phospho_site": site.pk}
        assert "belongs elsewhere" in text_of(client.post(address("antibody-add"), fields))

    def test_whoever_changes_a_used_one_is_warned(self, client: Client, membership: Membership) -> None:
        antibody = AntibodyFactory(study=membership.study)
        warning = "Readings name this antibody already"
        assert warning not in text_of(client.get(address("antibody-edit", antibody.pk)))
        IhcReadingFactory(specimen=SpecimenFactory(patient__study=membership.study), antibody=antibody)
        assert warning in text_of(client.get(address("antibody-edit", antibody.pk)))

    def test_readings_of_the_withdrawn_are_not_counted(self, client: Client, membership: Membership) -> None:
        antibody = AntibodyFactory(study=membership.study)
        for consent in (ConsentStatus.GIVEN, ConsentStatus.WITHDRAWN):
            specimen = SpecimenFactory(patient__study=membership.study, patient__consent_status=consent)
            IhcReadingFactory(specimen=specimen, antibody=antibody)
        [row] = client.get(address("antibody-list")).context["table"].rows
        assert row.record.reading_count == 1

    def test_of_another_study_does_not_exist(self, client: Client) -> None:
        elsewhere = AntibodyFactory().pk
        for name in ("antibody-edit", "antibody-history", "antibody-delete"):
            assert client.get(address(name, elsewhere)).status_code == 404

    def test_one_that_nothing_names_is_deleted_for_a_reason(self, client: Client, membership: Membership) -> None:
        antibody = AntibodyFactory(study=membership.study, code="SLIP")
        page = address("antibody-delete", antibody.pk)
        assert page in text_of(client.get(address("antibody-list")))
        assert "Delete SLIP?" in text_of(client.get(page))
        assert client.post(page, {"reason": ""}).status_code == 200
        assert client.post(page, {"reason": "typed twice"}).status_code == 302
        assert not Antibody.objects.exists()

    @pytest.mark.parametrize(
        "named_by",
        [
            lambda antibody: IhcReadingFactory(
                specimen=SpecimenFactory(patient__study=antibody.study), antibody=antibody, reader="SECRET"
            ),
            lambda antibody: PositivityCutoffFactory(study=antibody.study, marker=antibody.marker, antibody=antibody),
            lambda antibody: BlindScoringFactory(
                study=antibody.study, microarray__study=antibody.study, antibody=antibody
            ),
        ],
        ids=["reading", "cut-off", "scoring"],
    )
    def test_one_that_is_named_stays(
        self, client: Client, membership: Membership, named_by: Callable[[Antibody], Any]
    ) -> None:
        antibody = AntibodyFactory(study=membership.study)
        named_by(antibody)
        told = text_of(client.post(address("antibody-delete", antibody.pk), {"reason": "no longer used"}))
        assert "name this antibody, so it stays" in told
        assert "SECRET" not in told
        assert Antibody.objects.filter(pk=antibody.pk).exists()


class TestVersions:
    def test_a_cutoff_gets_a_new_version_instead_of_a_change(self, client: Client, membership: Membership) -> None:
        fields = {"name": "RANKL any", "marker": MarkerFactory().pk, "scale": "h_score", "at_least": "1"}
        assert client.post(address("cutoff-add"), fields).status_code == 302
        first = PositivityCutoff.objects.get()
        again = text_of(client.post(address("cutoff-add"), fields))
        assert "This study has it already. Add a new version of that one instead." in again
        moved = fields | {"name": "Other", "at_least": "50"}
        assert client.post(address("cutoff-new-version", first.pk), moved).status_code == 302
        versions = PositivityCutoff.objects.order_by("version").values_list("name", "version", "at_least")
        assert list(versions) == [("RANKL any", 1, 1), ("RANKL any", 2, 50)]
        page = text_of(client.get(address("cutoff-list")))
        assert "replaced" in page
        assert page.count("New version") == 1

    def test_a_rule_too(self, client: Client, membership: Membership) -> None:
        old = ConsolidationRuleFactory(study=membership.study, name="Median of cores")
        fields = {"cores_to_specimen": "median", "specimens_to_patient": "max", "minimum_evaluable_cores": "2"}
        assert client.post(address("rule-new-version", old.pk), fields).status_code == 302
        new = ConsolidationRule.objects.get(version=2)
        assert (new.name, new.minimum_evaluable_cores, old.pk == new.pk) == ("Median of cores", 2, False)
        assert "Median of cores v1" in text_of(client.get(address("rule-history", old.pk)))

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"at_least": "0"}, "above 0 and within its scale"),
            ({"at_least": "301"}, "above 0 and within its scale"),
            ({"scale": "irs", "at_least": "13"}, "above 0 and within its scale"),
            ({"name": ""}, "This field is required."),
        ],
    )
    def test_a_cutoff_is_refused_in_words(self, client: Client, fields: dict[str, str], sentence: str) -> None:
        usual = {"name": "New", "marker": MarkerFactory().pk, "scale": "h_score", "at_least": "50"}
        assert sentence in text_of(client.post(address("cutoff-add"), usual | fields))

    def test_any_positive_needs_a_cutoff(self, client: Client, membership: Membership) -> None:
        fields = {
            "name": "Positive",
            "cores_to_specimen": "any_positive",
            "specimens_to_patient": "max",
            "minimum_evaluable_cores": "1",
        }
        refused = text_of(client.post(address("rule-add"), fields))
        assert refused.count("needs a cut-off that says what positive is") == 1
        cutoff = PositivityCutoffFactory(study=membership.study, name="RANKL any")
        assert client.post(address("rule-add"), fields | {"cutoff": cutoff.pk}).status_code == 302
        page = text_of(client.get(address("rule-list")))
        assert "RANKL any v1 (H-score ≥ 50, RANKL)" in page

    def test_choices_are_of_the_study(self, client: Client) -> None:
        elsewhere = PositivityCutoffFactory()
        other = AntibodyFactory()
        assert elsewhere not in client.get(address("rule-add")).context["form"].fields["cutoff"].queryset
        assert other not in client.get(address("cutoff-add")).context["form"].fields["antibody"].queryset


class TestScales:
    FIELDS = {"code": "GRID", "meanings": "0 = negative\n１：focal", "not_assessable": "9, x"}

    def test_added_copied_and_told(self, client: Client, membership: Membership) -> None:
        assert "No scale yet" in text_of(client.get(address("scale-list")))
        assert client.post(address("scale-add"), self.FIELDS).status_code == 302
        scale = LaboratoryScale.objects.get()
        assert (scale.study, scale.meanings) == (membership.study, {"0": "negative", "1": "focal"})
        assert scale.not_assessable == ["9", "x"]
        page = text_of(client.get(address("scale-list")))
        assert "0 negative, 1 focal" in page
        assert "9, x" in page
        copy = client.get(address("scale-copy", scale.pk)).context["form"]
        assert (copy["code"].value(), copy["meanings"].value()) == ("", "0 = negative\n1 = focal")
        again = text_of(client.post(address("scale-copy", scale.pk), self.FIELDS))
        assert "already has a laboratory scale with this code" in again
        assert client.post(address("scale-copy", scale.pk), self.FIELDS | {"code": "GRID-2"}).status_code == 302
        assert membership.user.username in text_of(client.get(address("scale-history", scale.pk)))

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"meanings": ""}, "This field is required."),
            ({"meanings": "0 = negative\nfocal"}, "“focal”: write a number up to 99"),
            ({"meanings": '{"0": 1}'}, "its meaning, of at most 60 characters"),
            ({"meanings": "{"}, "Enter a valid JSON."),
            ({"code": "a b"}, "letters, digits"),
        ],
    )
    def test_refused_in_words(self, client: Client, fields: dict[str, str], sentence: str) -> None:
        assert sentence in text_of(client.post(address("scale-add"), self.FIELDS | fields))
        assert not LaboratoryScale.objects.exists()

    def test_only_one_without_scores_goes(self, client: Client, membership: Membership) -> None:
        used, unused = LaboratoryScaleFactory.create_batch(2, study=membership.study)
        IhcReadingFactory(
            specimen=SpecimenFactory(patient__study=membership.study),
            **dict.fromkeys(("percent_0", "percent_1", "percent_2", "percent_3")),
            recorded_score=1,
            recorded_scale="",
            laboratory_scale=used,
        )
        page = text_of(client.get(address("scale-list")))
        assert address("scale-delete", unused.pk) in page
        assert address("scale-delete", used.pk) not in page
        for scale in (used, unused):
            client.post(address("scale-delete", scale.pk), {"reason": "typed twice"})
        assert LaboratoryScale.objects.get() == used

    def test_of_another_study_does_not_exist(self, client: Client) -> None:
        elsewhere = LaboratoryScaleFactory().pk
        for name in ("scale-copy", "scale-delete", "scale-history"):
            assert client.get(address(name, elsewhere)).status_code == 404


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("antibody-list", AntibodyFactory),
        ("cutoff-list", PositivityCutoffFactory),
        ("rule-list", ConsolidationRuleFactory),
        ("scale-list", LaboratoryScaleFactory),
    ],
)
def test_number_of_queries_does_not_grow(client: Client, membership: Membership, name: str, factory: Any) -> None:
    factory(study=membership.study)
    few = queries_of(client, address(name))
    factory.create_batch(10, study=membership.study)
    assert queries_of(client, address(name)) == few


class TestApi:
    def _post(self, client: Client, plural: str, **body: Any) -> Any:
        return client.post(f"/api/v1/{plural}/", body, content_type="application/json")

    def test_an_antibody_is_written_by_version(self, client: Client) -> None:
        MarkerFactory()
        body = {"study": "STAIN", "code": "RANKL-1", "marker": "TNFSF11", "clone": "12A668"}
        made = self._post(client, "antibodies", **body)
        assert made.status_code == 201, made.json()
        one = f"/api/v1/antibodies/{made.json()['id']}/"
        change = {"path": one, "data": {"dilution": "1:100"}, "content_type": "application/json"}
        assert client.patch(**change).status_code == 428
        assert client.patch(**change, headers={"If-Match": '"old"'}).status_code == 412
        changed = client.patch(**change, headers={"If-Match": made["ETag"]})
        assert (changed.status_code, changed.json()["dilution"], changed.json()["marker"]) == (200, "1:100", "TNFSF11")

    def test_a_cutoff_of_a_known_name_is_its_next_version(self, client: Client, membership: Membership) -> None:
        PositivityCutoffFactory(study=membership.study, name="RANKL any")
        body = {"study": "STAIN", "name": "RANKL any", "marker": "TNFSF11", "scale": "irs", "at_least": 4}
        made = self._post(client, "positivity-cutoffs", **body)
        assert (made.status_code, made.json()["version"]) == (201, 2)
        one = f"/api/v1/positivity-cutoffs/{made.json()['id']}/"
        assert client.patch(one, {}, content_type="application/json").status_code == 405
        assert client.get("/api/v1/positivity-cutoffs/", {"version": 2}).json()["count"] == 1

    def test_a_rule(self, client: Client, membership: Membership) -> None:
        cutoff = PositivityCutoffFactory(study=membership.study)
        body = {
            "study": "STAIN",
            "name": "Positive",
            "cores_to_specimen": "any_positive",
            "specimens_to_patient": "any_positive",
            "cutoff": cutoff.pk,
        }
        made = self._post(client, "consolidation-rules", **body)
        assert (made.status_code, made.json()["cutoff"], made.json()["version"]) == (201, cutoff.pk, 1)
        refused = self._post(client, "consolidation-rules", **(body | {"name": "Other", "cutoff": None}))
        assert (refused.status_code, list(refused.json())) == (400, ["cutoff"])

    def test_a_scale_is_added_and_taken_away_and_never_changed(self, client: Client) -> None:
        body = {"study": "STAIN", "code": "GRID", "meanings": {"0": "negative"}, "not_assessable": ["x", "9"]}
        made = self._post(client, "laboratory-scales", **body)
        assert (made.status_code, {**made.json(), **body} == made.json()) == (201, True)
        one = f"/api/v1/laboratory-scales/{made.json()['id']}/"
        assert client.patch(one, {}, content_type="application/json").status_code == 405
        refused = self._post(client, "laboratory-scales", **(body | {"code": "OTHER", "meanings": {"a": "b"}}))
        assert (refused.status_code, list(refused.json())) == (400, ["meanings"])
        gone = client.delete(f"{one}?reason=slip", headers={"If-Match": made["ETag"]})
        assert gone.status_code == 204

    def test_of_one_site_one_reads_but_does_not_write(self, membership: Membership) -> None:
        antibody = AntibodyFactory(study=membership.study)
        site = SiteFactory(study=membership.study)
        confined = signed_in(MembershipFactory(study=membership.study, site=site, role=Role.DATA_ENTRY))
        assert confined.get(f"/api/v1/antibodies/{antibody.pk}/").status_code == 200
        body = {"study": "STAIN", "code": "RANKL-2", "marker": "TNFSF11", "clone": "12A668"}
        assert self._post(confined, "antibodies", **body).status_code == 403

    def test_a_used_antibody_stays(self, client: Client, membership: Membership) -> None:
        antibody = AntibodyFactory(study=membership.study)
        IhcReadingFactory(specimen=SpecimenFactory(patient__study=membership.study), antibody=antibody)
        one = f"/api/v1/antibodies/{antibody.pk}/"
        read = client.get(one)
        gone = client.delete(f"{one}?reason=Duplicate", headers={"If-Match": read["ETag"]})
        assert gone.status_code == 409


@pytest.mark.parametrize("name", ["antibody", "positivity-cutoff", "consolidation-rule"])
def test_nonsense_over_the_api_is_refused_by_field(client: Client, membership: Membership, name: str) -> None:
    fields = {
        "antibody": "code marker phospho_site clone vendor rrid dilution retrieval",
        "positivity-cutoff": "name marker antibody cell_type compartment scale at_least source",
        "consolidation-rule": "name cores_to_specimen specimens_to_patient minimum_evaluable_cores cutoff",
    }
    endpoint = reverse(f"api:{name}-list")
    for nonsense in ("\x00nonsense", {"a": 1}, [1, "x"], 1e300, -1, True, "x" * 5000, "NaN"):
        body = dict.fromkeys(fields[name].split(), nonsense) | {"study": "STAIN"}
        assert client.post(endpoint, body, content_type="application/json").status_code == 400
    for query in ({"version": "1e300"}, {"version": "NaN"}, {"marker__symbol": "\x00"}, {"name": "\x00"}):
        assert client.get(endpoint, query).status_code in (200, 400)


def test_rows_of_another_study_cannot_be_named(client: Client, membership: Membership) -> None:
    """Neither on the pages nor over the API, though their numbers be known."""
    foreign = PositivityCutoffFactory()
    antibody_of_others = AntibodyFactory(study=foreign.study)
    rule = {
        "study": "STAIN",
        "name": "Any",
        "cores_to_specimen": "median",
        "specimens_to_patient": "median",
        "minimum_evaluable_cores": 1,
        "cutoff": foreign.pk,
    }
    assert client.post(address("rule-add"), rule).status_code == 200
    answer = client.post(reverse("api:consolidation-rule-list"), rule, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["cutoff"])
    endpoint = reverse("api:antibody-detail", args=[antibody_of_others.pk])
    for send in (client.get, client.put, client.patch, client.delete):
        assert send(endpoint, content_type="application/json").status_code == 404
    antibody = {"study": foreign.study.code, "code": "X", "marker": foreign.marker.symbol, "clone": "X"}
    answer = client.post(reverse("api:antibody-list"), antibody, content_type="application/json")
    assert answer.status_code == 404
    assert not ConsolidationRule.objects.exists()


def test_a_study_is_not_assigned_by_the_body(client: Client, membership: Membership) -> None:
    """What a form does not hold is not written: study, key and version."""
    other = AntibodyFactory()
    own = AntibodyFactory(study=membership.study)
    endpoint = reverse("api:antibody-detail", args=[own.pk])
    version = client.get(endpoint)["ETag"]
    body = {"study": other.study.code, "id": other.pk, "clone": "NEW"}
    answer = client.patch(endpoint, body, content_type="application/json", headers={"If-Match": version})
    own.refresh_from_db()
    assert (own.study, answer.status_code in (200, 400)) == (membership.study, True)


def test_an_antibody_that_stays_names_nobody_who_withdrew(client: Client, membership: Membership) -> None:
    antibody = AntibodyFactory(study=membership.study)
    gone = IhcReadingFactory(
        antibody=antibody,
        specimen=SpecimenFactory(code="GONE-1", patient__study=membership.study),
    )
    endpoint = reverse("api:antibody-detail", args=[antibody.pk])
    version = client.get(endpoint)["ETag"]
    assert "GONE-1" in client.delete(f"{endpoint}?reason=Twice", headers={"If-Match": version}).json()["detail"]
    type(gone.patient).objects.update(consent_status=ConsentStatus.WITHDRAWN)
    answer = client.delete(f"{endpoint}?reason=Twice", headers={"If-Match": version})
    assert (answer.status_code, "who withdrew consent" in answer.json()["detail"]) == (409, True)
    assert "GONE-1" not in answer.json()["detail"]
