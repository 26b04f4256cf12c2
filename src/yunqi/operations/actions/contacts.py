"""Who is told of incidents, as actions: named by either party, tried, removed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from yunqi.kernel.addresses import read_endpoint
from yunqi.kernel.ids import make_id
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.notices.mail import check_mail
from yunqi.operations.notices.sending import hosts_of, seal_robot
from yunqi.operations.notices.sms import check_phone
from yunqi.operations.notices.words import channel_word
from yunqi.store import contacts as store
from yunqi.store.listing import read_page
from yunqi.store.notices import write_notice
from yunqi.wire.base import ById, Done, Page
from yunqi.wire.notices import AddContact, ContactRow, ListContacts


@action(
    "contact.list",
    "GET",
    "/contacts",
    "列出通知对象",
    request=ListContacts,
    answer=Page[ContactRow],
    aim=aims.contract_if_named,
)
def list_(desk: Desk, request: ListContacts) -> Page[ContactRow]:
    """Who is told, under the contracts that the caller may see."""
    contract_id = aims.require_contract_of(desk, request.contract).id if request.contract else None

    def view(row: Any) -> ContactRow:
        fields = {name: getattr(row, name) for name in ContactRow.model_fields if name != "channel_name"}
        return ContactRow(**fields, channel_name=channel_word(row.channel))

    rows, following = read_page(
        desk.connection,
        store.contact_listing(desk.caller, contract_id=contract_id),
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=view,
    )
    return Page[ContactRow](items=tuple(rows), next_cursor=following)


@action(
    "contact.add",
    "POST",
    "/contacts",
    "登记通知对象",
    request=AddContact,
    answer=Done,
    aim=aims.contract,
    secret_fields=("address", "secret"),
)
def add(desk: Desk, request: AddContact) -> Done:
    """Names somebody who is told; raises `Problem` contact.mail, contact.phone, contact.twice, contact.many, address.….

    A robot's address holds its key: it is kept encrypted, and of it the host alone is shown.
    """
    found = aims.require_contract_of(desk, request.contract)
    identifier, sealed, address = make_id("ctc"), None, request.address.strip()
    if request.channel == "mail":
        address = check_mail(address)
    elif request.channel == "sms":
        address = check_phone(address)
    else:
        settings = desk.site.settings
        read_endpoint(address, trusted=hosts_of(settings.webhook_hosts), only=hosts_of(settings.webhook_only))
        sealed = seal_robot(settings, identifier, address, request.secret)
        address = urlsplit(address).hostname or ""
    store.add_contact(
        desk.connection,
        found.id,
        contact_id=identifier,
        organisation_id=found.using_unit_id if request.party == "using_unit" else found.provider_id,
        name=request.name,
        channel=request.channel,
        address=address,
        secret=sealed,
        minutes_left=request.minutes_left,
        added_by=desk.person_id,
        now=desk.now,
    )
    return Done(id=identifier)


def _aim(desk: Desk, request: ById) -> Target:
    found = store.require_contact(desk.connection, request.id)
    return aims.target_of_contract(desk, aims.require_contract_of(desk, found.contract_id))


@action("contact.remove", "POST", "/contacts/{id}/remove", "移除通知对象", request=ById, answer=Done, aim=_aim)
def remove(desk: Desk, request: ById) -> Done:
    """Nobody is told there any more; raises `Problem` contact.unknown."""
    store.remove_contact(desk.connection, request.id, by=desk.person_id, now=desk.now)
    return Done(id=request.id)


@action("contact.test", "POST", "/contacts/{id}/test", "发送测试", request=ById, answer=Done, aim=_aim)
def test(desk: Desk, request: ById) -> Done:
    """Sends a message that tells of nothing; what comes of it stands among the tellings (`notice.list`)."""
    found = store.require_contact(desk.connection, request.id)
    made = write_notice(
        desk.connection,
        contract_id=found.contract_id,
        case_id=None,
        stage="test",
        subject=_("测试通知"),
        text=_("这是一条测试，无需处理。"),
        contacts=(found,),
        person_id=desk.person_id,
        now=desk.now,
    )
    return Done(id=made or "")
