"""What the kinds of resources are ordered with. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Request


class AddressSpec(Request):
    """A public address that leads to one server. `bandwidth_mbit` counts 10^6 bits a second, each way."""

    server: str
    bandwidth_mbit: Annotated[int, Field(ge=1, le=10000)]


class DiskSpec(Request):
    """A data disk of one server. `size_gb` counts 2^30 bytes."""

    size_gb: Annotated[int, Field(ge=1, le=32768)]
    grade: Literal["normal", "high"] = "normal"
    server: str


class NetworkSpec(Request):
    """`cidr` may be left out: then the planner chooses one that no other network of the site has."""

    cidr: str | None = None


class ServerSpec(Request):
    """A virtual machine with its system disk. `memory_gb` and `system_disk_gb` count 2^30 bytes."""

    vcpus: Annotated[int, Field(ge=1, le=64)]
    memory_gb: Annotated[Decimal, Field(ge=Decimal("0.25"), le=Decimal(512), multiple_of=Decimal("0.25"))]
    system_disk_gb: Annotated[int, Field(ge=1, le=2048)]
    grade: Literal["normal", "high"] = "normal"
    image: Literal["micro", "debian-12"] = "micro"
    network: str
