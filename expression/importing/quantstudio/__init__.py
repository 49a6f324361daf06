"""Exports of Applied Biosystems QuantStudio and ViiA 7 instruments, as text and as workbook.

A text file holds ``* name = value`` items, then sections ``[Sample Setup]``, ``[Amplification Data]``, ``[Results]`` of
tab-separated columns. A workbook holds the same as sheets, each with the items above its headings. The name of a
heading depends on software and method (CT, Ct, CRT, Cq, and Cт with a Cyrillic т); the Design & Analysis software
calls ``Sample Name`` and ``Target Name`` just ``Sample`` and ``Target``, and keeps quantities, slopes and relative
quantities in sheets of their own. Below the results a footer may name the endogenous control and the reference sample.
"""

from expression.importing.quantstudio.reading import looks_like, read

__all__ = ["looks_like", "read"]
