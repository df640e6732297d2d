"""The socket is the one that the program `whichset` would use."""

import pytest

from whichset import socket_path
from whichset._locate import Role

OWN = "/run/user/1/whichset.sock"


def test_what_the_environment_names_comes_first() -> None:
    environment = {"WHICHSET_SOCKET": "/a", "XDG_RUNTIME_DIR": "/run/user/1"}
    assert socket_path(environment=environment, may_enter=lambda _: True) == "/a"
    assert socket_path(environment=environment | {"WHICHSET_SOCKET": ""}, may_enter=lambda _: True) == OWN


def test_the_own_daemon_comes_before_the_systems() -> None:
    environment = {"XDG_RUNTIME_DIR": "/run/user/1"}
    assert socket_path(environment=environment, may_enter=lambda path: path == OWN) == OWN
    assert socket_path(environment=environment, may_enter=lambda _: False) == "/run/whichset/read.sock"
    assert socket_path(environment={"XDG_RUNTIME_DIR": ""}, may_enter=lambda _: True) == "/run/whichset/read.sock"


@pytest.mark.parametrize(
    ("role", "enterable", "expected"),
    [
        ("read", "read load admin", "read"),
        ("read", "admin load", "load"),
        ("load", "read admin", "admin"),
        ("load", "read load admin", "load"),
        ("load", "read", "load"),
        ("admin", "", "admin"),
    ],
)
def test_of_the_systems_sockets_the_least_that_is_sufficient(role: Role, enterable: str, expected: str) -> None:
    allowed = [f"/run/whichset/{name}.sock" for name in enterable.split()]
    found = socket_path(role, environment={}, may_enter=lambda path: path in allowed)
    assert found == f"/run/whichset/{expected}.sock"
