"""What screening finds, what it leaves alone, and that forms ask before they save."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Patient, Role, Study
from cases.screening import Suspicion, compile_record_number, screen
from tests.factories import MembershipFactory, PatientFactory

FOUND = [
    ("call 03-1234-5678 please", "03-1234-5678", Suspicion.TELEPHONE),
    ("０９０－１２３４－５６７８", "090-1234-5678", Suspicion.TELEPHONE),
    ("09012345678", "09012345678", Suspicion.TELEPHONE),
    ("(075) 123-4567", "(075) 123-4567", Suspicion.TELEPHONE),
    ("+81 90 1234 5678", "+81 90 1234 5678", Suspicion.TELEPHONE),
    ("+49 (0)89 1234567", "+49 (0)89 1234567", Suspicion.TELEPHONE),
    ("write to Taro.Yamada@example.co.jp.", "taro.yamada@example.co.jp", Suspicion.E_MAIL),
    ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp", Suspicion.E_MAIL),
    ("born 1961-05-17", "1961-05-17", Suspicion.FULL_DATE),
    ("1961/5/17", "1961/5/17", Suspicion.FULL_DATE),
    ("1961年5月17日生まれ", "1961年5月17日", Suspicion.FULL_DATE),
    ("17.05.1961", "17.05.1961", Suspicion.FULL_DATE),
    ("05/17/1961", "05/17/1961", Suspicion.FULL_DATE),
    ("P-19610517-a", "19610517", Suspicion.FULL_DATE),
    ("昭和36年5月17日", "昭和36年5月17日", Suspicion.FULL_DATE),
    ("平成元年１月８日", "平成元年1月8日", Suspicion.FULL_DATE),
    ("S36.5.17", "s36.5.17", Suspicion.FULL_DATE),
    ("born 17 May 1961", "17 may 1961", Suspicion.FULL_DATE),
    ("May 17, 1961", "may 17, 1961", Suspicion.FULL_DATE),
]
LEFT_ALONE = [
    "TH03_0112_S01",
    "PATIENT-12",
    "GCTB-2019-05",
    "L3 vertebra",
    "NM_005228.5:c.2573T>G (p.L858R)",
    "pT2 N0 M0, G3",
    "2019-05",
    "S12-3-4",
    "120 mg every 28 days, days 8, 15",
    "ratio 0.123456789",
    "9250/1",
    "昭和大学",
    "",
]


@pytest.mark.parametrize(("text", "found", "looks_like"), FOUND)
def test_identifiers_are_found(text: str, found: str, looks_like: Suspicion) -> None:
    hits = screen(text)
    assert [(hit.text, hit.looks_like) for hit in hits] == [(found, looks_like)]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_codes_and_words_of_the_field_are_left_alone(text: str) -> None:
    assert screen(text) == []


def test_record_numbers_of_the_study_are_found_in_full_width_too() -> None:
    pattern = compile_record_number(r"[0-9]{8}")
    (hit,) = screen("ID １２３４５６７８ seen", record_number=pattern)
    assert (hit.text, hit.looks_like) == ("12345678", Suspicion.RECORD_NUMBER)
    assert screen("ID 1234567", record_number=pattern) == []


def test_something_far_behind_in_a_long_text_is_found() -> None:
    for before in (4990, 20_000):
        assert [hit.text for hit in screen("x " * (before // 2) + "tel 03-1234-5678")] == ["03-1234-5678"]


@pytest.mark.parametrize(
    "pattern",
    [
        *("[0-9", "(", "(a+)+$", "[0-9]*", "x+y", "(ab){3}", "(a|b)?", "(?=a)b", "[0-9]{3,}", "a?" * 30, "[0-9]?"),
        *("x|", "[0-9]{1,99}[0-9]{1,99}", "[0-9]{99999999999999999999}", "a{60}b"),
    ],
)
def test_patterns_that_are_wrong_or_slow_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError) as refusal:
        compile_record_number(pattern)
    assert str(refusal.value).endswith(".")


@given(st.lists(st.sampled_from([*"0a-[]{}()|?+*^.,19", r"\d", "[0-9]", "{1,9}", "{8}"]), max_size=40).map("".join))
def test_any_pattern_is_refused_or_searched_with(pattern: str) -> None:
    try:
        compiled = compile_record_number(pattern)
    except ValueError:
        return
    assert compiled is None or compiled.search("") is None


@pytest.fixture
def study() -> Study:
    return MembershipFactory(role=Role.MANAGER, study__record_number_pattern="K[0-9]{6}").study


@pytest.fixture
def client(study: Study) -> Client:
    client = Client()
    client.force_login(study.memberships.get().user)
    return client


PATIENT = {
    "code": "P-1",
    "sex": "unknown",
    "vital_status": "dead",
    "consent_status": "given",
    "cause_of_death": "Sepsis, K123456",
}


@pytest.mark.django_db
def test_a_form_asks_and_saves_what_was_checked(client: Client, study: Study) -> None:
    address = reverse("cases:patient-add", args=[study.code])
    answer = client.post(address, PATIENT)
    page = answer.content.decode()
    assert "“k123456” looks like a record number." in page
    assert 'name="identifies_nobody"' in page
    assert not study.patients.exists()
    assert client.post(address, PATIENT | {"identifies_nobody": "on"}).status_code == 302
    assert study.patients.get().cause_of_death == "Sepsis, K123456"


@pytest.mark.django_db
def test_a_form_does_not_ask_about_what_is_clean_or_was_checked_before(client: Client, study: Study) -> None:
    patient = PatientFactory(study=study, vital_status="dead", cause_of_death="K123456")
    address = reverse("cases:patient-edit", args=[study.code, patient.code])
    page = client.get(address)
    assert "the portal does not detect names" in page.content.decode()
    read = {field.html_name: field.value() for field in page.context["form"]}
    read = {name: value for name, value in read.items() if value is not None}
    assert client.post(address, read | {"sex": "male"}).status_code == 302
    assert Patient.objects.get().sex == "male"


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["K123456", "090-1234-5678", "19610517"])
def test_codes_are_screened(client: Client, study: Study, code: str) -> None:
    answer = client.post(
        reverse("cases:patient-add", args=[study.code]), PATIENT | {"code": code, "cause_of_death": ""}
    )
    assert "looks like" in answer.context["form"].errors["code"][0]


@pytest.mark.django_db
def test_a_manager_sets_the_pattern_and_is_told_what_is_wrong_with_it(client: Client, study: Study) -> None:
    address = reverse("cases:study-edit", args=[study.code])
    page = client.get(address)
    read = {field.html_name: field.value() for field in page.context["form"] if field.value() not in (None, False)}
    answer = client.post(address, read | {"record_number_pattern": "(a+)+"})
    assert answer.context["form"].errors["record_number_pattern"]
    assert client.post(address, read | {"record_number_pattern": "[0-9]{7}"}).status_code == 302
    study.refresh_from_db()
    assert study.record_number_pattern == "[0-9]{7}"
