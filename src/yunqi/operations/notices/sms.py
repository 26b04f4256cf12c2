"""Short messages through a gateway that takes a POST of JSON; the receipt is its answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from yunqi.kernel.addresses import read_endpoint
from yunqi.kernel.errors import Problem
from yunqi.operations.notices.message import NOT_SET, Message, Told, load_secret
from yunqi.operations.settings import Settings
from yunqi.operations.webhooks import post, resolve_host

_PHONE = re.compile(r"\+?[0-9]{5,20}")
_MOST = 500
"""Characters of one message: what is longer is cut, the mail says the rest."""


def check_phone(address: str) -> str:
    """The number with digits only; raises `Problem` contact.phone."""
    digits = re.sub(r"[ ()-]", "", address)
    if not _PHONE.fullmatch(digits):
        raise Problem(
            "contact.phone", "「{value}」不是电话号码", field="address", value=address[:40], way_out="例如 13800001111"
        )
    return digits


def send_sms(
    settings: Settings, to: str, message: Message, *, resolve: Callable[[str, int], Sequence[str]] = resolve_host
) -> Told:
    """Gives one message to the gateway; errors are codes: not_set, unreachable, timeout, tls, refused, broken."""
    if not settings.sms_url:
        return Told("", NOT_SET)
    try:
        # The administrator of the installation named this host, and it may lie within: it is trusted.
        endpoint = read_endpoint(settings.sms_url, trusted=((urlsplit(settings.sms_url).hostname or "").lower(),))
        token = load_secret(settings, settings.sms_token_file, "sms_token_file") if settings.sms_token_file else ""
    except Problem as problem:
        return Told("", problem.code)
    addresses = resolve(endpoint.host, endpoint.port)
    if not addresses:
        return Told("", "address.unresolved")
    text = f"【{message.subject}】{message.text}"
    given = {settings.sms_phone_field: to, settings.sms_text_field: text[:_MOST], "id": message.id}
    body = json.dumps(given, ensure_ascii=False).encode()
    headers = {
        "Host": endpoint.authority,
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(body)),
        "User-Agent": "Yunqi",
        "Connection": "close",
        **({"Authorization": f"Bearer {token}"} if token else {}),
    }
    sent = post(endpoint, addresses[0], headers, body)
    answer = " ".join(f"{sent.status or ''} {sent.body.decode('utf-8', 'replace')}".split())[:300]
    if sent.error is not None:
        return Told(answer, sent.error)
    return Told(answer, None if is_success(sent.body, settings.sms_success) else "refused")


def is_success(body: bytes, wanted: str) -> bool:
    """Whether an answer has the field that says so (`code=0`, or `data.status=ok`); no wish: every answer does.

    >>> is_success(b'{"code": 0}', "code=0"), is_success(b'{"code": 7}', "code=0"), is_success(b"ok", "code=0")
    (True, False, False)
    """
    if not wanted:
        return True
    name, _equals, value = wanted.partition("=")
    try:
        found = json.loads(body)
        for part in name.strip().split("."):
            found = found[part]
    except (ValueError, KeyError, TypeError):
        return False
    return str(found).lower() == value.strip().lower()
