"""What the dashboard of skeletal events is about: patients of a study, and what they are compared by."""

from dataclasses import dataclass

from analytics.kinds.time_to_event.spec import Compared, TimeToEvent, Zero
from analytics.spec import Population
from analytics.spec.population import EVERYBODY
from cases.derived.response import SCLEROSIS

LANDMARKS = ("90", "180", "365")
"""Days from the first dose, chosen before looking and always shown together."""

USUAL_LANDMARK = "180"
GROUPED_BY = ("primary_site", "histology")
COMPARED_BY = (Compared.RESPONSE.value, *GROUPED_BY)


@dataclass(frozen=True, kw_only=True)
class SkeletalEventsQuestion:
    """The patients the filters choose, ``compared`` by response or by one of :data:`GROUPED_BY`.

    By response there are a criterion and the landmark that is drawn, and time counts from the first dose; otherwise it
    counts from ``zero``.
    """

    study: str
    compared: str = Compared.RESPONSE.value
    criterion: str = SCLEROSIS
    landmark: str = USUAL_LANDMARK
    zero: str = Zero.FIRST_DOSE.value
    population: Population = EVERYBODY

    def spec(self) -> TimeToEvent:
        """The question of an analysis that the dashboard answers; of groups all there are."""
        place = {"study": self.study, "population": self.population.as_json()}
        if self.compared == Compared.RESPONSE:
            days = {"landmarks": ", ".join(LANDMARKS), "landmark": self.landmark}
            return TimeToEvent.from_mapping({**place, **days, "criterion": self.criterion})
        groups = {"compared": Compared.GROUPS.value, "grouping": self.compared}
        return TimeToEvent.from_mapping({**place, **groups, "zero": self.zero})
