"""What was measured, on the pages of a study, a patient and a specimen."""

from cases import access
from cases.access import Person, StudyRights
from cases.models import Patient, Specimen, Study
from cases.sections import Section, patient_sections, specimen_sections, study_sections
from expression import ihc_sections  # noqa: F401 registers its sections
from expression.coverage import marker_coverage
from expression.specimen_values import SpecimenValues


@study_sections.register
def coverage(*, user: Person, rights: StudyRights, subject: Study) -> Section | None:
    """Markers × assays."""
    table = marker_coverage(rights)
    if not table.assays:
        return None
    return Section(template="expression/sections/coverage.html", context={"table": table, "rows": table.rows})


@patient_sections.register
def values_of_patient(*, user: Person, rights: StudyRights, subject: Patient) -> Section | None:
    specimens = access.specimens(user).filter(patient=subject)
    return _values(SpecimenValues(user=user, specimens=specimens), rights=rights, overview=True)


@specimen_sections.register
def values_of_specimen(*, user: Person, rights: StudyRights, subject: Specimen) -> Section | None:
    specimens = access.specimens(user).filter(pk=subject.pk)
    return _values(SpecimenValues(user=user, specimens=specimens), rights=rights, overview=False)


def _values(values: SpecimenValues, *, rights: StudyRights, overview: bool) -> Section | None:
    """Runs, blots and datasets have pages for those who are not confined to a site."""
    if not values.any:
        return None
    context = {"values": values, "overview": overview, "linked": rights.site_id is None}
    return Section(template="expression/sections/values.html", context=context)
