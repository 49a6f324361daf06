"""The lists behind the numbers of an overview, for those who may see them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html

from analytics.dashboards.overview.accrual import DatedBy
from analytics.spec import Population
from analytics.spec.population import EVERYBODY
from cases.access import StudyRights
from cases.quality.completeness import NO_RECORD


def linked(text: Any, url: str) -> str:
    """The text, as a link where there is somewhere to go."""
    return format_html('<a href="{}">{}</a>', url, text) if url else str(text)


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Addresses of lists with the filters of the overview; blank where no list has exactly the rows of the number, and
    all of them without ``rights``, as in a release.
    """

    rights: StudyRights | None
    population: Population

    def patients(self, **only: str) -> str:
        """The chosen patients, further narrowed."""
        return self._url("cases:patient-list", query=dict(self.population.filters) | only)

    def year(self, dated_by: str, year: str) -> str:
        """Those who came in the year."""
        if dated_by == DatedBy.CONSENT:
            return self.patients(consent_date_from=year, consent_date_until=year)
        if dated_by == DatedBy.DIAGNOSIS and not self.population:
            query = {"date_from": year, "date_until": year, "is_index": "True"}
            return self._url("cases:list", "diagnosis", query=query)
        return ""

    def without_specimen(self) -> str:
        return "" if self.population else self._url("cases:quality-incomplete", "specimen", NO_RECORD)

    def marker(self, symbol: str, *, assay: str, histology: str) -> str:
        """The page of a marker with the flow of one assay in one histology."""
        return self._url("expression:marker", symbol, query={"assay": assay, "histology": histology})

    def quality(self, **only: str) -> str:
        """The findings of the checks."""
        return self._url("cases:quality", query=only)

    def queries(self) -> str:
        return self._url("cases:quality-queries")

    def completeness(self) -> str:
        return self._url("cases:quality-completeness")

    def _url(self, name: str, *parts: str, query: dict[str, Any] | None = None) -> str:
        if self.rights is None:
            return ""
        given = urlencode({key: value for key, value in (query or {}).items() if value}, doseq=True)
        address = reverse(name, args=[self.rights.study.code, *parts])
        return f"{address}?{given}" if given else address


NO_LISTS = Lists(rights=None, population=EVERYBODY)
