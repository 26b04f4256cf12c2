"""What a program of ours looks like; a type checker reads it, a test runs it."""

from __future__ import annotations

from decimal import Decimal

from yunqi.client import Client
from yunqi.client.methods.specs import NetworkSpec, ServerSpec
from yunqi.wire.base import Proposal
from yunqi.wire.contracts import ImportedContract


def order_a_server(client: Client, contract: str, work_order: str) -> tuple[str, int]:
    """The server's id, and how many resources the caller sees."""
    client.resources.order_network(
        name="main", contract=contract, work_order=work_order, spec=NetworkSpec(cidr="10.64.1.0/24")
    )
    spec = ServerSpec(vcpus=1, memory_gb=Decimal("0.5"), system_disk_gb=2, network="main")
    made = client.resources.order_server(name="web", contract=contract, work_order=work_order, spec=spec)
    seen: int = sum(1 for one in client.resources.iterate() if one.contract_id)
    return made.id, seen


def agree(client: Client, contract: str) -> str:
    """The number of what waits for the other party."""
    made = client.readings.record(contract, code="availability.window", value="month", agreement="纪要-1")
    return made.id if isinstance(made, Proposal) else f"done {made.id}"


def take(client: Client, name: str, content: bytes) -> ImportedContract:
    """A contract from a file."""
    kept = client.files.upload(name=name, content=content)
    return client.contracts.import_(file=kept.id).wait()
