"""What an address draws."""

from __future__ import annotations

from fractions import Fraction

from yunqi.services.address.spec import AddressSpec
from yunqi.services.base import DrawNeed


def compute_needs(spec: AddressSpec) -> tuple[DrawNeed, ...]:
    """One address and its bandwidth (Mb)."""
    return (DrawNeed("network.ip", Fraction(1)), DrawNeed("network.bandwidth", Fraction(spec.bandwidth_mbit)))
