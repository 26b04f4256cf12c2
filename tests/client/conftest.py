"""A real server over a signed home, and clients of its people with real tokens."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.kits.desk import People
from tests.kits.server import give_token, serving
from tests.kits.session import Session, empty, settled, settled_template, signed, signed_template

from yunqi.client import Client
from yunqi.client.http import HttpTransport
from yunqi.kernel.rights import Caller
from yunqi.operations.installation import Installation

__all__ = ["empty", "settled", "settled_template", "signed", "signed_template"]
Connect = Callable[[Caller], Client]


@pytest.fixture
def site(signed: Session) -> Iterator[Installation]:
    with signed.installation() as opened:
        # Hashing is made slow on purpose; it is not what is tested here.
        opened.settings = dataclasses.replace(opened.settings, password_memory_mib=8, password_passes=1)
        yield opened


@pytest.fixture
def people(site: Installation, signed: Session) -> People:
    return People(site, signed)


@pytest.fixture
def address(site: Installation) -> Iterator[str]:
    with serving(site) as opened:
        yield opened


@pytest.fixture
def connect(site: Installation, address: str) -> Iterator[Connect]:
    """Makes the client of a person."""
    with ExitStack() as stack:

        def make(caller: Caller) -> Client:
            assert caller.person_id is not None
            token = give_token(site, caller.person_id)
            return stack.enter_context(Client(HttpTransport(address, token)))

        yield make
