"""Whatever happened to a file, an import writes all of it, lists what is wrong, or refuses it in words.

``python -m benchmarks.import_fuzz`` does the same thousands of times.
"""

import random
from pathlib import Path

import pytest

from cases.models import Study
from tests.damage import REPOSITORY, damaged, imported, real_files
from tests.factories import PatientFactory, SpecimenFactory, StudyFactory

pytestmark = pytest.mark.django_db

EXAMPLES = real_files(REPOSITORY / "docs" / "examples")


@pytest.fixture
def study() -> Study:
    study = StudyFactory()
    SpecimenFactory(study=study, patient=PatientFactory(study=study, code="SYN-01"))
    return study


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_damaged_examples(study: Study, tmp_path: Path, path: Path) -> None:
    chance = random.Random(path.name)  # noqa: S311 no secret
    for number in range(12):
        file = tmp_path / f"{number}{path.suffix}"
        file.write_bytes(damaged(path, chance))
        assert imported(study, file)


def test_damaged_files_of_others(study: Study, tmp_path: Path, shared_data: Path) -> None:
    chance = random.Random(7)  # noqa: S311 no secret
    for path in chance.sample(real_files(shared_data), k=8):
        file = tmp_path / path.name
        file.write_bytes(damaged(path, chance))
        assert imported(study, file)
