"""The payment application as an action: a pack that a payment is asked for with."""

from __future__ import annotations

from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.made import keep_made, safe_name
from yunqi.operations.applications import Account, gather, make_pack
from yunqi.wire.evidence import MadeFile
from yunqi.wire.statements import MakeApplication

_ZIP = "application/zip"


@action(
    "application.make",
    "POST",
    "/contracts/{contract}/payment-applications",
    "编制付款申请",
    request=MakeApplication,
    answer=MadeFile,
    aim=aims.contract,
    kind="run",
)
def make(desk: Desk, request: MakeApplication) -> MadeFile:
    """The pack of an instalment: letter, invoices, statements, penalties taken off, digests.

    Raises `Problem` payment.not_signed, payment.no_instalment, application.no_amount and application.paid.
    """
    by = desk.caller.person_name or "—"
    with desk.site.database.read() as connection:
        found = aims.require_contract_of(Desk(desk.site, desk.caller, desk.now, connection), request.contract)
        data = gather(desk.site, connection, found, request.no, desk.now, by=by)

    def tell(note: str) -> None:
        if desk.progress:
            desk.progress(note)

    account = Account(request.payee.strip(), request.bank.strip(), request.account.strip())
    content = make_pack(desk.site, data, account, made_at=desk.now, by=by, tell=tell)
    name = f"{_('付款申请')}-{safe_name(str(data['number']))}-{request.no}-{render_local(desk.now)[:10]}.zip"
    return keep_made(desk, name=name, media_type=_ZIP, content=content, contract_id=found.id)
