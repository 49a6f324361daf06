"""What the factories make passes the database's constraints, and belongs together."""

import pytest

from cases.models import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", factories.__all__)
def test_makes_two_valid_rows(name: str) -> None:
    factory = getattr(factories, name)
    for _ in range(2):
        factory().full_clean(validate_unique=False, validate_constraints=False)


def test_site_confines_within_its_study() -> None:
    site = factories.SiteFactory()
    assert factories.MembershipFactory(site=site, role=Role.DATA_ENTRY).study == site.study
    assert factories.PatientFactory(site=site).study == site.study


def test_well_belongs_together() -> None:
    well = factories.QpcrWellFactory()
    assert well.sample.run == well.target.run == well.run
    assert well.sample.specimen.patient.study == well.run.study
