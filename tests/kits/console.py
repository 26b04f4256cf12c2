"""The console on a sample home, with everybody signed in by a cookie: over ASGI without a browser, and for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from lxml import html
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient
from tests.kits.desk import People, act_as

from yunqi.kernel.rights import Caller
from yunqi.operations.installation import Installation
from yunqi.web.app import mount_console
from yunqi.web.console import Console

COOKIE = "as"
HERE = "http://testserver"


def make_console_app(site: Installation, people: People) -> Starlette:
    """The console; the cookie `as` names one of `People`, perhaps with roles: `clerk` or `lead:approver`."""

    def find(request: HTTPConnection) -> Caller | None:
        name, _colon, roles = request.cookies.get(COOKIE, "").partition(":")
        if not name:
            return None
        caller: Caller = getattr(people, name)
        return act_as(caller, *roles.split("+")) if roles else caller

    app = Starlette()
    mount_console(app, Console(site=site, find_caller=find, secret=b"sample" * 8, name="云契", clock=site.clock))
    return app


@dataclass
class Seen:
    """A page as it was answered."""

    status: int
    text: str
    address: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def tree(self) -> Any:
        """The page as a tree, for XPath."""
        return html.fromstring(self.text)

    @property
    def words(self) -> str:
        """All that one reads, blanks squeezed."""
        tree = self.tree
        for each in tree.xpath("//script|//style"):
            each.drop_tree()
        return " ".join(tree.text_content().split())

    @property
    def links(self) -> list[str]:
        """Where the page leads to."""
        return [str(each) for each in self.tree.xpath("//a/@href")]

    def forms(self, action: str = "") -> list[Any]:
        """The forms that are sent by POST, those whose address ends in `action`."""
        found = self.tree.xpath("//form[@method='post']")
        return [each for each in found if each.get("action", "").endswith(action)]


class Desk:
    """One person at the console, without a browser: opens pages, fills in their forms."""

    def __init__(self, app: Starlette, who: str, language: str = "zh-CN") -> None:
        self.client = TestClient(app, base_url=HERE, cookies={COOKIE: who}, headers={"accept-language": language})

    def open(self, path: str, status: int = 200, **headers: str) -> Seen:
        """A page of the console by its own path; redirects are followed."""
        seen = self._seen(self.client.get(f"/console{path}", headers=headers))
        assert seen.status == status, f"{path}: {seen.status}\n{seen.text[:3000]}"
        return seen

    def send(self, seen: Seen, action: str, status: int = 200, /, **fields: Any) -> Seen:
        """Fills in the form of the page whose address ends in `action` and sends it; the page that follows."""
        found = seen.forms(action)
        assert len(found) == 1, f"{len(found)} forms for {action}: {[each.get('action') for each in seen.forms()]}"
        form = found[0]
        data = {
            name: value if isinstance(value, str) else list(value)  # of several checkboxes, those that are ticked
            for name, value in form.fields.items()
            if value is not None
        }
        names = set(form.fields)
        files = {name: value for name, value in fields.items() if isinstance(value, tuple)}
        given = {name: value for name, value in fields.items() if name not in files}
        unknown = set(fields) - names
        assert not unknown, f"the form has no field {unknown}; it has {sorted(names)}"
        data = {name: value for name, value in {**data, **given}.items() if name not in files}
        for name in [each.get("name") for each in form.xpath(".//input[@type='file']")]:
            data.pop(name, None)
        answer = self.client.post(form.get("action"), data=data, files=files or None)
        after = self._seen(answer)
        assert after.status == status, f"{action}: {after.status}\n{after.words[:2000]}"
        return after

    @staticmethod
    def _seen(answer: httpx.Response) -> Seen:
        address = str(answer.url).removeprefix(HERE).removeprefix("/console")
        return Seen(answer.status_code, answer.text, address, answer.headers, answer.content)
