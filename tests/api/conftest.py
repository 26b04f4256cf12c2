"""The HTTP interface over a signed home, told who asks by a header that only these tests know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.kits.desk import People
from tests.kits.session import Session, empty, settled, settled_template, signed, signed_template

from yunqi.api.app import make_api
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller
from yunqi.operations.installation import Installation

__all__ = ["empty", "settled", "settled_template", "signed", "signed_template"]


@pytest.fixture
def site(signed: Session) -> Iterator[Installation]:
    with signed.installation() as opened:
        yield opened


@pytest.fixture
def people(site: Installation, signed: Session) -> People:
    return People(site, signed)


@pytest.fixture
def client(site: Installation, people: People) -> Iterator[TestClient]:
    def authenticate(http: Request) -> Caller:
        name = http.headers.get("x-person", "")
        if not hasattr(people, name):
            raise Problem("access.signed_out", "尚未登录", way_out="请先登录")
        caller: Caller = getattr(people, name)
        return caller

    with TestClient(make_api(site, authenticate), raise_server_exceptions=False) as opened:
        yield opened
