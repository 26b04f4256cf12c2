"""Webhooks at the console: added with a secret shown once, tried, removed; each sees their own organisation's."""

from __future__ import annotations

import re

from tests.kits.browser import Visits
from tests.kits.front import Front

ADDRESS = "https://hooks.example.org/yunqi"


def test_a_webhook_is_added_tried_and_removed(front: Front) -> None:
    manager = front.seat("manager")
    manager.sees("/webhooks", "还没有事件推送")
    refused = manager.send("/webhooks/new", "/webhooks", 422, url=ADDRESS, algorithm="sha256")
    assert ADDRESS in refused.text
    manager.send("/webhooks/new", "/webhooks", 422, url="ftp://x", events="run.ended", algorithm="sha256")
    made = manager.send("/webhooks/new", "/webhooks", 200, url=ADDRESS, events="run.ended", algorithm="sm3")
    secret = re.findall(r'data-copy="([^"]+)"', made.text)[0]
    page = manager.sees("/webhooks", ADDRESS, "后台任务已结束")
    assert secret not in page
    where = re.findall(r"/console(/webhooks/[a-z]+-[a-z0-9]+)", page)[0]
    manager.sees(where, "HMAC-SM3", "还没有推送")
    manager.send(where, f"{where}/ping")
    manager.sees(where, "测试", "待送")
    front.seat("provider_manager").get(where, 404)
    front.seat("clerk").get("/webhooks", 403)
    manager.send(f"{where}/removal", f"{where}/removal")
    manager.sees("/webhooks", "还没有事件推送")


def test_webhooks_and_help_on_a_desk_and_on_a_phone(front: Front, windows: Visits) -> None:
    manager = front.seat("manager")
    manager.send("/webhooks/new", "/webhooks", 200, url=ADDRESS, events="run.ended", algorithm="sm3")
    where = re.findall(r"/console(/webhooks/[a-z]+-[a-z0-9]+)", manager.get("/webhooks"))[0]
    manager.send(where, f"{where}/ping")
    for phone, language in ((False, "zh-CN"), (True, "en")):
        cookies = {"yunqi_session": front.token("manager")}
        visitor = windows.visit(phone=phone, language=language, cookies=cookies)
        for name, path in (
            ("webhooks", "/webhooks"),
            ("webhook", where),
            ("webhook-new", "/webhooks/new"),
            ("help", "/help"),
        ):
            visitor.open(f"/console{path}")
            visitor.shoot(f"{name}-page")
            visitor.check()
