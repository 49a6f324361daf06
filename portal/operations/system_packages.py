"""What the test suite needs of the system and no Python package brings: a browser, and R with its packages.

Installs what is missing by apt where the user may, and names it otherwise.
"""

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# R packages of the reference answers, and the Debian packages that hold them.
R_PACKAGES = {"coin": "r-cran-coin", "exactRankTests": "r-cran-exactranktests", "survival": "r-cran-survival"}


def main() -> None:
    """Installs, or exits with the exact command that somebody else has to give."""
    missing = missing_packages()
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    prefix = _administrator()
    if prefix is None or shutil.which("apt-get") is None:
        sys.exit(f"The tests need these packages: {', '.join(missing)}. On Debian or Ubuntu: sudo {' '.join(command)}")
    print(f"Installing {', '.join(missing)} ...", flush=True)
    variables = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update"], command):
        done = subprocess.run([*prefix, *step], env=variables, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def missing_packages() -> list[str]:
    """Names of Debian packages."""
    missing = [] if any(shutil.which(browser) for browser in BROWSERS) else ["chromium"]
    r = shutil.which("Rscript")
    if r is None:
        return [*missing, "r-base-core", *R_PACKAGES.values()]
    question = "cat(setdiff(commandArgs(TRUE), rownames(installed.packages())))"
    answer = subprocess.run([r, "-e", question, *R_PACKAGES], check=True, capture_output=True, text=True)
    return [*missing, *(R_PACKAGES[name] for name in answer.stdout.split())]


def _administrator() -> list[str] | None:
    """What to put before a command to run it as root: nothing, sudo, or None when the user may not."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "--non-interactive", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "--preserve-env=DEBIAN_FRONTEND"]
    return None


if __name__ == "__main__":
    main()
