"""Every method of the engine against R's frozen answers, and the page that says how far they lie apart."""

import inspect
import math
import re
from dataclasses import replace

import pytest

from analytics import stats
from analytics.stats import mann_whitney
from tests.known_answers import METHODS
from tests.known_answers.method import LIMIT, KnownAnswer
from tests.known_answers.page import PAGE, WITHOUT_A_ROW, data_sets, row

ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| [^|-]", line)][1:]
EXAMPLE = KnownAnswer(
    method="Mann–Whitney",
    function=mann_whitney,
    r="none",
    cases={"one": ([1, 2, 5], [3, 4, 6])},
    ours=lambda case: [mann_whitney(*case).p_value, None],
    theirs=lambda _case: [0.4, None],
)


def cells(line):
    return line.split(" | ")


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.method)
def test_equals_r(method):
    assert method.difference() <= method.limit


@pytest.mark.parametrize("method", [method for method in METHODS if method.because], ids=lambda method: method.method)
def test_no_reason_is_given_where_none_is_needed(method):
    assert method.difference() > LIMIT


def test_every_analysis_has_a_row():
    public = {name for name in stats.__all__ if inspect.isfunction(getattr(stats, name))}
    assert {method.function.__name__ for method in METHODS} | set(WITHOUT_A_ROW) == public
    assert not {method.function.__name__ for method in METHODS} & set(WITHOUT_A_ROW)


def test_the_page_names_what_the_command_finds():
    """All but the differences themselves: their last digits depend on the machine."""
    without_figures = [
        " | ".join("…" if place == 4 else cell for place, cell in enumerate(cells(line))) for line in ROWS
    ]
    assert without_figures == [row(method, "…") for method in METHODS]


def test_the_figures_on_the_page_keep_their_limits():
    for line, method in zip(ROWS, METHODS, strict=True):
        assert float(cells(line)[4].removesuffix(" (absolute)")) <= method.limit


@pytest.mark.parametrize(
    ("theirs", "difference"), [([0.4, None], 0), ([0.5, None], 0.2), ([0.4, 0.1], math.inf), ([None, None], math.inf)]
)
def test_a_difference_is_found(theirs, difference):
    assert replace(EXAMPLE, theirs=lambda _case: theirs).difference() == pytest.approx(difference, abs=1e-14)


def test_figures_have_to_be_the_same_ones():
    with pytest.raises(ValueError, match="longer"):
        replace(EXAMPLE, theirs=lambda _case: [0.4, None, 1]).difference()


@pytest.mark.parametrize(("limit", "because"), [(1e-6, ""), (LIMIT, "a reason")])
def test_a_wider_limit_and_its_reason_belong_together(limit, because):
    with pytest.raises(ValueError, match="belong together"):
        replace(EXAMPLE, limit=limit, because=because)


def test_data_sets_read_as_words():
    assert data_sets({"birth_weight": 1, "sleep": 2}) == "birth weight, sleep"
