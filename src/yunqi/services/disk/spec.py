"""The order of a data disk."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from yunqi.services.base import Spec
from yunqi.services.fields import Count, Grade, Reference


class DiskSpec(Spec):
    """A data disk of one server. `size_gb` counts 2^30 bytes."""

    size_gb: Annotated[Count, Field(ge=1, le=32768)]
    grade: Grade = "normal"
    server: Reference
