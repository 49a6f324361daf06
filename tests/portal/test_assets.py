"""The front-end packages fit the Python packages and what templates load."""

import json
import re
from pathlib import Path

import plotly.offline
import pytest

from portal import assets

TEMPLATES = assets.REPOSITORY / "templates"


def test_plotly_js_is_the_version_plotly_py_is_built_for() -> None:
    locked = json.loads(assets.LOCK_FILE.read_text())["packages"]["node_modules/plotly.js-cartesian-dist-min"]
    assert locked["version"] == plotly.offline.get_plotlyjs_version()


def test_versions_are_exact() -> None:
    wanted = json.loads((assets.REPOSITORY / "package.json").read_text())["dependencies"]
    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def _vendor_files_in_templates() -> set[str]:
    pattern = re.compile(r"static ['\"]vendor/([^'\"]+)['\"]")
    return {name for template in TEMPLATES.rglob("*.html") for name in pattern.findall(template.read_text())}


def test_every_vendor_file_of_a_template_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not assets.PACKAGES.is_dir():
        pytest.skip("node_modules is not there; `make assets` fetches it")
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(assets, "_fetch", lambda: None)
    assets.main()
    assert _vendor_files_in_templates()
    assert [name for name in _vendor_files_in_templates() if not (tmp_path / "vendor" / name).is_file()] == []
    style_sheets = list((tmp_path / "vendor").rglob("*.css"))
    missing = [
        url
        for sheet in style_sheets
        for url in re.findall(r"url\(\./([^)]+)\)", sheet.read_text())
        if not (sheet.parent / url).is_file()
    ]
    assert style_sheets
    assert missing == []
