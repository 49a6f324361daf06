"""What is to be doubted of measured samples, in words that fit their number."""

import pandas as pd
import pytest

from analytics.measurements.measured import DOUBTS, doubts
from cases.sentences import render


@pytest.mark.parametrize("column", DOUBTS)
def test_one_sample_is_spoken_of_as_one(column: str) -> None:
    table = pd.DataFrame({column: [True, False, True]})
    [one], [two] = doubts(table[:2]), doubts(table)
    assert "1 sample " in f"{render(one)} "
    assert "2 samples " in f"{render(two)} "
    assert one["code"] == two["code"] == column.replace("_", "-")
    assert doubts(table[1:2]) == []


def test_a_limit_is_told() -> None:
    [note] = doubts(pd.DataFrame({"replicates_differ": [True]}))
    assert render(note) == "1 sample has technical replicates with a standard deviation above 0.5 cycles."
