"""Taking in a cloud that already runs, as actions: previewed by one party, confirmed and undone by both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import PROVIDER, Target
from yunqi.kernel.words import _, render_sentence, render_way_out
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.intake import silent
from yunqi.operations.actions.readings import both_parties
from yunqi.operations.adoption import taking
from yunqi.operations.adoption.comparing import join_running
from yunqi.operations.adoption.inventory import Inventory, Note, problem_of
from yunqi.operations.adoption.listing import read_listing
from yunqi.operations.adoption.plan import Plan, Take
from yunqi.operations.adoption.running import load_running
from yunqi.operations.order_needs import item_title, item_unit, kind_name
from yunqi.operations.orders import require_tenant_id
from yunqi.store import adoptions as store
from yunqi.store.checks import sm3_hex
from yunqi.store.contracts import Contract
from yunqi.store.files import load_content, require_file
from yunqi.store.object_names import name_people
from yunqi.wire.adoptions import (
    ITEMS_SHOWN,
    AdoptionDetail,
    AdoptionItem,
    AdoptionLine,
    AdoptionList,
    AdoptionNote,
    AdoptionRow,
    ConfirmAdoption,
    PreviewAdoption,
    PreviewedAdoption,
)
from yunqi.wire.base import ById
from yunqi.wire.contracts import OfContract


def _require(desk: Desk, identifier: str) -> tuple[store.Adoption, Contract]:
    """The adoption and its contract, among those the caller may see."""
    kept = store.require_adoption(desk.connection, identifier)
    return kept, aims.require_contract_of(desk, kept.contract_id)


def _aim(desk: Desk, request: ById) -> Target:
    return aims.target_of_contract(desk, _require(desk, request.id)[1])


@action(
    "adoption.preview",
    "POST",
    "/contracts/{contract}/adoptions",
    "预览纳管",
    request=PreviewAdoption,
    answer=PreviewedAdoption,
    aim=aims.contract,
    kind="run",
)
def preview(desk: Desk, request: PreviewAdoption) -> PreviewedAdoption:
    """Reads a list or what runs and matches it to systems and price lines; the differences are kept, nothing else.

    Raises `Problem` adoption.no_source, adoption.provider_only and what is said of an unreadable file.
    """
    say = desk.progress or silent
    with desk.site.database.read() as connection:
        reading = Desk(desk.site, desk.caller, desk.now, connection)
        found = aims.require_contract_of(reading, request.contract)
        tenant_id = require_tenant_id(connection, found)
        taking.require_day(connection, found, request.from_on, desk.now)
        kept = None if request.file is None else require_file(connection, request.file)
        if kept is not None and kept.organisation_id != desk.caller.organisation_id and not desk.caller.at_machine:
            raise Problem("file.unknown", "没有文件「{value}」", field="file", value=request.file, way_out="请重新上传")
        content = b"" if kept is None else load_content(connection, kept.id)
    inventory: Inventory | None = None
    if kept is not None:
        say(_("正在读取清单"))
        inventory = read_listing(content, kept.name)
    if request.running is not None:
        say(_("正在读取平台上运行的云主机"))
        inventory = join_running(inventory, _read_running(desk, request.running))
    if inventory is None:
        raise Problem(
            "adoption.no_source",
            "没有清单，也没有指明平台上的哪些云主机",
            field="file",
            way_out="请上传清单，或写明云主机名称",
        )
    say(_("正在与合同比对"))
    source = kept.name if kept is not None else str(request.running)
    options = taking.Options(request.from_on, request.grade)
    with desk.site.database.read() as connection:
        plan = taking.plan_preview(connection, found, tenant_id, inventory, options, source=source, now=desk.now)
    data = taking.render_preview(inventory, options, plan)
    source_sm3 = None if kept is None else sm3_hex(content)
    with desk.site.database.write() as connection:
        made = store.keep_preview(
            connection,
            found.id,
            tenant_id,
            from_on=request.from_on,
            source=source,
            source_sm3=source_sm3,
            data=data,
            person_id=desk.person_id,
            now=desk.now,
        )
    return PreviewedAdoption(
        adoption_id=made.id, resources=len(plan.takes), errors=plan.errors, differences=_count_open(plan)
    )


def _read_running(desk: Desk, pattern: str) -> Inventory:
    """What runs; a hypervisor also tells of other tenants' machines, so only its provider may look."""
    if desk.caller.organisation_role != PROVIDER and not desk.caller.at_machine:
        raise Problem(
            "adoption.provider_only",
            "平台上运行的云主机只能由云服务商读取",
            field="running",
            way_out="请由云服务商预览，或上传清单",
        )
    return load_running(desk.site.engine.list_foreign(), pattern)


def _count_open(plan: Plan) -> int:
    return sum(1 for note in plan.notes if note.severity == "open")


def _row(one: store.Adoption, found: Contract, plan: Plan, people: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "contract_id": one.contract_id,
        "contract_number": found.number,
        "state": one.state,
        "from_on": one.from_on,
        "source": one.source,
        "resources": len(plan.takes),
        "errors": plan.errors,
        "differences": _count_open(plan),
        "recorded_at": one.recorded_at,
        "made_by": people.get(one.made_by or "", ""),
        "confirmed_at": one.confirmed_at,
        "undone_at": one.undone_at,
    }


@action(
    "adoption.list",
    "GET",
    "/contracts/{contract}/adoptions",
    "列出纳管",
    request=OfContract,
    answer=AdoptionList,
    aim=aims.contract,
)
def adoptions(desk: Desk, request: OfContract) -> AdoptionList:
    """The adoptions of a contract, the newest first."""
    found = aims.require_contract_of(desk, request.contract)
    rows = store.list_adoptions(desk.connection, found.id)
    people = name_people(desk.connection, {one.made_by for one in rows})
    return AdoptionList(
        contract_id=found.id,
        items=tuple(AdoptionRow(**_row(one, found, taking.plan_of(one), people)) for one in rows),
    )


