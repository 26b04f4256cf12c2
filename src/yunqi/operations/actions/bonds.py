"""The performance bond as actions: handed in, topped up, extended, drawn, given back; and how it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_yuan, render_yuan
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.made import keep_proof
from yunqi.operations.actions.payments import said_now
from yunqi.operations.bonds import BondWords, move_of, read_bond, record_move
from yunqi.operations.fact_words import fact_word
from yunqi.operations.versions import data_at
from yunqi.settlement.bond import DRAWN, EXTENDED, RECEIVED, RELEASED, TOPPED_UP, Bond, Kind, find_late_handing_in
from yunqi.store.bonds import list_bond_facts
from yunqi.store.facts import Fact
from yunqi.store.parties import require_person
from yunqi.store.statements import require_statement
from yunqi.wire.base import Done
from yunqi.wire.bonds import (
    BondMove,
    BondState,
    DrawBond,
    ExtendBond,
    ReadBond,
    RecordBond,
    ReleaseBond,
    SecurityRow,
)

_SOON = timedelta(days=30)


@action(
    "bond.read",
    "GET",
    "/contracts/{contract}/bond",
    "查看履约保证金",
    request=ReadBond,
    answer=BondState,
    aim=aims.contract,
)
def read(desk: Desk, request: ReadBond) -> BondState:
    """The bond at the end of a day as known now: what is due, what secures, what is to be done."""
    found = aims.require_contract_of(desk, request.contract)
    today = request.as_of or date_of(desk.now)
    bond = read_bond(desk.connection, found, desk.site.calendar, as_of=today, known_at=desk.now)
    data = data_at(desk.connection, found, desk.now)
    clause = data.get("bond") or {}
    moves = tuple(_move(desk, one) for one in list_bond_facts(desk.connection, found.id))
    empty = Bond(None, None, None, 0, 0, None, 0, 0, 0, None, None, 0, "none", ())
    known = bond or empty
    own = {"contract_id", "as_of", "agreed", "reminders", "securities", "moves", "source"}
    return BondState(
        contract_id=found.id,
        as_of=today,
        agreed=bond is not None,
        reminders=(*_remind(known, today), *_tell_late(data, known)),
        securities=tuple(
            SecurityRow(
                guarantee=one.guarantee,
                form=one.form,
                amount_fen=one.amount_fen,
                left_fen=one.left_fen,
                expires_on=one.expires_on,
                expired=one.expired,
                renew_by=one.renew_by,
                days_left=None if one.expires_on is None else (one.expires_on - today).days,
            )
            for one in known.securities
        ),
        moves=moves,
        source=dict(clause["source"]) if clause.get("source") else None,
        **{name: getattr(known, name) for name in BondState.model_fields if name not in own},
    )


def _remind(bond: Bond, today: date) -> Iterator[str]:
    """What is to be done, in words."""
    if bond.state in ("due", "late") and bond.due_on is not None:
        yield _("履约保证金最迟应于 {day} 提交", day=bond.due_on.isoformat())
    if bond.handed_in_on is None and bond.late_days:
        yield _("履约保证金提交已逾期 {days} 日", days=bond.late_days)
    if bond.state in ("short", "expired") and bond.short_fen:
        yield _("履约保证金缺 {amount} 元，应补足", amount=render_yuan(bond.short_fen))
    for one in bond.securities:
        if not one.left_fen or one.expires_on is None:
            continue
        if one.expired:
            yield _("保函 {number} 已于 {day} 到期", number=one.guarantee or "—", day=one.expires_on.isoformat())
        elif bond.until_on is not None and one.expires_on < bond.until_on:
            yield _(
                "保函 {number} 到 {day} 为止，合同要求到 {until}",
                number=one.guarantee or "—",
                day=one.expires_on.isoformat(),
                until=bond.until_on.isoformat(),
            )
        if not one.expired and one.renew_by is not None and one.renew_by <= today + _SOON:
            yield _(
                "保函 {number} 如需延期，最迟应于 {day} 重新提供",
                number=one.guarantee or "—",
                day=one.renew_by.isoformat(),
            )
    if bond.release_late_days:
        yield _("履约保证金应退未退，已逾期 {days} 日", days=bond.release_late_days)


def _tell_late(data: Mapping[str, Any], bond: Bond) -> Iterator[str]:
    """What the contract asks for a bond that was handed in late: its month asks both parties whether it was."""
    late = find_late_handing_in(data, bond)
    if late is None:
        return
    amount = "—" if late.amount_fen is None else render_yuan(late.amount_fen)
    yield _(
        "提交逾期 {days} 日，按第 {no} 条其他违约金为 {amount} 元；"
        "结算该月时列为待认定的逾期义务，双方认定后计入，不必另行登记",
        days=late.days,
        no=late.no,
        amount=amount,
    )


def _move(desk: Desk, fact: Fact) -> BondMove:
    move, payload = move_of(fact), fact.payload
    said_by = payload.get("person")
    return BondMove(
        id=fact.id,
        kind=move.kind,
        kind_name=fact_word(fact.kind),
        on=move.on,
        amount_fen=payload.get("amount_fen"),
        guarantee=move.guarantee,
        expires_on=move.expires_on,
        reason=str(payload.get("reason") or ""),
        document_id=payload.get("document"),
        person=require_person(desk.connection, str(said_by)).name if said_by else "",
        recorded_at=fact.recorded_at,
    )


def _amount(text: str) -> str:
    try:
        return _("{amount} 元", amount=render_yuan(parse_yuan(text)))
    except Problem:
        return text[:40]


def _do(
    desk: Desk, contract: str, kind: Kind, words: BondWords, *, on: date, amount: str | None, file: str | None
) -> Done:
    found = aims.require_contract_of(desk, contract)
    proof = keep_proof(desk, file, found.id)
    if proof is not None:
        given = {name: getattr(words, name) for name in BondWords.__slots__}
        words = BondWords(**{**given, "document": proof.id, "document_sm3": proof.sm3})
    done = record_move(desk.site, found.id, kind, on=on, actor=desk.person_id, amount=amount, words=words)
    return said_now(done)


def _received(request: RecordBond) -> BondWords:
    return BondWords(
        guarantee=request.guarantee, form=request.form, issuer=request.issuer, expires_on=request.expires_on
    )


def _record_title(_desk: Desk, request: RecordBond) -> str:
    return _("收到履约保证金 {amount}，{on}", amount=_amount(request.amount), on=request.on.isoformat())


@action(
    "bond.record",
    "POST",
    "/contracts/{contract}/bonds",
    "登记履约保证金",
    request=RecordBond,
    answer=Done,
    aim=aims.contract,
    title=_record_title,
)
def record(desk: Desk, request: RecordBond) -> Done:
    """That a performance bond was handed in; several add up. Raises `Problem` payment.known and payment.no_bond."""
    return _do(
        desk,
        request.contract,
        RECEIVED,
        _received(request),
        on=request.on,
        amount=request.amount,
        file=request.file,
    )


def _top_up_title(_desk: Desk, request: RecordBond) -> str:
    return _("补足履约保证金 {amount}，{on}", amount=_amount(request.amount), on=request.on.isoformat())


@action(
    "bond.top_up",
    "POST",
    "/contracts/{contract}/bond-top-ups",
    "登记补足履约保证金",
    request=RecordBond,
    answer=Done,
    aim=aims.contract,
    title=_top_up_title,
)
def top_up(desk: Desk, request: RecordBond) -> Done:
    """That the bond was filled up after something was drawn. Raises `Problem` payment.known."""
    return _do(
        desk,
        request.contract,
        TOPPED_UP,
        _received(request),
        on=request.on,
        amount=request.amount,
        file=request.file,
    )


def _extend_title(_desk: Desk, request: ExtendBond) -> str:
    return _("保函 {number} 延期至 {day}", number=request.guarantee, day=request.expires_on.isoformat())


@action(
    "bond.extend",
    "POST",
    "/contracts/{contract}/bond-extensions",
    "登记保函延期",
    request=ExtendBond,
    answer=Done,
    aim=aims.contract,
    title=_extend_title,
)
def extend(desk: Desk, request: ExtendBond) -> Done:
    """That a letter of guarantee holds longer. Raises `Problem` bond.no_guarantee, bond.not_longer, payment.known."""
    words = BondWords(guarantee=request.guarantee, expires_on=request.expires_on)
    return _do(desk, request.contract, EXTENDED, words, on=request.on, amount=None, file=request.file)


def _draw_title(_desk: Desk, request: DrawBond) -> str:
    return _("从履约保证金提取 {amount}：{reason}", amount=_amount(request.amount), reason=request.reason)


@action(
    "bond.draw",
    "POST",
    "/contracts/{contract}/bond-draws",
    "登记提取履约保证金",
    request=DrawBond,
    answer=Done,
    aim=aims.contract,
    title=_draw_title,
)
def draw(desk: Desk, request: DrawBond) -> Done:
    """That an amount was taken from the bond.

    Raises `Problem` bond.more_than_held, statement.unknown and payment.known.
    """
    if request.statement:
        found = aims.require_contract_of(desk, request.contract)
        if require_statement(desk.connection, request.statement).contract_id != found.id:
            raise Problem(
                "statement.unknown",
                "没有结算单「{value}」",
                field="statement",
                value=request.statement,
                way_out="请核对标识：yunqi statement list 合同编号",
            )
    words = BondWords(guarantee=request.guarantee, reason=request.reason, statement=request.statement or "")
    return _do(desk, request.contract, DRAWN, words, on=request.on, amount=request.amount, file=request.file)


def _release_title(_desk: Desk, request: ReleaseBond) -> str:
    return _("退还履约保证金 {amount}，{on}", amount=_amount(request.amount), on=request.on.isoformat())


@action(
    "bond.release",
    "POST",
    "/contracts/{contract}/bond-releases",
    "登记退还履约保证金",
    request=ReleaseBond,
    answer=Done,
    aim=aims.contract,
    title=_release_title,
)
def release(desk: Desk, request: ReleaseBond) -> Done:
    """That the bond, or a part of it, was given back. Raises `Problem` bond.more_than_held and payment.known."""
    words = BondWords(guarantee=request.guarantee, reason=request.reason)
    return _do(desk, request.contract, RELEASED, words, on=request.on, amount=request.amount, file=request.file)
