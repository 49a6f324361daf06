"""How far a command is, on the terminal of whoever waits."""

from typing import TextIO

from cases.jobs import Progress

CLEAR_LINE = "\r\x1b[K"


class ShownProgress(Progress):
    """Writes one line again and again, such as ``lesion.csv 40%``. Ctrl-C is how one cancels."""

    def __init__(self, name: str, terminal: TextIO) -> None:
        super().__init__()
        self._name, self._terminal, self._shown = name, terminal, -1

    def __call__(self, *, done: int, total: int) -> None:
        super().__call__(done=done, total=total)
        percent = 100 * done // max(1, self.shown_total)
        if percent != self._shown:
            self._shown = percent
            self._terminal.write(f"{CLEAR_LINE}{self._name} {percent}%")
            self._terminal.flush()