@action("adoption.read", "GET", "/adoptions/{id}", "查看纳管", request=ById, answer=AdoptionDetail, aim=_aim)
def read_one(desk: Desk, request: ById) -> AdoptionDetail:
    """One adoption: what is taken in, each price line beside it, and every difference with its place."""
    one, found = _require(desk, request.id)
    plan = taking.plan_of(one)
    people = name_people(desk.connection, {one.made_by, one.unit_person_id, one.provider_person_id})
    units = {line.no: line.unit for line in plan.lines}
    return AdoptionDetail(
        **_row(one, found, plan, people),
        grade=one.data["options"]["grade"],
        plan_sm3=one.plan_sm3,
        work_order=store.read_work_order_number(desk.connection, one),
        unit_person=people.get(one.unit_person_id or "", ""),
        provider_person=people.get(one.provider_person_id or "", ""),
        lines=tuple(AdoptionLine(**line.model_dump()) for line in plan.lines),
        notes=tuple(_note(note) for note in plan.notes),
        items=tuple(_item(take, units) for take in plan.takes[:ITEMS_SHOWN]),
        items_more=max(0, len(plan.takes) - ITEMS_SHOWN),
    )


def _note(note: Note) -> AdoptionNote:
    problem = problem_of(note)
    return AdoptionNote(
        code=note.code,
        severity=note.severity,
        sentence=render_sentence(problem),
        way_out=render_way_out(problem),
        sheet=note.sheet,
        row=note.row,
        column=note.column,
        value=note.value,
        subject=note.subject,
    )


def _item(take: Take, units: Mapping[int, str]) -> AdoptionItem:
    return AdoptionItem(
        kind=take.kind,
        kind_name=kind_name(take.kind),
        name=take.name,
        system=take.system if take.system_id else "",
        server=take.server,
        spec=_spec_words(take),
        draws=_("；").join(
            _(
                "价目 {no} {item} {quantity} {unit}",
                no=each.line_no,
                item=item_title(each.item),
                quantity=each.quantity,
                unit=units.get(each.line_no) or item_unit(each.item),
            )
            for each in take.draws
        ),
        start_on=take.start_on,
        row=take.place.row,
    )


def _spec_words(take: Take) -> str:
    spec = take.spec
    words = [
        _("{count} 核", count=spec["vcpus"]) if "vcpus" in spec else "",
        f"{spec['memory_gb']} GB" if "memory_gb" in spec else "",
        _("系统盘 {size} GB", size=spec["system_disk_gb"]) if "system_disk_gb" in spec else "",
        f"{spec['size_gb']} GB" if "size_gb" in spec else "",
        {"normal": _("普通性能"), "high": _("高性能")}.get(str(spec.get("grade")), ""),
        f"{spec['bandwidth_mbit']} Mb" if "bandwidth_mbit" in spec else "",
        f"{item_title(spec['item'])} × {spec['count']}" if "item" in spec else "",
        *take.public_ips,
        *take.ips,
    ]
    return " ".join(word for word in words if word)


def _title(one: store.Adoption, plan: Plan) -> dict[str, Any]:
    return {"source": one.source, "count": len(plan.takes), "day": one.from_on, "open": _count_open(plan)}


def _title_confirm(desk: Desk, request: ConfirmAdoption) -> str:
    one, _found = _require(desk, request.id)
    plan = taking.plan_of(one)
    taking.require_waiting(one)
    taking.require_understood(plan)
    return _("纳管「{source}」的 {count} 项资源，自 {day} 起，接受 {open} 处差异", **_title(one, plan))


@action(
    "adoption.confirm",
    "POST",
    "/adoptions/{id}/confirmation",
    "确认纳管",
    request=ConfirmAdoption,
    answer=AdoptionDetail,
    aim=_aim,
    title=_title_confirm,
)
def confirm(desk: Desk, request: ConfirmAdoption) -> AdoptionDetail:
    """Takes in what was previewed, whole or not at all: resources that Yunqi did not build, with draws from the day.

    Raises `Problem` adoption.not_waiting, adoption.not_understood, adoption.overtaken, order.no_work_order and
    access.two_parties.
    """
    one, found = _require(desk, request.id)
    unit, seller = both_parties(desk, found)
    taking.confirm(
        desk.connection,
        found,
        one,
        work_order=request.work_order,
        unit_person=unit,
        provider_person=seller,
        now=desk.now,
    )
    return read_one(desk, ById(id=one.id))


def _title_undo(desk: Desk, request: ById) -> str:
    one, _found = _require(desk, request.id)
    return _("撤销纳管「{source}」的 {count} 项资源", source=one.source, count=len(taking.plan_of(one).takes))


@action(
    "adoption.undo",
    "POST",
    "/adoptions/{id}/undo",
    "撤销纳管",
    request=ById,
    answer=AdoptionDetail,
    aim=_aim,
    title=_title_undo,
)
def undo(desk: Desk, request: ById) -> AdoptionDetail:
    """Takes it back whole, until the first month that it counts in is closed; what was recorded of it stays evidence.

    Raises `Problem` adoption.not_confirmed, adoption.month_closed, adoption.leaving and access.two_parties.
    """
    one, found = _require(desk, request.id)
    unit, seller = both_parties(desk, found)
    taking.undo(desk.connection, found, one, unit_person=unit, provider_person=seller, now=desk.now)
    return read_one(desk, ById(id=one.id))
