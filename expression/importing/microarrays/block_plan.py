"""A block and its cores: those of the study, and those an import adds."""

from collections.abc import Collection
from decimal import Decimal

from cases.importing.formats import Findings
from cases.models import Core, Specimen, Study, TissueMicroarray
from cases.models.tissue_microarray import MOST_COLUMNS, MOST_ROWS
from cases.sentences import sentence
from expression.importing.microarrays.grids import Place, cell_name


class BlockPlan:
    """``new_blocks`` and ``new_cores`` go into :attr:`cases.importing.formats.ImportPlan.new`. Two queries."""

    def __init__(self, *, study: Study, code: str, sheet: str, findings: Findings) -> None:
        self._study, self._code, self._sheet, self._findings = study, code, sheet, findings
        self._block: TissueMicroarray | None = None
        self._cores: dict[Place, Core] = {}
        self.new_blocks: list[TissueMicroarray] = []
        self.matched_blocks: list[TissueMicroarray] = []
        self.new_cores: list[Core] = []
        self.matched_cores = 0

    def find_or_make(self, places: Collection[Place], *, diameter: Decimal | None) -> None:
        """The block of the code, or one that is as large as the map."""
        rows, columns = max(row for row, _column in places), max(column for _row, column in places)
        self._block = TissueMicroarray.objects.filter(study=self._study, code=self._code).first()
        if self._block is None:
            self._make(rows=rows, columns=columns, diameter=diameter)
            return
        self.matched_blocks.append(self._block)
        if rows > self._block.rows or columns > self._block.columns:
            self._findings.error(
                sentence(
                    "The map has {rows} rows and {columns} columns, and block {block} of the study {block_rows} and "
                    "{block_columns}. Correct the block, its code, or what blank rows and columns are.",
                    rows=rows,
                    columns=columns,
                    block=self._code,
                    block_rows=self._block.rows,
                    block_columns=self._block.columns,
                ),
                sheet=self._sheet,
            )
        cores = self._block.cores.select_related("study", "specimen__patient")
        self._cores = {(core.row, core.column): core for core in cores}

    def core(self, place: Place, tissue: Specimen | str | None, *, cell: Place) -> Core | None:
        """The core of that place and tissue, found or made; None after an error at ``cell`` of the map.

        ``tissue`` is a specimen, or the name of a control tissue.
        """
        if self._block is None or tissue is None:
            return None
        core = self._cores.get(place)
        if core is None:
            return self._new_core(place, tissue)
        found = core.specimen if core.specimen is not None else core.control_tissue
        if found == tissue:
            self.matched_cores += 1
            return core
        self._findings.error(
            sentence(
                "Core {core} of block {block} is of {known} in the study, and of {tissue} on the map. Correct the one "
                "that is wrong.",
                core=core.position,
                block=self._code,
                known=str(found),
                tissue=str(tissue),
            ),
            sheet=self._sheet,
            column=cell_name(cell),
        )
        return None

    def _make(self, *, rows: int, columns: int, diameter: Decimal | None) -> None:
        if rows > MOST_ROWS or columns > MOST_COLUMNS:
            self._findings.error(
                sentence(
                    "The map has {rows} rows and {columns} columns, and a block has up to {most_rows} and "
                    "{most_columns}. Divide it into several blocks.",
                    rows=rows,
                    columns=columns,
                    most_rows=MOST_ROWS,
                    most_columns=MOST_COLUMNS,
                ),
                sheet=self._sheet,
            )
            return
        self._block = TissueMicroarray(
            study=self._study, code=self._code, rows=rows, columns=columns, core_diameter_mm=diameter
        )
        self.new_blocks.append(self._block)

    def _new_core(self, place: Place, tissue: Specimen | str) -> Core:
        row, column = place
        owner = {"control_tissue": tissue} if isinstance(tissue, str) else {"specimen": tissue}
        core = Core(study=self._study, microarray=self._block, row=row, column=column, **owner)
        self.new_cores.append(core)
        return core
