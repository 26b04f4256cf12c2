"""Taking in what Prometheus or Zabbix saw: under a mapping that is kept with it, all of the file or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.operations.foreign import import_into
from yunqi.operations.installation import Installation
from yunqi.probes.foreign_rows import load_foreign
from yunqi.probes.monitor_mapping import LEFT_OUT, Rule, read_mapping
from yunqi.probes.monitor_plan import plan_import
from yunqi.probes.monitor_series import Series, instant_of
from yunqi.probes.prometheus_answer import read_prometheus
from yunqi.probes.zabbix_answer import read_zabbix
from yunqi.store.checks import sm3_hex
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.facts import NewFact, record_fact
from yunqi.store.object_names import is_object_of
from yunqi.store.parties import list_systems
from yunqi.store.resources import find_resource

IMPORTED_FACT = "evidence.imported"
READERS: Mapping[str, Callable[[bytes], tuple[Series, ...]]] = MappingProxyType(
    {"prometheus": read_prometheus, "zabbix": read_zabbix}
)
"""The monitoring systems whose answers can be taken in."""
_SYSTEM, _PLATFORM = "system:", "platform"


@dataclass(frozen=True, slots=True)
class MonitorTaken:
    """How many records were new and known; what of the mapping and of the file was not used (see `MonitorPlan`)."""

    written: int
    known: int
    unseen: tuple[str, ...]
    left_out: int
    running: int


def import_monitor(
    installation: Installation,
    contract: str,
    content: bytes,
    mapping: bytes,
    *,
    system: str,
    label: str,
    sample: bool,
) -> MonitorTaken:
    """Reads an answer of a monitoring system (docs/reference/evidence-monitors.md) into a contract's evidence.

    A fact keeps the label, the hash of the file and every row of the mapping. Raises `Problem` evidence.…, mapping.….
    """
    series = READERS[system](load_foreign(content))
    rules = read_mapping(mapping, probe=system)
    now = installation.clock.now()
    with installation.database.write() as connection:
        found = require_contract(connection, contract)
        plan = plan_import(series, _resolve(connection, found, rules, now=now), now=now)
        counted = import_into(
            connection, installation, found, plan.evidence, label=label, sample=sample, now=now, names={}
        )
        fact = _fact_of(found, series, rules, content, system=system, label=label, sample=sample)
        record_fact(connection, fact, now=now)
    return MonitorTaken(counted.results + counted.samples, counted.known, plan.unseen, plan.left_out, plan.running)


def require_mapping(mapping: bytes | None) -> bytes:
    """The mapping that was handed in; raises `Problem` mapping.missing."""
    if mapping is None:
        raise Problem(
            "mapping.missing",
            "没有附对照表：不知道哪个序列是哪个对象",
            field="mapping",
            way_out="请附对照表（CSV），写法见 docs/reference/evidence-monitors.md",
        )
    return mapping


def _resolve(connection: Connection, contract: Contract, rules: Sequence[Rule], *, now: datetime) -> tuple[Rule, ...]:
    """The rows with their objects by id; raises `Problem` mapping.object and mapping.no_resource."""
    systems = {one.name: one.id for one in list_systems(connection, contract.using_unit_id, at=now)}
    return tuple(
        rule if rule.object == LEFT_OUT else replace(rule, object=_object_of(connection, contract, rule, systems))
        for rule in rules
    )


def _object_of(connection: Connection, contract: Contract, rule: Rule, systems: Mapping[str, str]) -> str:
    given, subject = rule.object, None
    if given == _PLATFORM:
        subject = given
    elif given.startswith(_SYSTEM):
        named = given.removeprefix(_SYSTEM)
        subject = _SYSTEM + systems.get(named, named)
    elif (resource := find_resource(connection, given)) is not None:
        subject = resource.id
    if subject is None or (
        subject != _PLATFORM and not is_object_of(connection, contract.id, contract.using_unit_id, subject)
    ):
        raise Problem(
            "mapping.object",
            "对照表第 {line} 行：合同下没有对象「{value}」",
            field="mapping",
            line=rule.row,
            value=given,
            way_out="应为资源的名称或标识、system:信息系统的名称或标识，或 platform（云平台整体）",
        )
    if rule.meter and (subject == _PLATFORM or subject.startswith(_SYSTEM)):
        raise Problem(
            "mapping.no_resource",
            "对照表第 {line} 行：「{value}」不是资源，没有计量项",
            field="mapping",
            line=rule.row,
            value=given,
            way_out="计量项(meter)只用于资源；可用性请填正常条件(up)",
        )
    return subject


def _fact_of(
    contract: Contract,
    series: Sequence[Series],
    rules: Sequence[Rule],
    content: bytes,
    *,
    system: str,
    label: str,
    sample: bool,
) -> NewFact:
    """What is said of the import itself; the same file under the same mapping and label is the same fact."""
    points = [one.points for one in series if one.points]
    first, last = min(some[0].at_us for some in points), max(some[-1].at_us for some in points)
    payload = {
        "format": system,
        "file_sm3": sm3_hex(content),
        "mapping": [rule.as_json() for rule in rules],
        "series": len(series),
        "values": sum(map(len, points)),
        "first_at": render_instant(instant_of(first)),
        "last_at": render_instant(instant_of(last)),
    }
    origin = f"import:{label.strip()}"
    told = sm3_hex(repr(sorted(payload.items(), key=lambda one: one[0])).encode())
    key = f"{origin}:file:{told[:32]}"
    return NewFact(contract.id, IMPORTED_FACT, "contract", instant_of(last), payload, origin, sample, key)
