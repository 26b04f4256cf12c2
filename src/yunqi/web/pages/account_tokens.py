"""API tokens: made for a program, limited to what it needs, shown once, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.actions.audit import action_word
from yunqi.web.page import Page, PageOf
from yunqi.web.scopes import GROUPS, actions_of, group_of, list_scopes
from yunqi.wire.base import ById
from yunqi.wire.tokens import CreateToken, ListTokens, NewTokenRow, TokenList, TokenRow

router = APIRouter(prefix="/account/tokens")
DAYS = (30, 90, 180, 365)


def token_state(page: Page, one: TokenRow) -> str:
    """Whether it works: `active`, `over` or `revoked`."""
    if one.revoked_at is not None:
        return "revoked"
    return "active" if page.console.clock.now() < one.expires_at else "over"


def scope_words(actions: tuple[str, ...]) -> str:
    """What a token may do, in a few words: its groups, and how many actions there are of each."""
    counts: dict[str, int] = {}
    for name in actions:
        counts[group_of(name)] = counts.get(group_of(name), 0) + 1
    return _("；").join(
        _("{group} {count} 项", group=_(GROUPS[key]), count=counts[key]) for key in GROUPS if key in counts
    )


@router.get("")
def list_tokens(page: PageOf) -> Response:
    """One's own tokens, the working ones first."""
    found: TokenList = page.read("token.list", ListTokens())
    rows = [(one, token_state(page, one), scope_words(one.actions), _names(one)) for one in found.items]
    rows.sort(key=lambda row: row[1] != "active")
    return page.render("account/tokens.html", rows=rows)


def _names(one: TokenRow) -> list[str]:
    return [action_word(name) for name in one.actions]


def _choices(page: Page) -> dict[str, Any]:
    return {
        "scopes": list_scopes(page.caller),
        "days": [(str(days), _("{count} 天", count=days)) for days in DAYS],
    }


def _require_some(actions: tuple[str, ...]) -> tuple[str, ...]:
    if not actions:
        raise Problem("token.scope", "没有选择令牌可以办理的事项", field="scope", way_out="请至少勾选一组或一项")
    return actions


@router.get("/new")
def new_token(page: PageOf) -> Response:
    """The form."""
    return page.render("account/token_new.html", form=page.form.__class__({"days": "90"}), **_choices(page))


@router.post("")
def create_token(page: PageOf) -> Response:
    """Makes the token; its text stands on the page that answers and nowhere else."""
    form, choices = page.form, _choices(page)
    try:
        days = int(form.text("days")) if form.text("days") in {str(each) for each in DAYS} else DAYS[0]
        actions = _require_some(actions_of(choices["scopes"], form.chosen("scope"), form.chosen("action")))
        asked = CreateToken(
            name=form.text("name"), actions=actions, expires_at=page.console.clock.now() + timedelta(days=days)
        )
        made: NewTokenRow = page.do("token.create", asked).value
    except (Problem, ValidationError) as error:
        return page.refuse("account/token_new.html", error, **choices)
    return page.render("account/token_made.html", made=made, words=scope_words(made.actions))


@router.get("/{id}/revocation")
def ask_revocation(page: PageOf, id: str) -> Response:  # noqa: A002
    """The page that asks once more."""
    found: TokenList = page.read("token.list", ListTokens())
    one = next((each for each in found.items if each.id == id), None)
    return page.render("account/token_revoke.html", id=id, name=one.name if one else id)


@router.post("/{id}/revocation")
def revoke_token(page: PageOf, id: str) -> Response:  # noqa: A002
    """The token no longer works."""
    return page.done(page.do("token.revoke", ById(id=id)), "/account/tokens", _("访问令牌已吊销，立即失效"))
