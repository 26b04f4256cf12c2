"""The yardstick of the HTTP interface: bare Starlette with raw SQL and orjson, serving one page of resources.

It asks who may see what of nobody, records nothing and knows one address; its answer is the product's, byte for byte.
"""

from __future__ import annotations

import base64
import os
import sqlite3

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_QUERY = """
SELECT r.id, r.kind, r.name, r.tenant_id, r.contract_id, r.system_id, r.spec, r.generation, r.created_at,
  r.delete_asked_at, r.erase_approved_at, r.gone_at, coalesce(s.phase, 'ordered'), s.ready_at, c.number, i.name, t.name
FROM resource r JOIN contract c ON c.id = r.contract_id JOIN tenant t ON t.id = r.tenant_id
  LEFT JOIN resource_status s ON s.resource_id = r.id LEFT JOIN information_system i ON i.id = r.system_id
WHERE c.using_unit_id = ? AND r.gone_at IS NULL AND r.id > ? ORDER BY r.id LIMIT ?
"""


def make_app() -> Starlette:
    """The application over the database that the environment names, for the using unit that it names."""
    connection = sqlite3.connect(os.environ["BARE_DATABASE"], isolation_level=None)
    connection.execute("PRAGMA query_only=ON")
    using_unit = os.environ["BARE_USING_UNIT"]

    async def page(request: Request) -> Response:
        limit = int(request.query_params.get("limit", "100"))
        rows = connection.execute(_QUERY, (using_unit, request.query_params.get("after", ""), limit + 1)).fetchall()
        items = [
            {
                "id": key,
                "kind": kind,
                "name": name,
                "phase": phase,
                "tenant_id": tenant,
                "contract_id": contract,
                "system_id": system,
                "spec": orjson.Fragment(spec),
                "generation": generation,
                "created_at": _instant(created),
                "ready_at": _instant(ready),
                "delete_asked_at": _instant(asked),
                "erase_approved_at": _instant(approved),
                "gone_at": _instant(gone),
                "contract_number": number,
                "system": system_name,
                "tenant": tenant_name,
            }
            for (
                key,
                kind,
                name,
                tenant,
                contract,
                system,
                spec,
                generation,
                created,
                asked,
                approved,
                gone,
                phase,
                ready,
                number,
                system_name,
                tenant_name,
            ) in rows[:limit]
        ]
        following = None
        if len(rows) > limit:
            last = items[-1]["id"]
            following = base64.urlsafe_b64encode(orjson.dumps(["id", "v", last, last])).decode().rstrip("=")
        body = orjson.dumps({"items": items, "next_cursor": following})
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/resources", page)])


def _instant(text: str | None) -> str | None:
    return text and text.replace(".000000Z", "Z")
