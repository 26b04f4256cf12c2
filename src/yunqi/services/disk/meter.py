"""What a disk draws."""

from __future__ import annotations

from fractions import Fraction

from yunqi.services.base import DrawNeed
from yunqi.services.disk.spec import DiskSpec


def compute_needs(spec: DiskSpec) -> tuple[DrawNeed, ...]:
    """Its size of its grade's storage (GB)."""
    return (DrawNeed(f"storage.{spec.grade}", Fraction(spec.size_gb)),)
