"""Contract, draws and evidence of a month -> statement with its trace. Pure."""

from yunqi.settlement.inputs import (
    EVERY_OBJECT,
    PLATFORM,
    Adjudication,
    DrawFact,
    Inputs,
    ObjectEvidence,
    Occurrence,
    Payment,
    Reading,
    Suspension,
    SystemFacts,
)
from yunqi.settlement.model import Statement
from yunqi.settlement.readings import check_reading, load_points
from yunqi.settlement.suspended import compute_statement

__all__ = [
    "EVERY_OBJECT",
    "PLATFORM",
    "Adjudication",
    "DrawFact",
    "Inputs",
    "ObjectEvidence",
    "Occurrence",
    "Payment",
    "Reading",
    "Statement",
    "Suspension",
    "SystemFacts",
    "check_reading",
    "compute_statement",
    "load_points",
]
