"""Samples -> usage, verdicts -> availability, draws -> use of an entitlement. Pure."""

from yunqi.metering.availability import Availability, Outage, compute_availability, compute_outages, join_availability
from yunqi.metering.entitlement import DrawSpan, EntitlementUse, compute_entitlement_use, count_draws
from yunqi.metering.usage import CounterUsage, GaugeUsage, Sample, compute_counter_usage, compute_gauge_usage
from yunqi.metering.verdicts import Exclusion, Observation, Verdict, VerdictSpan, compute_spans

__all__ = [
    "Availability",
    "CounterUsage",
    "DrawSpan",
    "EntitlementUse",
    "Exclusion",
    "GaugeUsage",
    "Observation",
    "Outage",
    "Sample",
    "Verdict",
    "VerdictSpan",
    "compute_availability",
    "compute_counter_usage",
    "compute_entitlement_use",
    "compute_gauge_usage",
    "compute_outages",
    "compute_spans",
    "count_draws",
    "join_availability",
]
