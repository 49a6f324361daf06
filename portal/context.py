"""What the frame around every page needs: the person's studies, the current one, and the way around in it."""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import access
from cases.models import Study

Label = str | Promise


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A page of a study. ``section`` begins the URL names of all pages below it, or several do; ``right`` opens it."""

    label: Label
    url_name: str
    section: str | tuple[str, ...]
    right: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """A destination for one person on one page. ``current`` is the value of ``aria-current``."""

    label: Label
    url: str
    current: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """Links under one heading."""

    label: Label
    links: list[Link]


DESTINATIONS: dict[Label, list[Destination]] = {
    _("Study"): [
        Destination(
            label=_("Overview"),
            url_name="cases:study",
            section=("cases:study", "analytics:overview"),
            right="sees_aggregates",
        ),
        Destination(label=_("Cases"), url_name="cases:patient-list", section="cases:patient", right="sees_rows"),
        Destination(label=_("Specimens"), url_name="cases:specimen-list", section="cases:specimen", right="sees_rows"),
        Destination(label=_("Records"), url_name="cases:list-index", section="cases:list", right="sees_rows"),
        Destination(
            label=_("Tissue microarrays"),
            url_name="cases:microarray-list",
            section="cases:microarray",
            right="sees_rows",
        ),
        Destination(
            label=_("Assays"), url_name="expression:assay-index", section="expression:", right="sees_aggregates"
        ),
    ],
    _("Explore"): [
        Destination(
            label=_("Expression"),
            url_name="analytics:explore-expression",
            section="analytics:explore-expression",
            right="sees_rows",
        ),
        Destination(
            label=_("Denosumab response"),
            url_name="analytics:explore-response",
            section="analytics:explore-response",
            right="sees_rows",
        ),
        Destination(
            label=_("Skeletal events"),
            url_name="analytics:explore-skeletal-events",
            section="analytics:explore-skeletal-events",
            right="sees_rows",
        ),
        Destination(
            label=_("Concordance"),
            url_name="analytics:explore-concordance",
            section="analytics:explore-concordance",
            right="sees_rows",
        ),
    ],
    _("Answers"): [
        Destination(
            label=_("Analyses"),
            url_name="analytics:analysis-list",
            section="analytics:analysis",
            right="sees_aggregates",
        ),
        Destination(
            label=_("Released dashboards"),
            url_name="analytics:release-list",
            section="analytics:release",
            right="sees_aggregates",
        ),
        Destination(label=_("Findings"), url_name="analytics:findings", section="analytics:findings", right="asks"),
        Destination(
            label=_("Families of tests"), url_name="analytics:family-list", section="analytics:family", right="asks"
        ),
        Destination(label=_("Cohorts"), url_name="analytics:cohort-list", section="analytics:cohort", right="asks"),
    ],
    _("Data"): [
        Destination(label=_("Import"), url_name="cases:import-list", section="cases:import", right="imports"),
        Destination(label=_("Sites"), url_name="cases:site-list", section="cases:site", right="manages"),
        Destination(
            label=_("Vocabularies"), url_name="cases:vocabulary-list", section="cases:vocabulary", right="manages"
        ),
        Destination(label=_("Quality"), url_name="cases:quality", section="cases:quality", right="sees_rows"),
        Destination(label=_("Export"), url_name="cases:export-list", section="cases:export", right="exports"),
        Destination(label=_("Members"), url_name="cases:member-list", section="cases:member", right="manages"),
    ],
}


class Navigation:
    """Reads the database only when the page's frame asks, so fragments and single tables cost nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def studies(self) -> list[Study]:
        """The studies of this person."""
        return list(access.studies(self._request.user))

    @cached_property
    def study(self) -> Study | None:
        """The study this page belongs to, if the person is a member of it."""
        return next((study for study in self.studies if study.code == self._study_code), None)

    @cached_property
    def groups(self) -> list[Group]:
        """The pages of the current study that this person may open."""
        if self.study is None:
            return []
        rights = access.rights(user=self._request.user, study=self.study)
        groups = [
            Group(label=label, links=[self._link(page) for page in pages if getattr(rights, page.right)])
            for label, pages in DESTINATIONS.items()
        ]
        return [group for group in groups if group.links]

    @property
    def _study_code(self) -> str:
        match = self._request.resolver_match
        return match.kwargs.get("study_code", "") if match else ""

    @property
    def _here(self) -> str:
        match = self._request.resolver_match
        return match.view_name if match else ""

    def _link(self, page: Destination) -> Link:
        current = ""
        if self._here == page.url_name:
            current = "page"
        elif self._here.startswith(page.section):
            current = "true"
        return Link(label=page.label, url=reverse(page.url_name, args=[self._study_code]), current=current)


def navigation(request: HttpRequest) -> dict[str, Navigation]:
    """Context processor: ``navigation`` for base.html."""
    return {"navigation": Navigation(request)}
