"""Webhooks: where an organisation's programs are told of events, and what became of each telling."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.web import badges
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById
from yunqi.wire.webhooks import AddWebhook, ListDeliveries, ListWebhooks, NewWebhook, WebhookRow

router = APIRouter(prefix="/webhooks")
EVENTS = {
    "incident.opened": "发生故障或事件",
    "incident.ended": "故障或事件已恢复",
    "statement.made": "结算单已生成",
    "certificate.issued": "擦除证明已出具",
    "proposal.waiting": "有事项待本单位确认",
    "run.ended": "后台任务已结束",
    "webhook.ping": "测试",
}
ALGORITHMS = {"sha256": "HMAC-SHA-256", "sm3": "HMAC-SM3"}


def event_words(name: str) -> str:
    """What an event is called."""
    return _(EVENTS[name]) if name in EVENTS else name


def webhooks_table(page: Page) -> Table:
    """The list of webhooks."""
    return Table(
        "webhooks",
        _("事件推送"),
        (
            Column("url", _("推送地址"), link=lambda row: page.url(f"/webhooks/{row.id}"), main=True),
            Column("events", _("推送的事件"), "long", value=lambda row: _("、").join(map(event_words, row.events))),
            Column("delivered_at", _("上次送达"), "instant"),
            Column("waiting", _("待送"), "int"),
            Column("dead", _("未送达"), "int"),
        ),
        empty=Empty(
            _("还没有事件推送"),
            _("发生故障、结算单生成等事件时，可以即时通知本单位的程序，不必反复查询。"),
            page.url("/webhooks/new") if page.may("webhook.add") else "",
            _("新增事件推送"),
            "webhook",
        ),
    )


@router.get("")
def list_webhooks(page: PageOf) -> Response:
    """Those of one's own organisation."""
    return page.show_list("webhooks/list.html", webhooks_table(page), page.reader("webhook.list", ListWebhooks))


def _choices() -> dict[str, Any]:
    return {
        "events": [(code, _(EVENTS[code])) for code in EVENTS if code != "webhook.ping"],
        "algorithms": [
            ("sha256", ALGORITHMS["sha256"], _("各种语言都支持")),
            ("sm3", ALGORITHMS["sm3"], _("要求商用密码算法时选用")),
        ],
    }


@router.get("/new")
def new_webhook(page: PageOf) -> Response:
    """The form."""
    return page.render("webhooks/new.html", form=Form({"algorithm": "sha256"}), **_choices())


@router.post("")
def add_webhook(page: PageOf) -> Response:
    """Adds one; its secret stands on the page that answers and nowhere else."""
    form = page.form
    try:
        given = {"url": form.text("url"), "events": form.chosen("events"), "algorithm": form.text("algorithm")}
        made: NewWebhook = page.do("webhook.add", AddWebhook.model_validate(given)).value
    except (Problem, ValidationError) as error:
        return page.refuse("webhooks/new.html", error, **_choices())
    return page.render("webhooks/made.html", made=made, algorithm=ALGORITHMS[made.algorithm])


def _find(page: Page, webhook_id: str) -> WebhookRow:
    found = page.read("webhook.list", ListWebhooks(limit=500))
    one: WebhookRow | None = next((row for row in found.items if row.id == webhook_id), None)
    if one is None:
        raise Problem("webhook.unknown", "没有事件推送「{value}」", field="id", value=webhook_id, way_out="请核对编号")
    return one


def _deliveries_table() -> Table:
    states = tuple((code, badges.state_words("delivery", code)) for code in badges.STATES["delivery"])
    return Table(
        "deliveries",
        _("推送记录"),
        (
            Column("event", _("事件"), value=lambda row: event_words(row.event), main=True),
            Column("at", _("时间"), "instant"),
            Column("state", _("状态"), "state", of="delivery"),
            Column("attempts", _("已试次数"), "int"),
            Column("status", _("对方应答"), "int"),
            Column("error", _("原因"), "code"),
            Column("next_at", _("下次尝试"), "instant"),
            Column("done_at", _("送达时间"), "instant"),
        ),
        filters=(Filter("state", _("状态"), states),),
        empty=Empty(_("还没有推送"), _("发送一次测试，看看能否送达。"), icon="send"),
    )


@router.get("/{id}")
def show_webhook(page: PageOf, id: str) -> Response:  # noqa: A002
    """One webhook, and what it was told last."""
    one = _find(page, id)
    may_see = page.may("webhook.deliveries")
    events = _("、").join(map(event_words, one.events))
    values: dict[str, Any] = {"one": one, "algorithm": ALGORITHMS.get(one.algorithm, one.algorithm), "events": events}
    if not may_see:
        return page.render("webhooks/one.html", listing=None, **values)
    reader = page.reader("webhook.deliveries", ListDeliveries, id=id)
    return page.show_list("webhooks/one.html", _deliveries_table(), reader, **values)


@router.post("/{id}/ping")
def ping(page: PageOf, id: str) -> Response:  # noqa: A002
    """Sends a delivery that tells of nothing."""
    page.do("webhook.ping", ById(id=id))
    return page.redirect(f"/webhooks/{id}", _("测试已排队，几秒后刷新可见结果"), "info")


@router.post("/{id}/retry")
def retry(page: PageOf, id: str) -> Response:  # noqa: A002
    """Lets the dead deliveries begin anew."""
    return page.done(page.do("webhook.retry", ById(id=id)), f"/webhooks/{id}", _("未送达的已重新排队"))


@router.get("/{id}/removal")
def ask_removal(page: PageOf, id: str) -> Response:  # noqa: A002
    """The page that asks once more."""
    return page.render("webhooks/remove.html", one=_find(page, id))


@router.post("/{id}/removal")
def remove(page: PageOf, id: str) -> Response:  # noqa: A002
    """Removes it."""
    return page.done(page.do("webhook.remove", ById(id=id)), "/webhooks", _("事件推送已移除"))
