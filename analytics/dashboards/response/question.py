"""What the dashboard of the response to denosumab is about: patients of a study, and a criterion."""

from dataclasses import dataclass

from analytics.groupings import GROUPINGS
from analytics.kinds.response_proportions.spec import ResponseProportions
from analytics.spec import Population
from analytics.spec.population import EVERYBODY
from cases.derived.response import SCLEROSIS

COMPARED_BY = ("primary_site", "histology", "lung_subtype")


@dataclass(frozen=True, kw_only=True)
class ResponseQuestion:
    """The patients the filters choose, and whether they responded by ``criterion``."""

    study: str
    criterion: str = SCLEROSIS
    population: Population = EVERYBODY

    def by(self, grouping: str) -> ResponseProportions:
        """The question of a comparison between groups that the dashboard describes without a test."""
        if grouping not in GROUPINGS:
            raise ValueError(f"There is no grouping {grouping}.")
        return ResponseProportions(
            study=self.study, population=self.population, criterion=self.criterion, grouping=grouping
        )
