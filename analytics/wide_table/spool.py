"""Lines of a table that wait on the disk until its columns are known."""

import pickle
import weakref
from tempfile import TemporaryFile

from cases.exporting.tables import Line, Lines

Piece = list[tuple[int | None, Line]]


class Spool:
    """Takes lines piece by piece and gives them back as often as one likes. The file goes with this object."""

    def __init__(self) -> None:
        self.count = 0
        self._file = TemporaryFile(prefix="wide-table-")  # noqa: SIM115 closed when nobody needs the lines
        weakref.finalize(self, self._file.close)

    def add(self, lines: Piece) -> None:
        self.count += len(lines)
        pickle.dump(lines, self._file, protocol=pickle.HIGHEST_PROTOCOL)

    def lines(self) -> Lines:
        end, place = self._file.tell(), 0
        while place < end:
            self._file.seek(place)
            piece: Piece = pickle.load(self._file)  # noqa: S301 written by this process
            place = self._file.tell()
            yield from piece
        self._file.seek(end)
