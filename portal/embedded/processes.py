"""What both servers need of the operating system."""

import ctypes
import errno
import os
import pwd
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from portal.embedded.addresses import EmbeddedServerError


def make_private(folder: Path, *, account: pwd.struct_passwd | None = None) -> None:
    """The folder exists, belongs to the account (default: oneself), and nobody else may look into it."""
    owner = account.pw_uid if account else os.geteuid()
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != owner:
        if os.geteuid() != 0:
            raise EmbeddedServerError(f"{folder} belongs to another user. Remove it, or start as that user.")
        os.chown(folder, owner, account.pw_gid if account else -1)
    folder.chmod(0o700)


def end_with_parent(signal_number: signal.Signals) -> None:
    """On Linux, this process gets the signal when its parent dies, even by SIGKILL."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, int(signal_number))


def wait_until(condition: Callable[[], bool], *, seconds: float, failure: str) -> None:
    """Returns when the condition holds; raises EmbeddedServerError with the sentence when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise EmbeddedServerError(failure)
        time.sleep(0.05)


def explained(failure: OSError) -> str:
    """What the operating system refuses, and what to do about it."""
    if failure.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{failure.filename} cannot be written. Give yourself the right, or name another folder: PORTAL_VAR=..."
    if failure.errno in {errno.ENOTDIR, errno.EEXIST}:
        return f"{failure.filename} is not a folder. Remove the file, or name another folder: PORTAL_VAR=..."
    if failure.errno == errno.ENOSPC:
        return "The disk is full. Make room, then start again."
    return f"The operating system refuses: {failure}"
