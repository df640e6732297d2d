"""Connecting. A daemon whose queue of connections is full is waited for, as one that answers late is."""

import asyncio
import errno
import math
import socket
import struct
from typing import Final

from ._errors import AccessDenied, DaemonUnavailable, TimedOut, WhichsetError

_PAUSE_SECONDS: Final = 0.01


def connect(path: str, timeout: float | None) -> socket.socket:
    """A connected socket that does not block."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if timeout is not None:
            # A socket with a timeout of Python's own would not wait for its place in the queue.
            part, whole = math.modf(timeout)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(whole), int(part * 1e6) or 1))
        made.connect(path)
        made.setblocking(False)
    except OSError as failure:
        made.close()
        raise _failed(path, failure) from failure
    return made


async def connect_soon(path: str, timeout: float | None) -> socket.socket:
    """As `connect`, without blocking the event loop."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.setblocking(False)
    try:
        async with asyncio.timeout(timeout):
            while True:
                try:
                    made.connect(path)
                except BlockingIOError:
                    # Such a socket does not become writable when there is room in the queue.
                    await asyncio.sleep(_PAUSE_SECONDS)
                else:
                    return made
    except OSError as failure:
        made.close()
        raise _failed(path, failure) from failure
    except BaseException:
        made.close()
        raise


def _failed(path: str, failure: OSError) -> WhichsetError:
    if isinstance(failure, TimeoutError) or failure.errno == errno.EAGAIN:
        return TimedOut(f"the daemon at {path} accepts no connection in time")
    if failure.errno in (errno.EACCES, errno.EPERM):
        return AccessDenied(f"no permission to use the daemon at {path}")
    return DaemonUnavailable(f"no daemon at {path}: {failure.strerror or failure}")
