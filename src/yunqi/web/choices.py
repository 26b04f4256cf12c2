"""What forms offer to choose from: contracts, and the objects of one."""

from __future__ import annotations

from yunqi.kernel.words import _
from yunqi.web.page import Page
from yunqi.wire.contracts import ListContracts
from yunqi.wire.parties import ListSystems
from yunqi.wire.resources import ListResources

Choices = list[tuple[str, str]]
_MOST = 500


def contract_choices(page: Page) -> Choices:
    """The contracts in effect that the caller may see; for who reads none, those that their resources stand under."""
    if page.may("contract.list"):
        found = page.read("contract.list", ListContracts(state="signed", limit=_MOST)).items
        return [(one.id, f"{one.number or one.title} · {one.using_unit}") for one in found]
    rows = page.read("resource.list", ListResources(limit=_MOST)).items
    return list({row.contract_id: row.contract_number or row.contract_id for row in rows}.items())


def object_choices(page: Page, contract: str, *, every: bool = False) -> Choices:
    """The platform, systems and resources of a contract that the caller may see; `every`: all of them at once too."""
    resources = page.read("resource.list", ListResources(contract=contract, limit=_MOST)).items
    tenants = {row.tenant_id for row in resources}
    systems = [
        one
        for one in page.read("system.list", ListSystems(limit=_MOST)).items
        if not tenants or not one.deployments or tenants & {each.tenant_id for each in one.deployments}
    ]
    return [
        *([("*", _("全部对象"))] if every else []),
        ("platform", _("云平台整体")),
        *((f"system:{one.id}", _("信息系统：{name}", name=one.name)) for one in systems),
        *((row.id, _("资源：{name}", name=row.name)) for row in resources),
    ]
