"""Requests made from the schema, good and bad: none is answered by a fault of ours, all answers are as described."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.requests import Request
from starlette.types import ASGIApp
from tests.kits.desk import People
from tests.kits.session import Session, make_signed

from yunqi.api.app import make_api
from yunqi.kernel.rights import Caller
from yunqi.operations.installation import Installation

ENOUGH = 20
ENDLESS = frozenset({"run.events"})
"""Answers that go on until their run ends."""
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    """The interface over a signed home of its own; everybody is the clerk, who may do most."""
    session: Session = make_signed(tmp_path_factory.mktemp("schema") / "home")
    with session.installation() as opened:
        site: Installation = opened
        clerk = People(site, session).clerk

        def authenticate(_http: Request) -> Caller:
            return clerk

        yield make_api(site, authenticate)


def test_no_request_is_answered_by_a_fault_of_ours(app: ASGIApp) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    operations = [each.ok() for each in schema.get_all_operations()]
    assert len(operations) > ENOUGH
    faults: list[str] = []
    for operation in operations:
        if operation.definition.raw["operationId"] in ENDLESS:
            continue

        @settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            some_fields = "fields" in (case.query or {})  # the caller left required ones out
            case.call_and_validate(checks=[each for each in CHECKS if each is not CHECKS[-1] or not some_fields])

        try:
            ask()
        except BaseExceptionGroup as error:
            faults.append(f"{operation.label}: {error.exceptions[0]}"[:1500])
        except AssertionError as error:
            faults.append(f"{operation.label}: {error}"[:1500])
    assert not faults, "\n\n".join(faults)
