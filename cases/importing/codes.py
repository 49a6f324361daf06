"""Codes out of the names that laboratories give to samples and files."""

import re

LONGEST_CODE = 60

SEPARATED = re.compile(r"(?P<patient>.+)[-_.](?P<sample>[^-_.]+)")


def as_code(name: str) -> str:
    """The name with what a code may not hold replaced by hyphens; may be blank.

    >>> as_code("Run 3 (RANKL)")
    'Run-3-RANKL'
    """
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:LONGEST_CODE]


def before_separator(code: str) -> str:
    """What stands before the last hyphen, underscore or point; all of it where there is none.

    >>> before_separator("TH03_0112_S01")
    'TH03_0112'
    """
    separated = SEPARATED.fullmatch(code)
    return separated["patient"] if separated else code
