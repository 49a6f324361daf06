"""An R script: how it reads the frozen rows and reports its numbers; what lies between is a kind's own.

A script reads the CSV beside it into the data frame ``rows``, texts as texts and blank cells as ``NA``. With
``report(name, value)`` it writes one line per number, ``name<TAB>value`` with 17 digits, so that a program can compare
them with the stored answer.
"""

from collections.abc import Iterable

INPUT_NAME = "analysis-{pk}.csv"
"""The file name under which the frozen rows are downloaded."""

HEAD = """\
# {title}
# Computes the numbers of answer {pk} anew from {input}, the frozen rows the answer was computed from
# (SHA-256 of the stored rows: {sha256}).
# Run it in the folder with the file:  Rscript analysis-{pk}.R
# Packages: {packages}

rows <- read.csv("{input}", stringsAsFactors = FALSE, na.strings = "", check.names = FALSE, encoding = "UTF-8")
report <- function(name, value) cat(sprintf("%s\\t%.17g\\n", name, value))

"""


def script(*, pk: int, title: str, sha256: str, packages: Iterable[str], body: str) -> str:
    """The whole script. ``packages`` are those beyond R's own that ``body`` loads."""
    needed = ", ".join(f"{name} (Debian: r-cran-{name.lower()})" for name in packages) or "only R itself"
    name = INPUT_NAME.format(pk=pk)
    # A line break in a title would end the comment.
    head = HEAD.format(title=" ".join(title.split()), pk=pk, input=name, sha256=sha256, packages=needed)
    return head + body.strip() + "\n"


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
