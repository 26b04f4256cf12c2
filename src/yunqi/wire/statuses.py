"""The HTTP status of every error: one table for the interface and the pages."""

from __future__ import annotations

from collections.abc import Mapping

from yunqi.kernel.errors import Trouble, YunqiError

_EXACT: Mapping[str, int] = {
    "access.signed_out": 401,
    "access.token_void": 401,
    "sign_in.refused": 401,
    "sign_in.code": 401,
    "sign_in.expired": 401,
    "sign_in.locked": 429,
    "sign_in.closed": 403,
    "sign_in.undertaking": 403,
    "password.wrong": 403,
    "session.needed": 403,
    "object.unknown": 404,
    "precondition.changed": 412,
    "idempotency.reused": 422,
    "contract.already_imported": 409,
    "case.changed": 409,
    "case.not_allowed": 409,
    "entitlement.exceeded": 409,
    "resource.in_use": 409,
    "order.same_person": 403,
    "proposal.not_yours": 403,
    "proposal.decided": 409,
    "proposal.expired": 409,
    "run.over": 409,
    "rate.limited": 429,
    "body.too_large": 413,
    "request.method": 405,
    "form.token": 403,
}
_ENDINGS: tuple[tuple[str, int], ...] = (
    (".unknown", 404),
    (".exists", 409),
    (".taken", 409),
    ("_taken", 409),
    (".ambiguous", 409),
    (".too_large", 413),
)
_OTHERWISE = 422


def status_of(error: YunqiError) -> int:
    """The HTTP status of an error: 503 for what we retry, else by its code.

    >>> from yunqi.kernel.errors import Problem
    >>> status_of(Problem("contract.unknown", "…")), status_of(Trouble("database.busy", "…"))
    (404, 503)
    """
    if isinstance(error, Trouble):
        return 503
    if error.code in _EXACT:
        return _EXACT[error.code]
    if error.code.startswith("access."):
        return 403
    return next((status for ending, status in _ENDINGS if error.code.endswith(ending)), _OTHERWISE)
