"""A settled world behind a real server, with an account for everybody: what the attacks are aimed at."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import httpx
import pytest
from tests.kits.attack import Stage
from tests.kits.desk import People
from tests.kits.server import let_in, serving
from tests.kits.session import Session, settled_template, signed_template
from tests.kits.walk import CALLERS, Walk

__all__ = ["settled_template", "signed_template"]


@pytest.fixture(scope="session")
def stage(settled_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One for the session: attacks leave it as it is, or attack what they made themselves."""
    session = settled_template.copy(tmp_path_factory.mktemp("stage") / "home")
    with session.installation() as site:
        site.settings = dataclasses.replace(
            site.settings,
            password_memory_mib=1,
            password_passes=1,
            strangers_per_minute=5000,
            requests_per_minute=50000,
        )
        people = People(site, session)
        with httpx.Client(timeout=30) as http:
            walk = Walk(site, people, http)  # type: ignore[arg-type] # it sends the same way
            walk.prepare(session)
            logins = {name: let_in(site, getattr(people, name).person_id, name.replace("_", "-")) for name in CALLERS}
            with serving(site) as address:
                made = Stage(site, people, walk, address, session.clock, logins)
                try:
                    yield made
                finally:
                    made.close()
