"""The order of a public address."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from yunqi.services.base import Spec
from yunqi.services.fields import Count, Reference


class AddressSpec(Spec):
    """A public address that leads to one server. `bandwidth_mbit` counts 10^6 bits a second, each way."""

    server: Reference
    bandwidth_mbit: Annotated[Count, Field(ge=1, le=10000)]
