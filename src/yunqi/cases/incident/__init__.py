"""事件: opened by a probe or a report, responded to, located, recovered, closed; with the clocks of the contract.
Pure.
"""

from yunqi.cases.incident.clocks import Clock, ClockAlternative, Downtime, IncidentFacts, compute_clocks
from yunqi.cases.incident.machine import KINDS, MACHINE, TYPES, apply, open_incident

__all__ = [
    "KINDS",
    "MACHINE",
    "TYPES",
    "Clock",
    "ClockAlternative",
    "Downtime",
    "IncidentFacts",
    "apply",
    "compute_clocks",
    "open_incident",
]
