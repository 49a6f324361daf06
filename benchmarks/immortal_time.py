"""Show what immortal time does: ``python -m benchmarks.immortal_time > docs/immortal-time.md``.

Simulated patients respond, or not, and have a first skeletal event, or not; the response has no effect whatever.
Grouping them by whether they *ever* responded shows a benefit all the same, because a patient has to stay free of
events until the response in order to become a responder. Landmarks and response as a time-dependent covariate show
none.
"""

import argparse
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.stats import RESPONSE, CoxResult, cox, landmark, time_dependent_response
from analytics.stats.result import format_p

LANDMARKS = (90, 180, 365)


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


def rows(cohort: Cohort) -> list[tuple[str, int, str, str]]:
    """Analysis, patients, hazard ratio of responders with its interval, p."""
    marks = landmark(cohort.time, cohort.event, cohort.response, landmarks=LANDMARKS).landmarks
    over_time = time_dependent_response(cohort.time, cohort.event, cohort.response).regression
    terms = [
        ("ever responded, from day 0 (wrong)", cohort.time.size, naive(cohort).terms[0]),
        *((f"landmark at day {mark.day}", mark.n, mark.hazard_ratio) for mark in marks),
        ("response as time-dependent covariate", cohort.time.size, over_time.terms[0]),
    ]
    return [
        (name, patients, f"{term.hazard_ratio:.2f} ({term.interval})", format_p(term.p_value))
        for name, patients, term in terms
        if term is not None
    ]


def main() -> None:
    """Print the comparison as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=400)
    parser.add_argument("--seed", type=int, default=21)
    arguments = parser.parse_args()
    cohort = simulate(arguments.patients, seed=arguments.seed)
    print("# Immortal time\n")
    print("Written by `python -m benchmarks.immortal_time`, which says what is simulated.")
    print(f"{arguments.patients} patients whose response has no effect on their events: the true hazard ratio is 1.\n")
    print("| analysis | patients | hazard ratio, responders over others | p |")
    print("| --- | ---: | --- | --- |")
    for name, patients, ratio, p in rows(cohort):
        print(f"| {name} | {patients} | {ratio} | {p} |")
    print("\nTo become a responder a patient has to stay free of events until the response. The first analysis counts")
    print("that time for the responders, in which they could not have an event by construction. A landmark compares")
    print("those still free of events on a day chosen before looking, by what they are on that day; the last analysis")
    print("counts every patient as a non-responder until the response.")


if __name__ == "__main__":
    main()
