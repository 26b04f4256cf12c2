"""The order of a server."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from yunqi.services.base import Spec
from yunqi.services.fields import Amount, Count, Reference


class ServerSpec(Spec):
    """A virtual machine with its system disk. `memory_gb` and `system_disk_gb` count 2^30 bytes."""

    vcpus: Annotated[Count, Field(ge=1, le=64)]
    memory_gb: Annotated[Amount, Field(ge=Decimal("0.25"), le=Decimal(512), multiple_of=Decimal("0.25"))]
    system_disk_gb: Annotated[Count, Field(ge=1, le=2048)]
    grade: Literal["normal", "high"] = "normal"
    image: Literal["micro", "debian-12"] = "micro"
    network: Reference
