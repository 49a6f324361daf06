"""What a benchmark ran on."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """Such as ``Linux on x86_64, 2 processors (name), 8 GB of memory``."""
    name = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    cores = len(os.sched_getaffinity(0))
    kind = f"{platform.system()} on {platform.machine()}"
    return f"{kind}, {cores} processors{f' ({name})' if name else ''}, {memory:.0f} GB of memory"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
