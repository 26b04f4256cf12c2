"""The delivery plane of an installation: its reconciler, and what a client on the wire sees of a resource."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from yunqi.engines.base import GuestAccess
from yunqi.operations.installation import Installation
from yunqi.reconcile.erase import EraseApart
from yunqi.reconcile.loop import Reconciler, RoundReport
from yunqi.reconcile.world import Site
from yunqi.services.base import ResourceView
from yunqi.services.registry import load_services

_PING_S = "0.3"


def make_reconciler(
    installation: Installation,
    *,
    on_round: Callable[[RoundReport], None] = lambda _report: None,
    on_step: Callable[[str], None] = lambda _point: None,
) -> Reconciler:
    """The reconciler of the installation; a server counts as ready once it answers on its network."""
    settings = installation.settings
    return Reconciler(
        database=installation.database,
        engine=installation.engine,
        site=Site(tenant_cidr=settings.tenant_cidr, public_cidr=settings.public_cidr),
        services=load_services(),
        clock=installation.clock,
        lease_s=settings.lease_s,
        verify=lambda resource, choices: answers(installation, resource, choices),
        on_round=on_round,
        on_step=on_step,
        erase=EraseApart(),
    )


def answers(installation: Installation, resource: ResourceView, choices: Mapping[str, str]) -> bool:
    """Whether a server answers a ping from its network's router; other kinds and engines without a wire are trusted."""
    if resource.kind != "server" or not hasattr(installation.engine, "place_of_network"):
        return True
    place = access_of(installation).place_of_network(str(resource.spec["network"]))
    return run_in_place(place, "ping", "-n", "-c", "1", "-W", _PING_S, choices["ip"]).returncode == 0


def access_of(installation: Installation) -> GuestAccess:
    """The ways to guests that the engine offers."""
    return cast("GuestAccess", installation.engine)


def run_in_place(place: Path, *command: str, deadline_s: int = 30) -> subprocess.CompletedProcess[bytes]:
    """Runs a command in a network namespace; a missing namespace or a missed deadline is a failed command."""
    try:
        return subprocess.run(
            ["nsenter", f"--net={place}", "--", *command],
            capture_output=True,
            timeout=deadline_s,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        return subprocess.CompletedProcess(error.cmd, 124, error.stdout or b"", error.stderr or b"")


def fetch(place: Path, url: str, *, deadline_s: int = 30, upload: bytes | None = None) -> bytes | None:
    """The body that a URL gives from within a network namespace, or None when nothing answers."""
    command = ["curl", "-s", "-f", "--max-time", str(deadline_s), url]
    if upload is not None:
        command[1:1] = ["-X", "POST", "-H", "Content-Type: application/octet-stream", "--data-binary", "@-"]
        try:
            done = subprocess.run(
                ["nsenter", f"--net={place}", "--", *command],
                input=upload,
                capture_output=True,
                timeout=deadline_s + 5,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
    else:
        done = run_in_place(place, *command, deadline_s=deadline_s + 5)
    return done.stdout if done.returncode == 0 else None


def fetch_json(place: Path, url: str, *, deadline_s: int = 30) -> dict[str, Any] | None:
    """As `fetch`, for a page that answers with a JSON object."""
    body = fetch(place, url, deadline_s=deadline_s)
    if body is None:
        return None
    value = json.loads(body)
    return value if isinstance(value, dict) else None
