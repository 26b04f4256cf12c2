"""A small world in a database: two parties with people, a tenant, a system, a signed contract, a work order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.store.cases import add_case_event, open_case
from yunqi.store.contracts import import_contract, sign_contract
from yunqi.store.database import Database
from yunqi.store.entitlements import Need
from yunqi.store.orders import Order
from yunqi.store.parties import add_person, add_system, add_tenant, deploy_system

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DRAW_KINDS = {
    "compute.vcpu": "span",
    "software.os_open": "span",
    "network.certificate": "piece",
    "security.hardening": "run",
}


def make_data(number: str | None = "SX-2026-001") -> dict[str, Any]:
    """A contract in its JSON form: a line by span, one bought twice, a bundle of two, one by run, one by piece."""
    source = {"article": "第二条", "text": "价格表", "page": 1}

    def line(no: int, item: str | None, name: str, quantity: str | None, **more: Any) -> dict[str, Any]:
        given = {"no": no, "item": item, "name": name, "unit": "个", "unit_price": "12", "quantity": quantity}
        return given | {"periods": None, "total_fen": 1200, "parameters": {}, "bundle": None, "source": source} | more

    return {
        "number": number,
        "title": "云州市政务云服务合同",
        "parties": {"using_unit": "云州市市民服务局", "provider": "云州云服务有限公司", "source": source},
        "signed_on": "2025-12-20",
        "term": {"start_on": "2026-01-01", "end_on": "2026-12-31", "months": 12, "from": "date"},
        "total_fen": 484528352,
        "price_lines": [
            line(1, "compute.vcpu", "云主机 vCPU", "10", unit="核"),
            line(2, "storage.normal", "普通存储", "100", unit="GB", parameters={"iops_max": 5000}),
            line(3, "storage.normal", "备份用存储", "50.5", unit="GB"),
            line(4, "crypto.identity", "强身份认证", "1", unit="项"),
            line(5, "crypto.signature", "签名验证", None, unit_price=None, total_fen=None, bundle=4),
            line(6, "security.hardening", "主机加固", "3", periods={"count": 8, "unit": "run"}),
            line(7, "network.certificate", "SSL 证书", "2"),
            line(8, None, "看不懂的一行", None),
        ],
    }


@dataclass(frozen=True)
class World:
    """Ids of what was made."""

    contract: str
    using_unit: str
    provider: str
    buyer: str
    seller: str
    tenant: str
    system: str
    work_order: str

    def order(self, name: str, *needs: Need, **more: Any) -> Order:
        """An order of one server in this world."""
        given = {"spec": {"size": "1"}, "references": {}, "kind": "server", "system_id": self.system}
        return Order(contract_id=self.contract, tenant_id=self.tenant, name=name, needs=needs, **(given | more))


def need(item: str, quantity: str | int, kind: str = "span") -> Need:
    """A need of a decimal quantity."""
    return Need(item, Fraction(quantity), kind)


def build_world(database: Database, data: dict[str, Any] | None = None, content: bytes = b"contract") -> World:
    """Writes the world."""
    with database.write() as connection:
        made = import_contract(
            connection, data=data or make_data(), file_name="合同.docx", content=content, draw_kinds=DRAW_KINDS, now=NOW
        )
        buyer = add_person(connection, organisation_id=made.using_unit_id, name="甲一", now=NOW)
        seller = add_person(connection, organisation_id=made.provider_id, name="乙一", now=NOW)
        for person in (buyer, seller):
            sign_contract(connection, made.id, person_id=person, now=NOW)
        tenant = add_tenant(
            connection, organisation_id=made.using_unit_id, provider_id=made.provider_id, name="市民服务局租户", now=NOW
        )
        system = add_system(connection, organisation_id=made.using_unit_id, name="办事大厅", now=NOW)
        deploy_system(connection, system_id=system, tenant_id=tenant, now=NOW)
        work_order = make_work_order(connection, made.id, tenant)
    return World(made.id, made.using_unit_id, made.provider_id, buyer, seller, tenant, system, work_order)


def make_work_order(connection: Connection, contract_id: str, tenant_id: str, *, steps: int = 2) -> str:
    """A work order, filed and approved (or less); returns its id."""
    made = open_case(
        connection,
        kind="work_order",
        contract_id=contract_id,
        tenant_id=tenant_id,
        title="入云",
        state="drafted",
        data={},
        opened_at=NOW,
        now=NOW,
    )
    for count, (event, state) in enumerate((("file", "filed"), ("approve", "approved"))[:steps]):
        add_case_event(connection, made.id, event=event, at=NOW, state=state, now=NOW, expected_count=count)
    return made.id
