"""One guest-ping through the hypervisor: it needs no network, so it tells a dead guest from a dead wire."""

from __future__ import annotations

import time

import libvirt
import libvirt_qemu

from yunqi.probes.base import Target, Verdict, within

AGENT = "agent"
"""What stands as the address of a watch; the list of targets names the hypervisor and the guest."""
_PING = '{"execute":"guest-ping"}'
_THEIRS = frozenset(
    {libvirt.VIR_ERR_AGENT_UNRESPONSIVE, libvirt.VIR_ERR_AGENT_UNSYNCED, libvirt.VIR_ERR_OPERATION_INVALID}
)
"""The agent is silent, or the guest does not run."""
_NO_AGENT = "is not connected"
"""What libvirt says of a running guest in which no agent has opened its channel."""


def check_address(address: str) -> None:
    """Raises ValueError for anything but the word: which guest it is follows from the object that is watched."""
    if address != AGENT:
        raise ValueError(f"not the word {AGENT}: {address}")


def probe(target: Target, place: str | None, deadline_s: float) -> Verdict:
    """Up when the agent answers, down when it is silent or the guest does not run.

    *Unknown* when the hypervisor does not answer or knows no such guest, or no agent runs in it.
    Source: QEMU Guest Agent Protocol Reference, guest-ping.
    """
    uri, mark, name = target.address.partition("#")
    if not mark or not uri or not name:
        raise ValueError(f"not a hypervisor and a guest: {target.address}")
    started = time.monotonic()
    with within(place):
        try:
            connection = libvirt.open(uri)
        except libvirt.libvirtError as error:
            return Verdict("unknown", str(error)[:200])
        try:
            libvirt_qemu.qemuAgentCommand(connection.lookupByName(name), _PING, max(1, round(deadline_s)), 0)
        except libvirt.libvirtError as error:
            theirs = error.get_error_code() in _THEIRS and _NO_AGENT not in str(error)
            return Verdict("down" if theirs else "unknown", str(error)[:200])
        finally:
            connection.close()
    return Verdict("up", f"{(time.monotonic() - started) * 1000:.1f} ms")
