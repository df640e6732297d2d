"""What can go wrong, by who has to act: the connection, the protocol, or what the daemon replied with `ERR`."""

from typing import ClassVar, Final


class WhichsetError(Exception):
    """Everything that this package raises, apart from errors of the caller's own making (ValueError, TypeError)."""


class DaemonUnavailable(WhichsetError, ConnectionError):
    """No daemon listens at the socket."""


class AccessDenied(WhichsetError, PermissionError):
    """The socket's file may not be used by this user: see the groups in whichsetd(8)."""


class ConnectionLost(WhichsetError, ConnectionError):
    """The daemon closed the connection before its last reply."""


class TimedOut(WhichsetError, TimeoutError):
    """No whole reply came in time. The connection is closed."""


class ForeignProcess(WhichsetError):
    """An iterator or a load is used in a child of the process that began it."""


class ProtocolError(WhichsetError):
    """The daemon sent what the protocol does not allow. The connection is closed."""


class ReplyError(WhichsetError):
    """The daemon replied `ERR code fault text`."""

    fault: ClassVar[str] = ""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text

    def __str__(self) -> str:
        return f"{self.text} ({self.code})" if self.text else self.code


class RequestError(ReplyError):
    """The request is wrong; the same request will fail again."""

    fault = "CLIENT"


class IdentifierError(RequestError):
    """The identifier has no answer: neither found nor not found."""


class InvalidIdentifier(IdentifierError):
    """Not an identifier."""


class Unresolvable(IdentifierError):
    """An identifier that can only be resolved over the network."""


class Unsearchable(IdentifierError):
    """A hash or an account, where no list of the index has any of that kind."""


class Forbidden(RequestError):
    """The request needs a higher role than the socket gives."""


class LimitExceeded(RequestError):
    """A line, a count or a size above its bound."""


class UnknownDataset(RequestError):
    """An unknown dataset, or not a slug."""


class DatasetExists(RequestError):
    """The dataset has another list."""


class LoadError(RequestError):
    """A load or a cross-reference that is not open, a block out of order, or a load without an accepted row."""


class RetryError(ReplyError):
    """The same request may succeed later."""

    fault = "RETRY"


class Busy(RetryError):
    """Too many connections, loads, streams or cross-references, or maintenance of the index."""


class DiskFull(RetryError):
    """The daemon has too little free space, or its disk fails."""


class ServerError(ReplyError):
    """The daemon failed; its log says more."""

    fault = "SERVER"


class IndexFull(ServerError):
    """A bound of the index is reached."""


class Corrupt(ServerError):
    """Stored data fails its check."""


BY_CODE: Final[dict[str, type[ReplyError]]] = {
    "LINE": LimitExceeded,
    "SYNTAX": RequestError,
    "VERB": RequestError,
    "VERSION": RequestError,
    "FORBIDDEN": Forbidden,
    "LIMIT": LimitExceeded,
    "IDENTIFIER": InvalidIdentifier,
    "UNRESOLVABLE": Unresolvable,
    "UNSEARCHABLE": Unsearchable,
    "DATASET": UnknownDataset,
    "EXISTS": DatasetExists,
    "LOAD": LoadError,
    "BLOCK": LoadError,
    "BODY": LoadError,
    "CONFIG": RequestError,
    "FILE": RequestError,
    "GATEWAY": RequestError,
    "BUSY": Busy,
    "CONNECTIONS": Busy,
    "DISK": DiskFull,
    "CLUSTER": RetryError,
    "FULL": IndexFull,
    "CORRUPT": Corrupt,
    "INTERNAL": ServerError,
}
_BY_FAULT: Final[dict[str, type[ReplyError]]] = {kind.fault: kind for kind in (RequestError, RetryError, ServerError)}


def reply_error(code: str, fault: str, text: str) -> ReplyError:
    """The exception for an error reply. A code that a later daemon may add has the class of its fault."""
    known = BY_CODE.get(code)
    if fault not in _BY_FAULT or (known and known.fault != fault):
        raise ProtocolError(f"the daemon sent an error with the fault {fault[:20]!r}")
    return (known or _BY_FAULT[fault])(code, text)
