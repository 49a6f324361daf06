"""Show what immortal time does: ``python -m benchmarks.immortal_time`` writes docs/immortal-time.md and its figure.

Simulated patients respond, or not, and have a first skeletal event, or not; the response has no effect whatever.
Grouping them by whether they *ever* responded shows a benefit all the same, because a patient has to stay free of
events until the response in order to become a responder. Landmarks and response as a time-dependent covariate show
none.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from analytics.plots.theme import EVENT, INK, SOFT, TEMPLATE
from analytics.stats import RESPONSE, CoxResult, CoxTerm, cox, landmark, time_dependent_response
from analytics.stats.result import format_p
from benchmarks.svg import browser_page, svg

DOCS = Path(__file__).resolve().parents[1] / "docs"
TEXT, FIGURE = DOCS / "immortal-time.md", DOCS / "images" / "immortal-time.svg"
LANDMARKS = (90, 180, 365)
WRONG = "ever responded, from day 0 (wrong)"

PAGE = """# Immortal time

Written by `python -m benchmarks.immortal_time`, which says what is simulated.
{patients} patients whose response has no effect on their events: the true hazard ratio is 1.

![Hazard ratios with 95% intervals, where the truth is 1: {described}.](images/immortal-time.svg)

| analysis | patients | hazard ratio, responders over others | p |
| --- | ---: | --- | --- |
{table}

To become a responder a patient has to stay free of events until the response. The first analysis counts
that time for the responders, in which they could not have an event by construction. A landmark compares
those still free of events on a day chosen before looking, by what they are on that day; the last analysis
counts every patient as a non-responder until the response.

One cohort shows it; thousands of them show how often each interval holds the truth: see
[statistics-proof.md](statistics-proof.md), time to an event, 150 patients, response without effect.
"""


@dataclass(frozen=True)
class Cohort:
    """First event or end of observation, and the day of response (not a number: none), in days from treatment on."""

    time: NDArray[np.int64]
    event: NDArray[np.bool_]
    response: NDArray[np.float64]


def simulate(patients: int, *, seed: int) -> Cohort:
    """Patients whose events come at 0.9 a year, whose response would come after 8 months on average, independently."""
    generator = np.random.default_rng(seed)
    failure = np.ceil(generator.exponential(365 / 0.9, patients)).astype(np.int64)
    end = generator.integers(365, 3 * 365, patients)
    would_respond = np.ceil(generator.exponential(240, patients))
    time = np.minimum(failure, end)
    # A response is seen only in a patient who is still under observation and free of the event.
    return Cohort(time=time, event=failure <= end, response=np.where(would_respond < time, would_respond, np.nan))


def naive(cohort: Cohort) -> CoxResult:
    """The wrong comparison: from day 0 on, by a response that came later."""
    return cox(cohort.time, cohort.event, {RESPONSE: ~np.isnan(cohort.response)})


def analyses(cohort: Cohort) -> list[tuple[str, int, CoxTerm]]:
    """Analysis, patients, and the hazard ratio of responders."""
    marks = landmark(cohort.time, cohort.event, cohort.response, landmarks=LANDMARKS).landmarks
    over_time = time_dependent_response(cohort.time, cohort.event, cohort.response).regression
    return [
        (WRONG, cohort.time.size, naive(cohort).terms[0]),
        *((f"landmark at day {mark.day}", mark.n, mark.hazard_ratio) for mark in marks if mark.hazard_ratio),
        ("response as time-dependent covariate", cohort.time.size, over_time.terms[0]),
    ]


def figure(cohort: Cohort) -> go.Figure:
    """Every hazard ratio with its interval, around the truth, on a logarithmic axis."""
    drawn = go.Figure(layout={"template": TEMPLATE})
    drawn.add_vline(1, line={"color": SOFT, "width": 1, "dash": "dot"}, layer="below")
    found = analyses(cohort)
    for place, (name, _patients, term) in enumerate(found):
        if term.hazard_ratio is None or term.interval is None:
            continue
        colour = EVENT if name == WRONG else INK
        drawn.add_scatter(
            mode="lines",
            x=[term.interval.low, term.interval.high],
            y=[place, place],
            line={"color": colour, "width": 2},
        )
        drawn.add_scatter(
            mode="markers", x=[term.hazard_ratio], y=[place], marker={"color": colour, "size": 10, "symbol": "diamond"}
        )
    drawn.update_layout(
        xaxis={
            "title": {"text": "Hazard ratio, responders over others (truth: 1)"},
            "type": "log",
            "range": [np.log10(0.15), np.log10(2.2)],
            "tickvals": [0.2, 0.5, 1, 2],
        },
        yaxis={
            "tickvals": list(range(len(found))),
            "ticktext": [f"{name}, n = {patients}" for name, patients, _term in found],
            "range": [len(found) - 0.5, -0.5],
            "tickfont": {"color": INK},
            "showgrid": False,
        },
    )
    return drawn


def page(cohort: Cohort) -> str:
    """The comparison as Markdown."""
    table = [
        f"| {name} | {patients} | {term.hazard_ratio:.2f} ({term.interval}) | {format_p(term.p_value)} |"
        for name, patients, term in analyses(cohort)
    ]
    described = "; ".join(
        f"{name} {term.hazard_ratio:.2f} ({term.interval})" for name, _patients, term in analyses(cohort)
    )
    return PAGE.format(patients=cohort.time.size, table="\n".join(table), described=described)


def main() -> None:
    """Write the page and the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=400)
    parser.add_argument("--seed", type=int, default=21)
    arguments = parser.parse_args()
    cohort = simulate(arguments.patients, seed=arguments.seed)
    TEXT.write_text(page(cohort), encoding="utf-8")
    with browser_page() as empty:
        FIGURE.write_text(svg(empty, figure(cohort), width=760, height=300), encoding="utf-8")


if __name__ == "__main__":
    main()
