"""The public data sets of the time-to-event tests, and what R answers on them."""

from typing import Any

import numpy as np
import pytest

from tests.reference.answers import reference

ANSWERS = reference("survival")
DATA = {
    name: {column: np.array(values) for column, values in columns.items()}
    for name, columns in reference("survival_data").items()
}
LUNG, COLON, HEART, BLADDER = DATA["lung"], DATA["colon"], DATA["heart"], DATA["bladder2"]
MGUS, TIED, DNASE = DATA["mgus2"], DATA["tied"], DATA["rhDNase"]


def select(data: dict[str, Any], rows: Any) -> dict[str, Any]:
    """Those rows of every column."""
    return {column: values[rows] for column, values in data.items()}


# Data, and whether patients enter late.
KAPLAN_MEIER = {
    "lung_1": (select(LUNG, LUNG["sex"] == 1), False),
    "lung_2": (select(LUNG, LUNG["sex"] == 2), False),
    "lung_entry": (LUNG, True),
    "colon": (COLON, False),
    "flat": ({"time": [1, 2, 3, 4], "event": [1, 1, 1, 1]}, False),
    "flat_to_the_end": ({"time": [1, 2, 3, 4], "event": [1, 1, 0, 0]}, False),
}
# Data, group, stratum and rho.
LOG_RANK = {
    "lung": (LUNG, "sex", None, 0),
    "lung_strata": (LUNG, "sex", "ecog", 0),
    "lung_rho": (LUNG, "sex", None, 1),
    "colon": (COLON, "arm", None, 0),
    "colon_strata_rho": (COLON, "arm", "node4", 0.5),
}
# rho, gamma, and whether patients enter late.
WEIGHTED_LOG_RANK = {
    "late": (0, 1, False),
    "middle": (1, 1, False),
    "entry": (0, 0, True),
    "entry_late": (0.5, 1, True),
}
COMPETING = {"mgus2": MGUS, "tied": TIED}
# Data, group and options.
GRAY = {
    "mgus2": (MGUS, "male", {}),
    "mgus2_three": (MGUS, "third", {}),
    "mgus2_strata": (MGUS, "third", {"stratum": MGUS["male"]}),
    "mgus2_rho": (MGUS, "third", {"rho": 1}),
    "tied": (TIED, "group", {}),
    "tied_strata": (TIED, "group", {"stratum": TIED["stratum"]}),
}
# Data, covariates and options.
COX = {
    "lung": (LUNG, ["sex", "age", "karnofsky", "ecog"], {}),
    "lung_strata": (LUNG, ["age", "karnofsky"], {"stratum": LUNG["sex"]}),
    "lung_cluster": (LUNG, ["sex", "age"], {"cluster": LUNG["ecog"] * 100 + LUNG["age"]}),
    "lung_entry": (LUNG, ["sex", "age"], {"entry": LUNG["entry"]}),
    "colon": (COLON, ["sex", "age", "node4", "extent", "surg"], {}),
    "heart": (HEART, ["age", "year", "surgery", "transplant"], {"entry": HEART["start"]}),
    "heart_cluster": (
        HEART,
        ["age", "year", "surgery", "transplant"],
        {"entry": HEART["start"], "cluster": HEART["id"], "patient": HEART["id"]},
    ),
    "tied": (TIED | {"event": TIED["cause"] > 0}, ["x", "group"], {}),
}


def cox_arguments(name: str) -> tuple[Any, Any, dict[str, Any], dict[str, Any]]:
    """Time, event, covariates and options of a regression."""
    data, columns, options = COX[name]
    time = data["stop"] if "stop" in data else data["time"]
    return time, data["event"], {column: data[column] for column in columns}, options


def patients_of_bladder() -> tuple[Any, Any, Any, dict[str, Any]]:
    """One patient a row: the end of observation, the events, and what does not change."""
    ids = np.unique(BLADDER["id"])
    end = np.array([BLADDER["stop"][BLADDER["id"] == one].max() for one in ids])
    first = np.array([np.flatnonzero(BLADDER["id"] == one)[0] for one in ids])
    events = BLADDER["event"] == 1
    columns = {name: BLADDER[name][first] for name in ("rx", "number", "size")}
    return end, np.searchsorted(ids, BLADDER["id"][events]), BLADDER["stop"][events], columns


def counted_data(name: str) -> tuple[Any, Any, Any, Any]:
    """End of observation, patients and days of events, and group."""
    if name == "rhDNase":
        return DNASE["time"], DNASE["event_patient"], DNASE["event_day"], DNASE["rx"]
    end, patient, day, columns = patients_of_bladder()
    kept = end > 0
    position = np.cumsum(kept) - 1
    return end[kept], position[patient], day, columns["rx"][kept]


def near(values: Any, *, rel: float = 1e-9, absolute: float = 1e-12) -> Any:
    """Agreement with R: relative 1e-9, and ``None`` only where R has none."""
    if isinstance(values, list):
        return Near(values, rel, absolute)
    return pytest.approx(values, rel=rel, abs=absolute)


class Near:
    """Compares columns that may hold ``None``."""

    def __init__(self, values: list[float | None], rel: float, absolute: float) -> None:
        self.values, self.rel, self.absolute = values, rel, absolute

    def __eq__(self, other: object) -> bool:
        found = list(other)  # type: ignore[call-overload]
        return len(found) == len(self.values) and all(
            (value is None and expected is None)
            or (
                value is not None
                and expected is not None
                and value == pytest.approx(expected, rel=self.rel, abs=self.absolute)
            )
            for value, expected in zip(found, self.values, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"near {self.values}"
