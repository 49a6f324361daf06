"""Each rule of the database accepts one row and refuses one. ``CHECKS``: factory, accepted values, refused ones."""

from typing import Any

import pytest
from django.db import Error as DatabaseError
from django.db.models import CheckConstraint, UniqueConstraint
from pgtrigger import ReadOnly

from cases.models.integrity import SameParent
from expression.models import WellReading
from tests.database_rules import (
    assert_constraint_refuses,
    assert_trigger_refuses,
    columns_of,
    constraints,
    overwrite,
    triggers,
)
from tests.factories import (
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    ImportJobFactory,
    MarkerFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SpecimenFactory,
)

pytestmark = pytest.mark.django_db

UNDETERMINED = {"reading": WellReading.UNDETERMINED, "cq": None}

CHECKS: dict[str, tuple[Any, dict[str, Any], list[dict[str, Any]]]] = {
    "marker_symbol_shape": (MarkerFactory, {"symbol": "NKX2-1"}, [{"symbol": "rank"}]),
    "marker_role_known": (MarkerFactory, {"symbol": "X", "role": "ligand"}, [{"role": "hormone"}]),
    "dataset_code_shape": (ExpressionDatasetFactory, {"code": "GSE1"}, [{"code": "GSE 1"}]),
    "dataset_unit_known": (ExpressionDatasetFactory, {"unit": "rsem"}, []),
    "expression_value_finite": (
        ExpressionValueFactory,
        {"value": -1.7e308},
        [{"value": float(text)} for text in ("inf", "-inf", "nan")],
    ),
    "qpcr_run_code_shape": (QpcrRunFactory, {"code": "R_1"}, [{"code": "-R"}]),
    "qpcr_run_cycles_10_to_60": (QpcrRunFactory, {"cycles": 60}, [{"cycles": 9}, {"cycles": 61}]),
    "qpcr_run_pairing_known": (QpcrRunFactory, {"reference_pairing": "same_well"}, [{"reference_pairing": "none"}]),
    "qpcr_target_role_known": (QpcrTargetFactory, {"role": "reference"}, [{"role": "control"}]),
    "qpcr_target_efficiency_range": (
        QpcrTargetFactory,
        {"efficiency": 2.5},
        [{"efficiency": 1.0}, {"efficiency": 2.6}],
    ),
    "qpcr_well_position": (
        QpcrWellFactory,
        {"position": "P24"},
        [{"position": text} for text in ("P25", "Q1", "A0", "A01")],
    ),
    "qpcr_well_task_known": (QpcrWellFactory, {"task": "no_rt"}, [{"task": "empty"}]),
    "qpcr_well_cq_only_when_detected": (
        QpcrWellFactory,
        UNDETERMINED,
        [{"cq": 35.0}, {"reading": "detected"}, {"reading": "detected", "cq": 0.0}, {"reading": "seen"}],
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_check_accepts_one_and_refuses_others(name: str) -> None:
    factory, accepted, refusals = CHECKS[name]
    row = factory(**accepted)
    for refused in refusals:
        assert_constraint_refuses(name, row, **refused)


def test_unit_of_a_dataset_is_known() -> None:
    """The unit never changes, so a new row shows what the constraint refuses."""
    with pytest.raises(Exception, match="dataset_unit_known"):
        ExpressionDatasetFactory(unit="counts")


def test_every_check_is_tested() -> None:
    assert set(constraints("expression", CheckConstraint)) == CHECKS.keys()


UNIQUE: dict[str, tuple[Any, dict[str, Any]]] = {
    "dataset_code_once_per_study": (ExpressionDatasetFactory, {"code": "OTHER"}),
    "expression_value_once": (ExpressionValueFactory, {"marker": lambda: MarkerFactory(symbol="SOX9")}),
    "qpcr_run_code_once_per_study": (QpcrRunFactory, {"code": "OTHER"}),
    "qpcr_target_once_per_run": (QpcrTargetFactory, {"name": "OTHER"}),
    "qpcr_sample_once_per_run": (QpcrSampleFactory, {"name": "OTHER"}),
    "qpcr_well_target_once": (QpcrWellFactory, {"position": "H12"}),
}


@pytest.mark.parametrize("name", UNIQUE)
def test_unique_accepts_another_and_refuses_the_same(name: str) -> None:
    factory, difference = UNIQUE[name]
    first = factory()
    same = {column: getattr(first, column) for column in columns_of(type(first), name)}
    different = {column: value() if callable(value) else value for column, value in difference.items()}
    second = factory(**same | different)
    equal = {column: getattr(first, type(first)._meta.get_field(column).attname) for column in same}
    changed = {column: equal[column] for column in difference}
    assert_constraint_refuses(name, second, **changed)


def test_a_run_has_one_calibrator() -> None:
    calibrator = QpcrSampleFactory(is_calibrator=True)
    other = QpcrSampleFactory(run=calibrator.run)
    assert_constraint_refuses("qpcr_one_calibrator_per_run", other, is_calibrator=True)
    QpcrSampleFactory(is_calibrator=True)


def test_every_uniqueness_is_tested() -> None:
    assert set(constraints("expression", UniqueConstraint)) == UNIQUE.keys() | {"qpcr_one_calibrator_per_run"}


def test_symbols_are_unique() -> None:
    with pytest.raises(Exception, match="symbol"):
        overwrite(MarkerFactory(symbol="SOX9"), symbol=MarkerFactory().symbol)


REFERENCES: dict[tuple[str, str], tuple[Any, Any, str]] = {
    ("ExpressionValue", "dataset"): (ExpressionValueFactory, ExpressionDatasetFactory, "specimen"),
    ("ExpressionValue", "specimen"): (ExpressionValueFactory, SpecimenFactory, "dataset study"),
    ("QpcrRun", "import_job"): (QpcrRunFactory, ImportJobFactory, "study"),
    ("QpcrSample", "run"): (QpcrSampleFactory, QpcrRunFactory, "study specimen"),
    ("QpcrSample", "specimen"): (QpcrSampleFactory, SpecimenFactory, "run"),
    ("QpcrWell", "target"): (QpcrWellFactory, QpcrTargetFactory, "run"),
    ("QpcrWell", "sample"): (QpcrWellFactory, QpcrSampleFactory, "run"),
}


@pytest.mark.parametrize("key", REFERENCES, ids=".".join)
def test_reference_stays_within_the_study_or_run(key: tuple[str, str]) -> None:
    """What the factory makes is accepted, a row with the same owners that refers elsewhere is not."""
    factory, referenced, owners = REFERENCES[key]
    own = factory()
    same = {name: getattr(own, name) for name in owners.split()}
    with pytest.raises(DatabaseError, match=f"{key[1]} belongs to another"):
        factory(**same | {key[1]: referenced()})


def test_an_import_of_the_same_study_is_accepted() -> None:
    job = ImportJobFactory()
    assert QpcrRunFactory(study=job.study, import_job=job).import_job == job


def test_every_trigger_between_tables_is_tested() -> None:
    found = {(model.__name__, trigger.reference) for model, trigger in triggers("expression", SameParent)}
    assert found == REFERENCES.keys()


OWNED = {
    "ExpressionDataset": (ExpressionDatasetFactory, {"platform": "array"}),
    "ExpressionValue": (ExpressionValueFactory, {"value": 1.0}),
    "QpcrRun": (QpcrRunFactory, {"cycles": 45}),
    "QpcrTarget": (QpcrTargetFactory, {"efficiency": 1.9}),
    "QpcrSample": (QpcrSampleFactory, {"is_calibrator": True}),
    "QpcrWell": (QpcrWellFactory, {"omitted": True}),
}


@pytest.mark.parametrize(("model", "trigger"), triggers("expression", ReadOnly), ids=str)
def test_owner_never_changes(model: Any, trigger: ReadOnly) -> None:
    factory, changeable = OWNED[model.__name__]
    row, other = factory(), factory()
    overwrite(row, **changeable)
    for field in trigger.fields:
        changed = "rsem" if field == "unit" else getattr(other, model._meta.get_field(field).attname)
        assert_trigger_refuses("Cannot update rows|belongs to another", row, **{field: changed})
