from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.kits.desk import People
from tests.kits.session import Session

from yunqi.operations.installation import Installation


@pytest.fixture
def site(signed: Session) -> Iterator[Installation]:
    """The signed sample, with everybody registered and work orders approved."""
    with signed.installation() as opened:
        yield opened


@pytest.fixture
def people(site: Installation, signed: Session) -> People:
    return People(site, signed)


@pytest.fixture
def settled_site(settled: Session) -> Iterator[Installation]:
    """The sample with its first month settled: incidents, findings, readings, evidence, statements."""
    with settled.installation() as opened:
        yield opened


@pytest.fixture
def settled_people(settled_site: Installation, settled: Session) -> People:
    return People(settled_site, settled)
