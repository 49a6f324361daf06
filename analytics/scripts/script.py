"""An R script: how it reads the frozen rows and reports its numbers; what lies between is a kind's own.

A script reads the CSV beside it into the data frame ``rows``, texts as texts and blank cells as ``NA``. With
``report(name, value)`` it writes one line per number, ``name<TAB>value`` with 17 digits, so that a program can compare
them with the stored answer.
"""

from collections.abc import Iterable, Mapping
from typing import Any

INPUT_NAME = "analysis-{pk}.csv"
"""The file name under which the frozen rows are downloaded."""

HEAD = """\
# {title}
# Computes the numbers of answer {pk} anew from {input}, the frozen rows the answer was computed from
# (SHA-256 of the stored rows: {sha256}).
# Run it in the folder with the file:  Rscript analysis-{pk}.R
# Packages: {packages}

rows <- read.csv("{input}", na.strings = "", check.names = FALSE, encoding = "UTF-8",
                 colClasses = c({texts}))
report <- function(name, value) cat(sprintf("%s\\t%.17g\\n", name, value))

"""


def script(
    *, pk: int, title: str, sha256: str, packages: Iterable[str], body: str, texts: Iterable[str] = ("patient",)
) -> str:
    """The whole script. ``packages`` are those beyond R's own that ``body`` loads, ``texts`` the columns of texts.

    Without being told so, R would read a code such as “01” as a number.
    """
    needed = ", ".join(f"{name} (Debian: r-cran-{name.lower()})" for name in packages) or "only R itself"
    name = INPUT_NAME.format(pk=pk)
    # A line break in a title would end the comment.
    kinds = ", ".join(f'{r_text(column)} = "character"' for column in texts)
    head = HEAD.format(title=" ".join(title.split()), pk=pk, input=name, sha256=sha256, packages=needed, texts=kinds)
    return head + body.strip() + "\n"


def text_columns(frozen: Mapping[str, Any]) -> list[str]:
    """The columns of frozen rows that hold a text somewhere."""
    return [
        name
        for position, name in enumerate(frozen["columns"])
        if any(isinstance(row[position], str) for row in frozen["rows"])
    ]


def r_text(text: str) -> str:
    """A text as R writes it.

    >>> print(r_text('the "other" group'))
    "the \\"other\\" group"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def r_texts(texts: Iterable[str]) -> str:
    """A vector of texts as R writes it."""
    return f"c({', '.join(map(r_text, texts))})"
