"""What the monthly security inspection (安全巡检月报) finds in the ledger, and what nobody has inspected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.clock import parse_instant, render_instant
from yunqi.kernel.period import Span, date_of
from yunqi.kernel.rights import Caller
from yunqi.operations.evidence import verify_contract
from yunqi.operations.installation import Installation
from yunqi.operations.report_data import (
    View,
    Window,
    count_weeks,
    list_days,
    read_heading,
    read_incidents,
    read_notices,
    read_objects,
)
from yunqi.operations.versions import data_at
from yunqi.store.access_review import Deed, count_accounts, count_deeds, list_assumed, list_known_keys
from yunqi.store.audit_seal import verify_audit
from yunqi.store.chain import list_day_roots
from yunqi.store.checks import from_micro
from yunqi.store.contracts import Contract
from yunqi.store.parties import list_systems
from yunqi.store.report_lists import list_visible_reports
from yunqi.store.resources import Draw, Resource, iterate_resources, list_draws

SECURITY = "security."
_ITEMS = frozenset({"network.waf", "network.certificate", "network.vpn", "network.remote_access", "network.policy"})
_WORDS = ("安全", "漏洞", "扫描", "渗透", "病毒", "杀毒", "加固", "审计", "等保", "WAF", "防护")
_EXPOSED = ("network", "address")
_STALE = timedelta(days=90)
_SIGN_IN = ("sign_in", "sign_in.code", "account.redeem")
_LOCK = "sign_in.lock"
PRIVILEGED = (
    "account.",
    "person.roles",
    "token.",
    "consent.",
    "assumption.",
    "integrator.",
    "undertaking.",
    "webhook.",
    "resource.delete",
    "resource.erase",
    "resource.samples",
    "evidence.export",
    "evidence.package",
    "exclusion.record",
    "watch.",
)
"""Actions whose misuse would harm, each counted by itself. A name that ends in a dot stands for all that begin so."""


def read_security(
    site: Installation,
    connection: Connection,
    caller: Caller,
    found: Contract,
    window: Window,
    titles: Mapping[str, str],
) -> View:
    """The data of the report: texts of exact numbers, instants as UTC text. `titles`: of the actions, by name."""
    now, span = site.clock.now(), window.span
    days = list_days(span)
    incidents = read_incidents(connection, found, span, now)
    objects = read_objects(connection, found, span, days)
    services = _services(connection, found, span)
    deliveries = _deliveries(connection, caller, found, span)
    return read_heading(connection, caller, found, window, now) | {
        "sample": any(one["sample"] for one in objects),
        "days": [render_instant(one.start_at) for one in days],
        "objects": objects,
        "incidents": incidents,
        "weeks": count_weeks([parse_instant(one["opened_at"]) for one in incidents], span),
        "exposed": _exposed(connection, found, span, now),
        "services": services,
        "deliveries": deliveries,
        **_access(connection, found, span, now, titles),
        "evidence": _verify(site, connection, found),
        "keys": _keys(connection, found),
        "certificate": _certificate(site),
        "notices": read_notices(connection, found, span, now),
    }


def _exposed(connection: Connection, found: Contract, span: Span, now: datetime) -> list[View]:
    """The tenant's networks and public addresses that stood within the span: what came, what went, how they stand."""
    systems = {one.id: one.name for one in list_systems(connection, found.using_unit_id, at=now)}
    rows = [
        one
        for one in iterate_resources(connection, contract_id=found.id, gone=True)
        if one.kind in _EXPOSED
        and one.created_at < span.end_at
        and (one.gone_at is None or one.gone_at > span.start_at)
    ]
    return [_exposure(one, systems, span) for one in sorted(rows, key=lambda one: (one.kind, one.name, one.id))]


def _exposure(one: Resource, systems: Mapping[str, str], span: Span) -> View:
    changes = []
    if one.created_at >= span.start_at:
        changes.append("ordered")
    if one.gone_at is not None and one.gone_at < span.end_at:
        changes.append("gone")
    return {
        "kind": one.kind,
        "name": one.name,
        "system": systems.get(one.system_id or "", ""),
        "spec": {key: str(value) for key, value in sorted(one.spec.items())},
        "changes": changes,
        "generation": one.generation,
        "adopted": one.adoption_id is not None,
    }


def is_security(item: str | None, name: str) -> bool:
    """Whether a price line or a report is about security: by its item, or by words in its name.

    >>> is_security("security.antivirus", ""), is_security(None, "安全漏洞扫描报告"), is_security("compute.vcpu", "CPU")
    (True, True, False)
    """
    if item is not None:
        return item.startswith(SECURITY) or item in _ITEMS
    return any(word in name for word in _WORDS)


def _services(connection: Connection, found: Contract, span: Span) -> list[View]:
    """The price lines about security, each with what was drawn of it at the end and done within the span."""
    draws: dict[str, list[Draw]] = {}
    for one in list_draws(connection, found.id, start_at=span.start_at, end_at=span.end_at):
        draws.setdefault(one.item, []).append(one)
    data = data_at(connection, found, span.end_at - timedelta(microseconds=1))
    rows = []
    for line in data.get("price_lines") or ():
        item, name = line.get("item"), str(line.get("name") or "")
        if not is_security(item, name):
            continue
        mine = draws.get(item, []) if item else []
        standing = [one for one in mine if one.kind == "span" and (one.end_at is None or one.end_at >= span.end_at)]
        done = [one for one in mine if one.kind != "span" and span.contains(one.start_at)]
        rows.append(
            {
                "no": int(line["no"]),
                "name": name,
                "unit": line.get("unit"),
                "contracted": None if line.get("quantity") is None else str(line["quantity"]),
                "standing": str(sum((from_micro(one.quantity_micro) for one in standing), start=from_micro(0))),
                "done": str(sum((from_micro(one.quantity_micro) for one in done), start=from_micro(0))),
                "recorded": bool(mine),
            }
        )
    return rows


