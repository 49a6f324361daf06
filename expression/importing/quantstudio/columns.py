"""Where the columns of the results are, and which of their rows are wells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cases.jobs import Refusal
from expression.importing.plate import Headings
from expression.importing.quantstudio.sections import NUMBER, POSITION, Rows, Sections, header_row, normal

SAMPLE_HEADINGS = ("sample name", "sample")
TARGET_HEADINGS = ("target name", "target")
CQ_HEADINGS = ("ct", "crt", "cq")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Where the columns of the results are; the row of headings is ``header`` from the section's start."""

    header: int
    at: Mapping[str, int]
    headings: Headings

    @classmethod
    def of(cls, results: Rows, *, experiment_type: str) -> "Columns":
        """Raises :class:`Refusal` where there is no target or no Cq to read."""
        header = header_row(results)
        if header is None:
            raise Refusal("The results have no row of headings with “Well Position”. Export the run once more.")
        texts = list(results[header])
        at: dict[str, int] = {}
        for number, text in enumerate(texts):
            at.setdefault(normal(text), number)
        sample, target, cq = (
            next((name for name in names if name in at), None)
            for names in (SAMPLE_HEADINGS, TARGET_HEADINGS, CQ_HEADINGS)
        )
        if target is None or cq is None:
            raise Refusal(
                "The results have no columns for a target and its Cq{experiment}, so there is nothing to quantify. The "
                "portal imports quantification runs: comparative Ct, standard curve, presence/absence.",
                experiment=f" ({experiment_type})" if experiment_type else "",
            )
        at |= {"sample": at[sample]} if sample else {}
        at |= {"target": at[target], "cq": at[cq]}
        named = {
            name: texts[at[name]] if name in at else ""
            for name in ("well position", "sample", "target", "task", "cq", "quantity")
        }
        position = named.pop("well position")
        return cls(header=header, at=at, headings=Headings(position=position, **named))

    def cell(self, row: Sequence[str], name: str) -> str:
        """The text below the heading; blank where the file has no such column or the row is shorter."""
        number = self.at.get(name)
        return row[number].strip() if number is not None and number < len(row) else ""

    def well_rows(self, sections: Sections) -> Iterator[tuple[int, Sequence[str]]]:
        """Number in the file and cells of every row of the results that begins with the number of a well."""
        for offset, row in enumerate(sections.results[self.header + 1 :], start=self.header + 1):
            if self._is_well(row):
                yield sections.first_row + offset, row

    def footer(self, sections: Sections) -> Iterator[tuple[str, str]]:
        """``name = value`` in one cell of a text file, in two cells of a workbook."""
        for row in sections.results[self.header + 1 :]:
            cells = [cell.strip() for cell in row if cell.strip()]
            if not cells or self._is_well(row):
                continue
            name, _equals, value = cells[0].partition("=")
            yield name.strip(), value.strip() or (cells[1] if len(cells) > 1 else "")

    def _is_well(self, row: Sequence[str]) -> bool:
        leading = self.cell(row, "well") if "well" in self.at else self.cell(row, "well position")
        return bool(NUMBER.fullmatch(leading) or POSITION.fullmatch(leading.upper()))
