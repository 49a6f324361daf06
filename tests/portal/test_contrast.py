"""Every text colour on every ground it stands on, light and dark: WCAG 2.2 AA."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEXT = 4.5
SHAPE = 3.0
THEMES = ("light", "dark")
TEXT_ON_GROUND = [
    *((ink, ground) for ink in ("ink", "soft", "faint", "accent", "accent-strong") for ground in ("paper", "card")),
    *((ink, "sunken") for ink in ("ink", "soft")),
    ("accent", "accent-tint"),
    ("soft", "accent-tint"),
    ("warning", "warning-tint"),
    ("warning", "warning-stripe"),
    ("good", "good-tint"),
    ("danger", "danger-tint"),
    ("danger", "card"),
    ("danger", "paper"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
]


def _tokens() -> dict[str, tuple[str, str]]:
    css = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
    pairs = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css)
    return {name: (light, dark) for name, light, dark in pairs}


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted([_luminance(one), _luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
def test_text_is_readable(ink: str, ground: str, theme: str) -> None:
    tokens = _tokens()
    index = THEMES.index(theme)
    assert _contrast(tokens[ink][index], tokens[ground][index]) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_edge_of_a_control_is_visible(ground: str, theme: str) -> None:
    tokens = _tokens()
    index = THEMES.index(theme)
    assert _contrast(tokens["control"][index], tokens[ground][index]) >= SHAPE


def test_scores_are_readable_on_every_step_of_the_ordered_colours() -> None:
    """The lower half carries light text, the upper half dark text, on light and dark pages alike."""
    css = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
    steps = re.findall(r"--ordered-(\d): (#[0-9a-f]{6});", css)
    text = dict(re.findall(r"--on-ordered-(low|high): (#[0-9a-f]{6});", css))
    assert [int(number) for number, _colour in steps] == list(range(10))
    for number, colour in steps:
        assert _contrast(text["low" if int(number) < 5 else "high"], colour) >= TEXT, number
