"""A figure as an SVG file, drawn by the portal's own plotly.js in an installed Chromium, without a network."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import plotly.graph_objects as go
from playwright.sync_api import Page, sync_playwright

PLOTLY = Path(__file__).resolve().parents[1] / "static" / "vendor" / "plotly" / "plotly-cartesian.min.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRAW = "([figure, size]) => Plotly.toImage(JSON.parse(figure), {format: 'svg', ...size})"


@contextmanager
def browser_page() -> Iterator[Page]:
    """An empty page of a browser that closes afterwards."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        raise SystemExit("No browser. Install the package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def svg(page: Page, figure: go.Figure, *, width: int, height: int) -> str:
    """The drawing. The random names that plotly.js gives traces and clip paths are made the same every time."""
    if not PLOTLY.exists():
        raise SystemExit("No plotly.js. Run make assets.")
    page.add_script_tag(path=PLOTLY)
    address = page.evaluate(DRAW, [figure.to_json(), {"width": width, "height": height}])
    drawing = unquote(address.partition(",")[2])
    for number, name in enumerate(dict.fromkeys(re.findall(r"(?:defs-|clip|trace)([0-9a-f]{6})", drawing))):
        drawing = drawing.replace(name, f"{number:06d}")
    return drawing + "\n"
