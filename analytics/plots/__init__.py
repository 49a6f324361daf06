"""From a result to a figure and a sentence. Numbers are stored; pictures and words are made when somebody reads."""

from analytics.plots.box_and_points import Point, box_and_points
from analytics.plots.names import Result
from analytics.plots.shifts import shifts
from analytics.plots.theme import looks

__all__ = ["Point", "Result", "box_and_points", "looks", "shifts"]
