"""Webhooks as actions: listed, added, tried, removed; what was delivered and what died."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.operations import webhooks as work
from yunqi.operations.actions.base import Desk, action
from yunqi.store import webhooks as store
from yunqi.store.listing import read_page
from yunqi.wire.base import ById, Done, Page
from yunqi.wire.webhooks import (
    AddWebhook,
    DeliveryRow,
    ListDeliveries,
    ListWebhooks,
    NewWebhook,
    Retried,
    WebhookRow,
)


def _view(row: Any) -> WebhookRow:
    return WebhookRow(
        id=row.id,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        url=row.url,
        events=tuple(row.events),
        algorithm=row.algorithm,
        created_at=row.created_at,
        created_by=row.created_by,
        created_by_name=row.creator or "",
        waiting=row.waiting,
        dead=row.dead,
        delivered_at=row.delivered_at,
    )


def _aim(desk: Desk, request: ById | ListDeliveries) -> Target:
    return Target(organisation_id=store.require_webhook(desk.connection, request.id).organisation_id)


@action("webhook.list", "GET", "/webhooks", "列出事件推送", request=ListWebhooks, answer=Page[WebhookRow])
def webhooks(desk: Desk, request: ListWebhooks) -> Page[WebhookRow]:
    """Where the caller's organisation is told of events."""
    items, following = read_page(
        desk.connection,
        store.webhook_listing(desk.caller),
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=_view,
    )
    return Page[WebhookRow](items=items, next_cursor=following)


@action(
    "webhook.add",
    "POST",
    "/webhooks",
    "新增事件推送",
    request=AddWebhook,
    answer=NewWebhook,
    secret_fields=("url",),
    shown_once=True,
)
def add(desk: Desk, request: AddWebhook) -> NewWebhook:
    """Adds a webhook of the caller's organisation; its secret is shown this once.

    An address may hold a key of the receiver's: it is not written to the audit trail.
    """
    if desk.caller.organisation_id is None:
        raise Problem("access.nobody", "未指明经办人", field="as", way_out="请以 --as 单位/姓名 指明经办人")
    made = work.add_webhook(
        desk,
        url=request.url,
        events=request.events,
        algorithm=request.algorithm,
        organisation_id=desk.caller.organisation_id,
    )
    row = store.require_webhook(desk.connection, made.id)
    return NewWebhook(**_view(row).model_dump(), secret=made.secret.reveal())


@action("webhook.remove", "DELETE", "/webhooks/{id}", "移除事件推送", request=ById, answer=Done, aim=_aim)
def remove(desk: Desk, request: ById) -> Done:
    """Removes a webhook; what still waited for it is dropped."""
    store.remove_webhook(desk.connection, request.id, by=desk.caller.true_person_id, now=desk.now)
    return Done(id=request.id)


@action(
    "webhook.deliveries",
    "GET",
    "/webhooks/{id}/deliveries",
    "查看推送记录",
    request=ListDeliveries,
    answer=Page[DeliveryRow],
    aim=_aim,
)
def deliveries(desk: Desk, request: ListDeliveries) -> Page[DeliveryRow]:
    """What a webhook was told, what waits, what died and why."""

    def make(row: Any) -> DeliveryRow:
        return DeliveryRow(
            id=row.id,
            event=row.event,
            payload=dict(row.payload),
            at=row.at,
            state=row.state,
            attempts=row.attempts,
            next_at=row.next_at if row.state == "waiting" else None,
            status=row.status,
            error=row.error,
            done_at=row.done_at,
        )

    items, following = read_page(
        desk.connection,
        store.delivery_listing(request.id, state=request.state),
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=make,
    )
    return Page[DeliveryRow](items=items, next_cursor=following)


@action("webhook.ping", "POST", "/webhooks/{id}/ping", "测试事件推送", request=ById, answer=Done, aim=_aim, status=202)
def ping(desk: Desk, request: ById) -> Done:
    """Sends a delivery that tells of nothing, to see whether it arrives."""
    store.ping_webhook(desk.connection, request.id, desk.now)
    return Done(id=request.id)


@action(
    "webhook.retry",
    "POST",
    "/webhooks/{id}/retry",
    "重发未送达的推送",
    request=ById,
    answer=Retried,
    aim=_aim,
    status=200,
)
def retry(desk: Desk, request: ById) -> Retried:
    """Lets the dead deliveries of a webhook begin anew."""
    return Retried(id=request.id, count=store.retry_dead(desk.connection, request.id, desk.now))
