"""Contract, draws and evidence of a month -> statement with its trace. Pure."""

from yunqi.settlement.amended import compute_statement
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
    SystemFacts,
)
from yunqi.settlement.model import Statement
from yunqi.settlement.readings import check_reading, load_points

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
    "SystemFacts",
    "check_reading",
    "compute_statement",
    "load_points",
]
