"""Figures of the documentation, drawn in the browser."""

import plotly.graph_objects as go
import pytest

from benchmarks.svg import svg


@pytest.fixture
def empty_page(browser):
    page = browser.new_page()
    yield page
    page.close()


def test_a_figure_becomes_the_same_drawing_every_time(empty_page):
    figure = go.Figure(go.Scatter(x=[1, 2], y=[3, 5]), layout={"xaxis": {"title": {"text": "Hazard ratio"}}})
    first, second = (svg(empty_page, figure, width=400, height=200) for _time in range(2))
    assert first == second
    assert first.startswith("<svg")
    assert 'width="400" height="200"' in first
    assert "Hazard ratio" in first
