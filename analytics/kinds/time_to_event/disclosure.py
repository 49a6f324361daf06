"""What somebody may read of an answer who may not see single patients.

Numbers of an answer are numbers of nearly the same patients: who is at risk a year later, or at the next landmark, are
the same but a few, and their difference points at these. So curves, numbers at risk, rates of all events, and all
landmarks but the chosen one are withheld, and of the rest only what may stand side by side
(:mod:`analytics.releases.tables`), looked at as sets of patients. Numbers are rounded; a median, the day of one
patient, to a tenth of a year.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analytics.kinds.expression_by_group.disclosure import rounded
from analytics.kinds.time_to_event.observation import CENSORED, DIED, EVENT
from analytics.kinds.time_to_event.regression import response_days
from analytics.kinds.time_to_event.rounding import rounded_estimate, rounded_median, rounded_terms, rounded_test
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent
from analytics.releases.tables import Patients, openable, stand_together
from analytics.stats.follow_up import DAYS_PER_YEAR
from analytics.stats.landmark import NON_RESPONDERS, RESPONDERS
from cases.disclosure import SMALLEST_SHOWN, disclosed_parts

Result = Mapping[str, Any]
Groups = dict[str, pd.DataFrame]

WITHOUT_COUNTS = frozenset(
    {"delayed-entry", "time-dependent-response", "hazards-not-proportional", "several-antibodies"}
)
"""Doubts whose values say nothing about the number of patients."""
KEPT = ("question", "names", "method", "references", "unit", "reference_genes", "antibodies", "start")
TESTS = ("test", "regression", "subdistribution")
COUNTS = ("patients", "events", "deaths_before", "censored")


def disclosed(result: Result, *, frozen: Mapping[str, Any], spec: TimeToEvent) -> dict[str, Any]:
    """The released part of a stored result. Same shape; what is withheld is ``None`` or left out of a list.

    ``frozen`` are the rows of its patients. Where some of them were erased, nobody knows any more in which numbers they
    are: then nothing is told but what was asked.
    """
    rows = pd.DataFrame(frozen["rows"], columns=frozen["columns"])
    if frozen.get("erased"):
        told = _nothing(result, spec)
    elif spec.compared == Compared.RESPONSE:
        told = _by_response(result, rows=rows, spec=spec)
    else:
        told = _by_groups(result, rows=rows)
    return {
        **{name: result[name] for name in KEPT if name in result},
        "population": _population(result, patients=told["patients"]),
        "delayed": None,
        "unit_of_marker": rounded(result["unit_of_marker"]),
        "table_days": [],
        "curves": [],
        "naive": None,
        "recurrence": None,
        "warnings": [note for note in result["warnings"] if note["code"] in WITHOUT_COUNTS],
        **told,
    }


def _population(result: Result, *, patients: int | None) -> dict[str, Any]:
    """Reasons of which some are small are told without their numbers, and others with them."""
    exclusions = [item for item in result["population"]["exclusions"] if item["patients"]]
    counts = disclosed_parts({place: item["patients"] for place, item in enumerate(exclusions)})
    return {
        "flow": [{"step": "analysed", "patients": patients}] if patients is not None else [],
        "exclusions": [
            {"reason": item["reason"], "patients": counts[place], "samples": None}
            for place, item in enumerate(exclusions)
        ],
    }


def _nothing(result: Result, spec: TimeToEvent) -> dict[str, Any]:
    return {
        **dict.fromkeys(("patients", "events", *TESTS)),
        "landmarks": [_hidden(_chosen(result, spec))] if result["landmarks"] else [],
        "groups": _without_numbers(result["groups"]),
    }


def _chosen(result: Result, spec: TimeToEvent) -> dict[str, Any]:
    """The landmark at which the curves begin."""
    return next(dict(one) for one in result["landmarks"] if one["day"] == int(spec.landmark))


def _hidden(landmark: Result) -> dict[str, Any]:
    return {
        **landmark,
        **dict.fromkeys(("patients", "responders", "events", "test", "term")),
        "excluded": dict.fromkeys(landmark["excluded"]),
        "warnings": [],
    }


def _by_response(result: Result, *, rows: pd.DataFrame, spec: TimeToEvent) -> dict[str, Any]:
    """The hazard ratio over time, and what is told from the landmark on where that stands beside it."""
    responded = response_days(rows) <= rows["time"].to_numpy()
    happened = (rows["status"] == EVENT).to_numpy()
    whole = [_codes(rows), *(_codes(rows[some]) for some in (responded, happened, happened & responded))]
    whole += [whole[0] - whole[1], whole[2] - whole[3]]
    nothing = _nothing(result, spec)
    if not stand_together(whole):
        return nothing
    told = {**nothing, "patients": len(rows), "events": len(whole[2]), "regression": _regression(result)}
    landmark = _chosen(result, spec)
    at = rows[((rows["time"] >= landmark["day"]) & (rows["entry"] <= landmark["day"])).to_numpy()]
    early = response_days(at) <= landmark["day"]
    groups = {RESPONDERS: at[early], NON_RESPONDERS: at[~early]}
    parts = [_codes(at), *_cells(groups), *_by_end(at).values()]
    if not (all(map(len, groups.values())) and stand_together([*whole, *parts])):
        return told
    shown = {
        **_hidden(landmark),
        **{name: landmark[name] for name in ("patients", "responders", "events")},
        "test": rounded_test(landmark["test"]),
        "term": rounded_terms(landmark["term"]),
    }
    return {**told, "landmarks": [shown], "groups": _groups(result["groups"], groups, beside=[*whole, *parts])}


def _by_groups(result: Result, *, rows: pd.DataFrame) -> dict[str, Any]:
    """Comparisons of all groups stand where all of them are shown."""
    groups: Groups = {code: rows[(rows["group"] == code).to_numpy()] for code in result["names"]["groups"]}
    table = {code: _by_end(of_group) for code, of_group in groups.items()}
    opened = openable({"groups": table}, whole=_by_end(rows))["groups"]
    everything = len(opened) == len(groups)
    told: dict[str, Any] = dict.fromkeys(("patients", "events", *TESTS))
    if everything:
        told = {
            **{name: result[name] for name in ("patients", "events")},
            "test": rounded_test(result["test"]),
            "regression": _regression(result),
            "subdistribution": rounded_terms(result["subdistribution"]),
        }
    beside = [patients for code in opened for patients in table[code].values()]
    beside += list(_by_end(rows).values()) if everything else []
    shown = {code: of_group for code, of_group in groups.items() if code in opened}
    return {**told, "landmarks": [], "groups": _groups(result["groups"], shown, beside=beside)}


def _regression(result: Result) -> dict[str, Any] | None:
    """Without what it rests on: the periods before and after a response, and the check of proportional hazards."""
    part = rounded_terms(result["regression"])
    return part and {**part, "periods": None, "check": None, "warnings": []}


def _groups(groups: Sequence[Result], rows: Groups, *, beside: Sequence[Patients]) -> list[dict[str, Any]]:
    """Each with its numbers, and its median and shares at those days at which they tell of no few patients.

    A median that is reached and not told has no day.
    """
    shown = list(beside)

    def stands(of_group: pd.DataFrame, day: float) -> bool:
        by_then = _by_then(of_group, day=day)
        if not stand_together([*shown, *by_then]):
            return False
        shown.extend(by_then)
        return True

    found = []
    for group in groups:
        if group["code"] not in rows:
            found += _without_numbers([group])
            continue
        of_group, median = rows[group["code"]], group["median"]
        estimates = [
            rounded_estimate(one)
            if one["at_risk"] >= SMALLEST_SHOWN and stands(of_group, one["years"] * DAYS_PER_YEAR)
            else _without_value(one)
            for one in group["estimates"]
        ]
        if median:
            median = rounded_median(median if stands(of_group, median["day"]) else dict.fromkeys(median))
        counts = {name: group[name] for name in ("code", *COUNTS)}
        found.append({**counts, "at_risk": [], "median": median, "estimates": estimates})
    return found


def _by_then(rows: pd.DataFrame, *, day: float) -> list[Patients]:
    """Those who had the event until then, who died before it, and who are still under observation."""
    ended = rows["time"] <= day
    return [*(_codes(rows[ended & (rows["status"] == status)]) for status in (EVENT, DIED)), _codes(rows[~ended])]


def _without_numbers(groups: Sequence[Result]) -> list[dict[str, Any]]:
    return [
        {
            "code": group["code"],
            **dict.fromkeys((*COUNTS, "median")),
            "at_risk": [],
            "estimates": [_without_value(one) for one in group["estimates"]],
        }
        for group in groups
    ]


def _without_value(estimate: Result) -> dict[str, Any]:
    return {"years": estimate["years"], **dict.fromkeys(("value", "low", "high", "at_risk"))}


def _by_end(rows: pd.DataFrame) -> dict[str, Patients]:
    """The patients by what ended their time."""
    return {str(status): _codes(rows[(rows["status"] == status).to_numpy()]) for status in (EVENT, DIED, CENSORED)}


def _cells(groups: Groups) -> list[Patients]:
    return [patients for rows in groups.values() for patients in (_codes(rows), *_by_end(rows).values())]


def _codes(rows: pd.DataFrame) -> Patients:
    return frozenset(rows["patient"])