def _deliveries(connection: Connection, caller: Caller, found: Contract, span: Span) -> list[View]:
    """The reports about security in the register whose period, event or sending lies within the span."""
    rows = []
    for one in list_visible_reports(connection, caller, found.id):
        at = one.delivered_at or one.occasion_at or one.drafted_at
        period = one.period
        touches = (
            span.contains(at)
            if period is None
            else period[0].isoformat() <= _day(span.end_at) and (period[1].isoformat() >= _day(span.start_at))
        )
        if one.replaced_by is None and touches and is_security(None, one.kind):
            rows.append(
                {
                    "kind": one.kind,
                    "title": one.title,
                    "state": one.state,
                    "delivered_at": None if one.delivered_at is None else render_instant(one.delivered_at),
                    "received_at": None if one.received_at is None else render_instant(one.received_at),
                }
            )
    return rows


def _day(at: datetime) -> str:
    return date_of(at).isoformat()


def _access(
    connection: Connection, found: Contract, span: Span, now: datetime, titles: Mapping[str, str]
) -> dict[str, Any]:
    """Signing in, assumed roles, privileged actions and accounts of the two parties; nothing of other organisations."""
    parties = {"provider": found.provider_id, "using_unit": found.using_unit_id}
    deeds = count_deeds(connection, tuple(parties.values()), span)
    accounts = count_accounts(connection, tuple(parties.values()), stale_before=now - _STALE)
    signing = []
    for party, organisation in parties.items():
        mine = [one for one in deeds if one.organisation_id == organisation]
        count = accounts.get(organisation)
        signing.append(
            {
                "party": party,
                "signed_in": sum(one.done for one in mine if one.action in _SIGN_IN),
                "failed": sum(one.refused for one in mine if one.action in _SIGN_IN),
                "shut": sum(one.done + one.refused for one in mine if one.action == _LOCK),
                "refused": sum(one.refused for one in mine if not one.action.startswith("sign_in")),
                "accounts": None
                if count is None
                else {key: value for key, value in asdict(count).items() if key != "organisation_id"},
            }
        )
    return {
        "signing": signing,
        "privileged": [_privileged(one, parties, titles) for one in deeds if is_privileged(one.action)],
        "assumed": [
            {
                "person": one.person,
                "reason": one.reason,
                "begun_at": render_instant(one.begun_at),
                "ended_at": render_instant(one.ended_at or one.until_at),
                "deeds": one.deeds,
            }
            for one in list_assumed(connection, found.using_unit_id, found.provider_id, span)
        ],
    }


def is_privileged(action: str) -> bool:
    """Whether an action is counted by itself.

    >>> is_privileged("account.lock"), is_privileged("person.roles"), is_privileged("contract.read")
    (True, True, False)
    """
    return any(action == one or (one.endswith(".") and action.startswith(one)) for one in PRIVILEGED)


def _privileged(one: Deed, parties: Mapping[str, str], titles: Mapping[str, str]) -> View:
    party = next(name for name, organisation in parties.items() if organisation == one.organisation_id)
    return {"party": party, "title": titles.get(one.action, one.action), "done": one.done, "refused": one.refused}


def _verify(site: Installation, connection: Connection, found: Contract) -> View:
    """The whole evidence of the contract and the whole audit trail checked now, record by record."""
    report = verify_contract(site, found.id)
    trail = verify_audit(connection)
    return {
        "facts": report.facts,
        "verdict_days": report.verdict_days,
        "results": report.results,
        "roots": report.roots,
        "unsealed": report.unsealed,
        "unsigned": report.unsigned,
        "last_root_sm3": report.last_root_sm3,
        "findings": [{"code": one.code, "record": one.record} for one in report.findings],
        "trail_passed": trail.passed,
        "trail_findings": len(trail.findings),
        "trail_head": trail.head,
        "trail_unsealed": trail.unsealed,
    }


def _keys(connection: Connection, found: Contract) -> list[View]:
    """The keys that signed the contract's days: since when each is known, and its first and last day."""
    days: dict[str, list[str]] = {}
    for one in list_day_roots(connection, found.id):
        days.setdefault(one.key_id, []).append(one.day.isoformat())
    known = list_known_keys(connection)
    return [
        {
            "key_id": key,
            "since": render_instant(known[key]) if key in known else None,
            "first_on": some[0],
            "last_on": some[-1],
            "days": len(some),
        }
        for key, some in days.items()
    ]


def _certificate(site: Installation) -> View | None:
    """The certificate that the console is served with; None where it is served without one.

    `not_after` None: the file is not there, or is no certificate.
    """
    from cryptography import x509

    settings = site.settings
    if not settings.tls_pem:
        return None
    own = settings.tls_pem == "self-signed"
    path = settings.key_dir / "tls.pem" if own else Path(settings.tls_pem)
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return {"self_signed": own, "not_after": None}
    return {"self_signed": own, "not_after": render_instant(certificate.not_valid_after_utc)}
