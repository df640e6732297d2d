"""Why a connection cannot be made, in the package's own errors."""

import errno

from ._errors import AccessDenied, DaemonUnavailable, TimedOut, WhichsetError


def connection_failed(path: str, failure: OSError) -> WhichsetError:
    if isinstance(failure, TimeoutError) or failure.errno == errno.EAGAIN:
        return TimedOut(f"the daemon at {path} accepts no connection in time")
    if failure.errno in (errno.EACCES, errno.EPERM):
        return AccessDenied(f"no permission to use the daemon at {path}")
    return DaemonUnavailable(f"no daemon at {path}: {failure.strerror or failure}")
