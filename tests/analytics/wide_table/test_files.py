"""The wide table in every format, with its dictionary, and with shifted dates."""

from pathlib import Path

import pyarrow.parquet
import pytest
from django.core.management import CommandError, call_command

from cases.exporting.formats import ExportFormat
from cases.models import ListExport, Role, Study
from tests.analytics.cohort import cohort
from tests.factories import DiagnosisFactory, LesionFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    study = cohort({"SSX1": (1.5, 2.5)})
    for number, patient in enumerate(study.patients.order_by("code")):
        DiagnosisFactory(patient=patient, is_index=True, date=("2019-05", "2019-05-17")[number])
        LesionFactory(patient=patient, largest_diameter_mm="12.5")
    MembershipFactory(study=study, role=Role.MANAGER, user__username="keiko")
    return study


@pytest.mark.parametrize("format", ExportFormat.values)
@pytest.mark.parametrize("rows", ["patient", "specimen"])
def test_every_variable_in_every_format(study: Study, tmp_path: Path, format: str, rows: str) -> None:
    call_command("export_table", study.code, out=tmp_path, wide=rows, format=format, by="keiko")
    assert (ListExport.objects.get().list_name, ListExport.objects.get().rows) == (f"wide_{rows}", 2)
    written = "export.xlsx" if format == "xlsx" else f"wide_{rows}.{format}"
    assert (tmp_path / written).stat().st_size


def test_typed_and_shifted(study: Study, tmp_path: Path) -> None:
    variables = ["profile:RNA:TNFSF11", "diagnosis_date", "lesion_largest_diameter_mm"]
    options = {"wide": "patient", "variables": variables, "format": "parquet", "shift_dates": True}
    call_command("export_table", study.code, out=tmp_path, by="keiko", **options)
    table = pyarrow.parquet.read_table(tmp_path / "wide_patient.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert types["profile_RNA_TNFSF11"] == "double"
    assert types["diagnosis_date"] == "date32[day]"
    assert types["lesion_largest_diameter_mm"] == "decimal128(5, 1)"
    first, second = table.to_pylist()
    assert (first["diagnosis_date"], first["diagnosis_date_missing"]) == (None, "known_to_month")
    assert second["diagnosis_date"].isoformat() != "2019-05-17"
    assert [row["profile_RNA_TNFSF11"] for row in (first, second)] == [1.5, 2.5]


def test_wrong_use_exits_with_2_and_leaves_nothing(study: Study, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("export_table", study.code, out=tmp_path, wide="patient", variables=["nothing"], by="keiko")
    assert refused.value.returncode == 2
    assert not list(tmp_path.iterdir())
