"""For each check of measurements what it must find, and a like one it must leave alone: assay by assay."""

from tests.expression import ihc_cases, pathology_cases, qpcr_cases, western_cases

RECORDS = {**ihc_cases.RECORDS, **pathology_cases.RECORDS, **qpcr_cases.RECORDS, **western_cases.RECORDS}
