"""Answers kept under a name: they fit the next file by its headings, whatever their order."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from cases.importing.formats import by_code, registered
from cases.importing.mappings import answers_of, offers, read_file, warnings_of
from cases.jobs import Refusal
from cases.models import ImportJob, ImportMapping, Lesion, Patient, Role, Study
from cases.sentences import render
from expression.models import QpcrRun
from tests.cases.importing.records.books import book
from tests.factories import ImportMappingFactory, PatientFactory, StudyFactory, UserFactory
from tests.import_steps import answered, brought, confirmed, member
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

ODD = "Nr,Geschlecht,Jahr,Farbe\nP1,f,1961,blue\n"
COLUMNS = ["code", "sex", "birth_year", ""]


def meant(columns: list[str], *, sheet: int = 0, target: str = "patient") -> dict[str, str]:
    """The answers that a sheet holds these fields."""
    of_columns = {f"column-{sheet}-{place}": name for place, name in enumerate(columns)}
    return {f"sheet-{sheet}": target, f"shown-{sheet}": target} | of_columns


MEANT = meant(COLUMNS)
SHUFFLED = "jahr,FARBE,Nr,Geschlecht\n1970,red,P2,m\n"
EXPRESSION = "Probe,partner,RNA one\nA-1,SSX1,1.5\nB-1,,0.5\n"
ROLES = {
    "column-0": "sample",
    "column-1": "fusion:",
    "column-2": "marker:TNFSF11",
    "fusion_gene": "SS18",
    "unit": "log2_tpm",
    "platform": "RNA-seq",
}


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def manager(client: Client, study: Study) -> Client:
    client.force_login(member(study))
    return client


def kept(job: ImportJob, *, name: str = "Registry") -> ImportMapping:
    answers = answers_of(job)
    assert answers is not None
    return ImportMapping.objects.create(
        study=job.study, format=job.format, name=name, answers=answers, saved_by=job.requested_by
    )


def records(study: Study, content: str | bytes, **answers: Any) -> ImportJob:
    job = brought(study, content, format_code="record_table", name="x.xlsx" if isinstance(content, bytes) else "x.csv")
    return answered(job, **answers) if answers else job


def options_from(mapping: ImportMapping, job: ImportJob) -> dict[str, Any]:
    return by_code(job.format).fit(mapping.answers, outline=job.preview["outline"]).options


def page(client: Client, job: ImportJob, **query: str) -> str:
    return " ".join(client.get(job.get_absolute_url(), query).content.decode().split())


class TestRecords:
    @pytest.fixture
    def mapping(self, study: Study) -> ImportMapping:
        return kept(records(study, ODD, **MEANT))

    def test_headings_are_kept_and_no_positions(self, mapping: ImportMapping) -> None:
        columns = {"Nr": "code", "Geschlecht": "sex", "Jahr": "birth_year", "Farbe": ""}
        assert mapping.answers["sheets"] == [{"name": "", "target": "patient", "columns": columns}]

    def test_it_fits_whatever_the_order(self, study: Study, mapping: ImportMapping) -> None:
        job = records(study, SHUFFLED)
        assert options_from(mapping, job)["sheets"] == [
            {"target": "patient", "columns": ["birth_year", "", "code", "sex"]}
        ]

    def test_unknown_and_missing_columns_are_said(self, study: Study, mapping: ImportMapping) -> None:
        job = records(study, "Nr,Geschlecht,ecog\nP1,f,1\n")
        (offer,) = offers(study=study, import_format=by_code("record_table"), outline=job.preview["outline"])
        told = [render(text) for text in warnings_of(offer.fit, name=offer.name)]
        assert told == [
            "Column “ecog” is not in the mapping “Registry”: look what it is.",
            "The mapping “Registry” has a column “Jahr” that this file lacks.",
        ]
        assert offer.fit.options["sheets"][0]["columns"] == ["code", "sex", "ecog_at_entry"]

    def test_what_has_little_in_common_is_not_offered(self, study: Study, mapping: ImportMapping) -> None:
        job = records(study, "Nr,vital status,ecog\nP1,dead,1\n")
        assert not offers(study=study, import_format=by_code("record_table"), outline=job.preview["outline"])

    def test_sheets_in_another_order(self, study: Study) -> None:
        sheets = {"A": [["Nr", "Seite"], ["P1", "left"]], "B": [["Nr", "Sex"], ["P1", "f"]]}
        PatientFactory(study=study, code="P1")
        first = records(
            study,
            book({"A": [["Nr", "Kode", "Seite"], ["P1", "L1", "left"]], "B": sheets["B"]}),
            **meant(["patient", "code", "laterality"], target="lesion"),
            **meant(["code", "sex"], sheet=1),
        )
        mapping = kept(first)
        again = records(study, book({"B": sheets["B"], "A": [["Seite", "Kode", "Nr"], ["left", "L1", "P1"]]}))
        assert options_from(mapping, again)["sheets"] == [
            {"target": "patient", "columns": ["code", "sex"]},
            {"target": "lesion", "columns": ["laterality", "code", "patient"]},
        ]

    def test_the_best_is_offered_first(self, study: Study, mapping: ImportMapping) -> None:
        better = kept(
            records(study, SHUFFLED.replace("FARBE", "Hue"), **meant(["birth_year", "", "code", "sex"])), name="Better"
        )
        job = records(study, SHUFFLED.replace("FARBE", "Hue"))
        found = offers(study=study, import_format=by_code("record_table"), outline=job.preview["outline"])
        assert [offer.mapping for offer in found] == [better, mapping]


def test_tables_of_expression_values(study: Study) -> None:
    mapping = kept(answered(brought(study, EXPRESSION, format_code="expression_table"), **ROLES))
    assert "dataset" not in mapping.answers
    job = brought(study, "RNA one,Probe,partner\n2,C-1,SSX2\n", format_code="expression_table", name="second.csv")
    options = options_from(mapping, job)
    again = by_code(job.format).options_form(study=study, outline=job.preview["outline"], options=options)
    shown = {name: again[name].value() for name in again.fields}
    assert [shown[f"column-{number}"] for number in range(3)] == ["marker:TNFSF11", "sample", "fusion:"]
    assert (shown["fusion_gene"], shown["unit"], shown["platform"], shown["dataset"]) == (
        "SS18",
        "log2_tpm",
        "RNA-seq",
        "second",
    )


def test_plates(study: Study, settings: Any) -> None:
    content = (settings.BASE_DIR / "docs" / "examples" / "synthetic_quantstudio.txt").read_bytes()
    job = answered(brought(study, content, name="plate.txt"), cycles=45, unmatched="create")
    mapping = kept(job)
    assert not {"code", "samples", "calibrator"} & mapping.answers.keys()
    again = brought(study, content, name="plate.txt")
    assert options_from(mapping, again)["cycles"] == 45
    confirmed(job)
    assert QpcrRun.objects.get().cycles == 45


@pytest.mark.parametrize("code", [offered.code for offered in registered()])
@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"sheets": 1, "columns": 1, "targets": 1},
        {"sheets": [1], "columns": {"a": 1}, "targets": {"a": 1}},
        {"sheets": [{"target": "x", "columns": []}], "columns": [], "targets": []},
    ],
)
def test_nonsense_is_refused_in_words(code: str, nonsense: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="mapping"):
        by_code(code).fit(nonsense, outline={"sheets": [], "columns": [], "targets": []})


class TestPages:
    @pytest.fixture
    def job(self, study: Study) -> ImportJob:
        return records(study, ODD, **MEANT)

    def keep(self, client: Client, job: ImportJob, name: str) -> str:
        url = reverse("cases:import-mapping", args=[job.study.code, job.pk])
        return client.post(url, {"name": name}, follow=True).content.decode()

    def test_kept_offered_and_used(self, manager: Client, study: Study, job: ImportJob) -> None:
        assert "Keep the answers as a mapping" in page(manager, job)
        self.keep(manager, job, "Registry")
        (mapping,) = ImportMapping.objects.all()
        assert (mapping.study, mapping.format, mapping.name) == (study, "record_table", "Registry")
        assert mapping.events.count() == 1
        again = records(study, SHUFFLED)
        text = page(manager, again)
        assert f"Mapping “Registry”, saved by {mapping.saved_by}" in text
        assert "is unknown: choose what it is" not in text
        assert '<option value="birth_year" selected>' in text
        text = page(manager, again, mapping="none")
        assert "fits these columns" not in text
        assert '<option value="birth_year" selected>' not in text

    def test_a_name_is_given_once(self, manager: Client, job: ImportJob) -> None:
        self.keep(manager, job, "Registry")
        assert "This study already has a mapping of this name." in self.keep(manager, job, "Registry")
        assert "This field is required" in self.keep(manager, job, "")
        assert ImportMapping.objects.count() == 1

    def test_a_name_that_could_identify_somebody_is_asked_about(self, manager: Client, job: ImportJob) -> None:
        assert "looks like" in self.keep(manager, job, "of 1961-05-17")
        assert not ImportMapping.objects.exists()

    def test_nothing_answered_nothing_to_keep(self, manager: Client, study: Study) -> None:
        job = records(study, ODD)
        assert manager.get(reverse("cases:import-mapping", args=[study.code, job.pk])).status_code == 404
        assert "Keep the answers" not in page(manager, job)

    def test_renamed_taken_out_and_deleted(self, manager: Client, study: Study, job: ImportJob) -> None:
        mapping = kept(job)
        listed = manager.get(reverse("cases:mapping-list", args=[study.code])).content.decode()
        assert "Registry" in listed
        url = reverse("cases:mapping-edit", args=[study.code, mapping.pk])
        manager.post(url, {"name": "Hospital"})
        mapping.refresh_from_db()
        assert mapping.name == "Hospital"
        file = manager.get(reverse("cases:mapping-file", args=[study.code, mapping.pk]))
        assert json.loads(file.content) == {
            "format": "record_table",
            "name": "Hospital",
            "answers": mapping.answers,
        }
        url = reverse("cases:mapping-delete", args=[study.code, mapping.pk])
        assert "What was imported with it stays as it is." in manager.get(url).content.decode()
        assert ImportMapping.objects.exists()
        assert "The mapping “Hospital” is deleted." in manager.post(url, follow=True).content.decode()
        assert not ImportMapping.objects.exists()

    def test_the_list_takes_the_same_queries_for_any_number(self, manager: Client, study: Study) -> None:
        url = reverse("cases:mapping-list", args=[study.code])
        assert "No mapping kept yet" in manager.get(url).content.decode()
        ImportMappingFactory(study=study)
        one = queries_of(manager, url)
        ImportMappingFactory.create_batch(5, study=study)
        assert queries_of(manager, url) == one

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.RESEARCHER, None])
    def test_who_may_not_import(self, client: Client, study: Study, job: ImportJob, role: Role | None) -> None:
        mapping = kept(job)
        client.force_login(member(study, role) if role else UserFactory())
        for name, pk in (("mapping-edit", mapping.pk), ("mapping-delete", mapping.pk), ("import-mapping", job.pk)):
            url = reverse(f"cases:{name}", args=[study.code, pk])
            assert client.post(url, {"name": "X"}).status_code == (403 if role else 404)
        assert ImportMapping.objects.get().name == "Registry"

    def test_a_mapping_of_another_study(self, client: Client, job: ImportJob) -> None:
        mapping, other = kept(job), StudyFactory()
        client.force_login(member(other))
        for name in ("mapping-edit", "mapping-delete", "mapping-file"):
            assert client.get(reverse(f"cases:{name}", args=[other.code, mapping.pk])).status_code == 404
        assert not offers(study=other, import_format=by_code(job.format), outline=job.preview["outline"])


class TestCommand:
    @pytest.fixture
    def mapping(self, study: Study) -> ImportMapping:
        return kept(records(study, ODD, **MEANT))

    @pytest.fixture
    def table(self, tmp_path: Path) -> Path:
        path = tmp_path / "table.csv"
        path.write_text(SHUFFLED)
        return path

    def told(self, study: Study, table: Path, mapping: str) -> str:
        answer = io.StringIO()
        by = member(study).username
        call_command("import_table", study.code, table, by=by, mapping=mapping, stdout=answer)
        return answer.getvalue()

    def test_by_name(self, study: Study, table: Path, mapping: ImportMapping) -> None:
        assert self.told(study, table, "Registry").splitlines()[-1] == "Imported."
        patient = Patient.objects.get(code="P2")
        assert (patient.sex, patient.birth_year) == ("male", 1970)

    def test_by_file_in_another_study(self, manager: Client, study: Study, table: Path, mapping: ImportMapping) -> None:
        file = manager.get(reverse("cases:mapping-file", args=[study.code, mapping.pk])).content
        path = table.parent / "mapping.json"
        path.write_bytes(file)
        other = StudyFactory()
        self.told(other, table, str(path))
        assert Patient.objects.get(study=other).birth_year == 1970

    def test_no_such_name(self, study: Study, table: Path, mapping: ImportMapping) -> None:
        with pytest.raises(CommandError, match=r"There is no mapping “Other” for such files\. There are: Registry\."):
            self.told(study, table, "Other")
        assert not Lesion.objects.exists()

    @pytest.mark.parametrize(
        "content", ["", "[]", "{}", '{"answers": {}, "format": "quantstudio"}', "\x00", "[" * 9999]
    )
    def test_a_file_that_is_no_mapping(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "mapping.json"
        path.write_text(content)
        with pytest.raises(Refusal, match=r"This is no mapping of columns|for files of another kind"):
            read_file(path, import_format=by_code("record_table"))
