"""What attacks need: sessions of everybody over HTTP, raw bytes on a socket, and all that the installation keeps."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import inspect, select
from starlette.routing import Route
from tests.kits.desk import People
from tests.kits.server import PASSWORD
from tests.kits.walk import Walk

from yunqi.kernel.clock import FixedClock
from yunqi.operations.installation import Installation
from yunqi.store.tables import metadata
from yunqi.web.app import list_routers

OWN = {"X-Requested-By": "tests"}
_WAIT_S = 15


@dataclass
class Stage:
    """A served world and the ways in."""

    site: Installation
    people: People
    walk: Walk
    address: str
    clock: FixedClock
    logins: dict[str, str]
    _clients: dict[str, httpx.Client] = field(default_factory=dict)

    def stranger(self, **options: Any) -> httpx.Client:
        """A browser that nobody is signed in with; the caller closes it."""
        return httpx.Client(base_url=self.address, timeout=30, **options)

    def sign_in(self, name: str) -> httpx.Client:
        """A browser of its own in which somebody is signed in; the caller closes it."""
        http = self.stranger()
        answer = http.post("/api/v1/session", json={"login": self.logins.get(name, name), "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return http

    def browser(self, name: str) -> httpx.Client:
        """The browser of somebody, signed in once and kept: nobody may sign out in it."""
        if name not in self._clients:
            self._clients[name] = self.sign_in(name)
        return self._clients[name]

    def close(self) -> None:
        """Closes the browsers that are kept."""
        for http in self._clients.values():
            http.close()

    def raw(self, sent: bytes, *, more: bytes = b"", wait_s: float = _WAIT_S) -> bytes:
        """What comes back for bytes on a connection, until it is closed or nothing comes for that long."""
        place = urlsplit(self.address)
        with socket.create_connection((place.hostname or "", place.port or 0), wait_s) as wire:
            wire.sendall(sent)
            got = b""
            try:
                if more:
                    wire.sendall(more)
                while part := wire.recv(65536):
                    got += part
            except (TimeoutError, ConnectionError):
                return got
            return got

    def pages(self) -> Iterator[Route]:
        """Every route of the console."""
        for router in list_routers(dev=False):
            yield from (each for each in router.routes if isinstance(each, Route))

    def paths_of(self, route: Route) -> list[str]:
        """The addresses of a page: one for each object of the first agency that it may be aimed at."""
        places = re.findall(r"{(\w+)[^}]*}", route.path)
        if not places:
            return [f"/console{route.path}"]
        noun = noun_of(route)
        ids = [self.walk.ids[noun]] if noun in self.walk.ids else sorted(set(self.walk.ids.values()))
        return [f"/console{re.sub(r'{[^}]*}', each, route.path)}" for each in ids]


def noun_of(route: Route) -> str:
    """Which kind of object a page is aimed at, "" when that is not known here."""
    return NOUNS.get(route.path.strip("/").partition("/")[0], "")


NOUNS = {
    "contracts": "contract",
    "resources": "resource",
    "systems": "system",
    "work-orders": "work_order",
    "incidents": "incident",
    "statements": "statement",
    "documents": "document",
    "runs": "run",
    "proposals": "proposal",
    "findings": "adjudication",
    "people": "person",
    "consents": "consent",
    "evidence": "contract",
}


def rows_of(site: Installation) -> Iterator[tuple[str, str]]:
    """Every row of every table, as text."""
    with site.database.read() as connection:
        present = set(inspect(connection).get_table_names())
        for table in metadata.sorted_tables:
            if table.name in present:
                for row in connection.execute(select(table)):
                    yield table.name, repr(tuple(row))


def files_of(home: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a home."""
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.read_bytes()
