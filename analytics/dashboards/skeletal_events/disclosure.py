"""What of the dashboard of skeletal events may be released: the hazard ratios, and shares at the chosen years.

Curves are left out, because every step is a patient; so are hazard ratios in groups of patients, kinds and rates of
events, and all landmarks but the drawn one, because these are numbers of nearly the same patients, whose differences
point at single ones.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analytics.kinds.time_to_event.disclosure import disclosed as disclosed_answer
from analytics.kinds.time_to_event.observation import CENSORED, DIED, EVENT
from analytics.kinds.time_to_event.regression import response_days
from analytics.kinds.time_to_event.spec import Compared, TimeToEvent
from analytics.releases.tables import Patients, openable, stand_together
from analytics.stats.follow_up import DAYS_PER_YEAR
from analytics.stats.landmark import NON_RESPONDERS, RESPONDERS

Groups = dict[str, pd.DataFrame]


def disclosed(result: Mapping[str, Any], *, rows: pd.DataFrame, spec: TimeToEvent) -> dict[str, Any]:
    """Of the shape of a disclosed answer. ``rows`` are its patients, one each."""
    found = disclosed_answer(result) | {
        "population": {"flow": [], "exclusions": []},
        "subdistribution": None,
        "recurrence": None,
        "warnings": [],
    }
    if spec.compared == Compared.RESPONSE:
        return found | _by_response(found, rows=rows, spec=spec)
    return found | _by_groups(found, rows=rows)


def _by_response(found: dict[str, Any], *, rows: pd.DataFrame, spec: TimeToEvent) -> dict[str, Any]:
    """The hazard ratio over time, and what is told from the landmark on where that stands beside it."""
    responded = response_days(rows) <= rows["time"].to_numpy()
    happened = (rows["status"] == EVENT).to_numpy()
    whole = [_codes(rows), *(_codes(rows[some]) for some in (responded, happened, happened & responded))]
    whole += [whole[0] - whole[1], whole[2] - whole[3]]
    landmark = next(one for one in found["landmarks"] if one["day"] == int(spec.landmark))
    hidden = {**landmark, **dict.fromkeys(("patients", "responders", "events", "test", "term"))}
    hidden["excluded"] = dict.fromkeys(landmark["excluded"])
    nothing = {"patients": None, "events": None, "regression": None, "test": None}
    if not stand_together(whole):
        return {**nothing, "landmarks": [hidden], "groups": _without_numbers(found["groups"])}
    regression = found["regression"] and {**found["regression"], "warnings": []}
    told = {"patients": len(rows), "events": len(whole[2]), "regression": regression, "test": None}
    at = rows[((rows["time"] >= landmark["day"]) & (rows["entry"] <= landmark["day"])).to_numpy()]
    early = response_days(at) <= landmark["day"]
    groups = {RESPONDERS: at[early], NON_RESPONDERS: at[~early]}
    parts = [_codes(at), *_cells(groups), *(_codes(at[at["status"] == status]) for status in (EVENT, DIED, CENSORED))]
    if landmark["patients"] is None or not stand_together([*whole, *parts]):
        return {**told, "landmarks": [hidden], "groups": _without_numbers(found["groups"])}
    shown = {**landmark, "excluded": hidden["excluded"]}
    return {**told, "landmarks": [shown], "groups": _groups(found["groups"], groups, beside=[*whole, *parts])}


def _by_groups(found: dict[str, Any], *, rows: pd.DataFrame) -> dict[str, Any]:
    """Comparisons of all groups stand where all of them are shown."""
    groups: Groups = {code: rows[(rows["group"] == code).to_numpy()] for code in found["names"]["groups"]}
    table = {code: _by_end(of_group) for code, of_group in groups.items()}
    opened = openable({"groups": table}, whole=_by_end(rows))["groups"]
    told = {name: found[name] for name in ("patients", "events", "test", "regression")}
    everything = len(opened) == len(groups) and found["patients"] is not None
    beside = [patients for code in opened for patients in table[code].values()]
    beside += list(_by_end(rows).values()) if everything else []
    shown = {code: of_group for code, of_group in groups.items() if code in opened}
    return {
        **(told if everything else dict.fromkeys(told)),
        "groups": _groups(found["groups"], shown, beside=beside),
    }


def _groups(groups: Sequence[Mapping[str, Any]], rows: Groups, *, beside: Sequence[Patients]) -> list[dict[str, Any]]:
    """Each with its disclosed numbers, and its shares at those years at which they tell of no few patients."""
    shown = list(beside)
    found = []
    for group in groups:
        if group["code"] not in rows:
            found += _without_numbers([group])
            continue
        estimates = []
        for one in group["estimates"]:
            by_then = _by_then(rows[group["code"]], years=one["years"])
            if one["value"] is not None and stand_together([*shown, *by_then]):
                shown += by_then
                estimates.append({**one, "at_risk": None})
            else:
                estimates.append(_without_value(one))
        found.append({**group, "at_risk": [], "median": None, "estimates": estimates})
    return found


def _by_then(rows: pd.DataFrame, *, years: float) -> list[Patients]:
    """Those who had the event until then, who died before it, and who are still under observation."""
    ended = rows["time"] <= years * DAYS_PER_YEAR
    return [*(_codes(rows[ended & (rows["status"] == status)]) for status in (EVENT, DIED)), _codes(rows[~ended])]


def _without_numbers(groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "code": group["code"],
            **dict.fromkeys(("patients", "events", "deaths_before", "censored", "median")),
            "at_risk": [],
            "estimates": [_without_value(one) for one in group["estimates"]],
        }
        for group in groups
    ]


def _without_value(estimate: Mapping[str, Any]) -> dict[str, Any]:
    return {"years": estimate["years"], **dict.fromkeys(("value", "low", "high", "at_risk"))}


def _by_end(rows: pd.DataFrame) -> dict[str, Patients]:
    """The patients by what ended their time."""
    return {str(status): _codes(rows[(rows["status"] == status).to_numpy()]) for status in (EVENT, DIED, CENSORED)}


def _cells(groups: Groups) -> list[Patients]:
    return [patients for rows in groups.values() for patients in (_codes(rows), *_by_end(rows).values())]


def _codes(rows: pd.DataFrame) -> Patients:
    return frozenset(rows["patient"])
