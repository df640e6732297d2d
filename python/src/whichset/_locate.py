"""Where the daemon listens, found as the program `whichset` finds it."""

import os
from collections.abc import Callable, Mapping
from typing import Final, Literal

Role = Literal["read", "load", "admin"]
SYSTEM_FOLDER: Final = "/run/whichset"
_ROLES: Final[tuple[Role, ...]] = ("read", "load", "admin")


def _may_enter(path: str) -> bool:
    return os.access(path, os.W_OK)


def socket_path(
    role: Role = "read",
    environment: Mapping[str, str] | None = None,
    may_enter: Callable[[str], bool] = _may_enter,
) -> str:
    """The daemon's socket.

    `WHICHSET_SOCKET`, else `$XDG_RUNTIME_DIR/whichset.sock` if it can be entered, else the system's: of the sockets
    that give the role, the one that gives least and can be entered.
    """
    values = os.environ if environment is None else environment
    if named := values.get("WHICHSET_SOCKET"):
        return named
    if folder := values.get("XDG_RUNTIME_DIR"):
        own = f"{folder}/whichset.sock"
        if may_enter(own):
            return own
    fitting = [f"{SYSTEM_FOLDER}/{each}.sock" for each in _ROLES[_ROLES.index(role) :]]
    return next(filter(may_enter, fitting), fitting[0])
