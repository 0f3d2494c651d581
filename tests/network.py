"""The rule that tests talk to this machine only."""

from __future__ import annotations

import sys
from ipaddress import ip_address

ALLOWED_HOSTS = {"localhost", ""}
"""Names that mean this machine, and the hosts of servers the caller named."""


class OutsideError(RuntimeError):
    """A test tried to reach a machine other than this one; not an OSError, so that no retry hides it."""

    def __init__(self, host: str) -> None:
        super().__init__(f"A test tried to reach {host}; tests talk to this machine only.")


def stay_inside() -> None:
    """Refuse connections and name look-ups that leave this machine, from now until the process ends."""
    sys.addaudithook(_refuse_outside)


def is_inside(host: str) -> bool:
    """Whether a name or an address is this machine's, or a server's that the caller named."""
    if host in ALLOWED_HOSTS:
        return True
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse_outside(event: str, args: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = args[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    name = host.decode(errors="replace") if isinstance(host, bytes) else str(host or "")
    if not is_inside(name):
        raise OutsideError(name)
