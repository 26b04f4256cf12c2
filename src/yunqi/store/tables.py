"""All tables, by the noun they keep.

Quantities are integers in millionths (`quantity_micro`), money in fen, instants UTC text, JSON canonical text.
Every fact, price, flag, reading and role has a valid span and a recorded-at.
"""

from __future__ import annotations

from yunqi.store.columns import Id, metadata
from yunqi.store.tables_contract import (
    burst,
    case,
    case_event,
    contract,
    contract_signature,
    document,
    information_system,
    organisation,
    person,
    person_role,
    price_line,
    reading,
    system_deployment,
    system_flag,
    tenant,
)
from yunqi.store.tables_desk import audit_seal, file, idempotency, proposal
from yunqi.store.tables_evidence import (
    audit,
    chain,
    day_root,
    exclusion,
    fact,
    fact_pending,
    probe_day,
    probe_result,
    sample,
    signing_key,
    statement,
    verdict_day,
)
from yunqi.store.tables_resource import (
    allocation,
    certificate,
    draw,
    lease,
    resource,
    resource_spec,
    resource_status,
    run,
    run_step,
)

__all__ = [
    "Id",
    "allocation",
    "audit",
    "audit_seal",
    "burst",
    "case",
    "case_event",
    "certificate",
    "chain",
    "contract",
    "contract_signature",
    "day_root",
    "document",
    "draw",
    "exclusion",
    "fact",
    "fact_pending",
    "file",
    "idempotency",
    "information_system",
    "lease",
    "metadata",
    "organisation",
    "person",
    "person_role",
    "price_line",
    "probe_day",
    "probe_result",
    "proposal",
    "reading",
    "resource",
    "resource_spec",
    "resource_status",
    "run",
    "run_step",
    "sample",
    "signing_key",
    "statement",
    "system_deployment",
    "system_flag",
    "tenant",
    "verdict_day",
]
