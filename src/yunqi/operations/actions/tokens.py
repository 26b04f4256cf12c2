"""API tokens as actions: a person's own, made in a session, shown once."""

from __future__ import annotations

from yunqi.kernel.rights import Target
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.identity.tokens import create_token, revoke_token
from yunqi.store.parties import require_person
from yunqi.store.sessions import ApiToken, list_tokens, require_token
from yunqi.wire.base import ById
from yunqi.wire.tokens import CreateToken, ListTokens, NewTokenRow, TokenList, TokenRow


def _row(found: ApiToken) -> TokenRow:
    return TokenRow.model_validate(found, from_attributes=True)


def _aim_person(desk: Desk, request: ListTokens) -> Target:
    person_id = request.person or desk.person_id
    return Target(organisation_id=require_person(desk.connection, person_id).organisation_id, person_id=person_id)


def _aim_token(desk: Desk, request: ById) -> Target:
    owner = require_person(desk.connection, require_token(desk.connection, request.id).person_id)
    return Target(organisation_id=owner.organisation_id, person_id=owner.id)


@action("token.list", "GET", "/tokens", "列出访问令牌", request=ListTokens, answer=TokenList, aim=_aim_person)
def tokens(desk: Desk, request: ListTokens) -> TokenList:
    """A person's tokens, without their texts."""
    return TokenList(items=tuple(_row(one) for one in list_tokens(desk.connection, request.person or desk.person_id)))


@action(
    "token.create",
    "POST",
    "/tokens",
    "新建访问令牌",
    request=CreateToken,
    answer=NewTokenRow,
    shown_once=True,
)
def create(desk: Desk, request: CreateToken) -> NewTokenRow:
    """A new token; its text is in this answer and nowhere else."""
    made = create_token(desk, name=request.name, actions=request.actions, expires_at=request.expires_at)
    return NewTokenRow(**_row(made.row).model_dump(), token=made.token.reveal())


@action("token.revoke", "DELETE", "/tokens/{id}", "吊销访问令牌", request=ById, answer=TokenRow, aim=_aim_token)
def revoke(desk: Desk, request: ById) -> TokenRow:
    """The token, which no longer works."""
    return _row(revoke_token(desk, request.id))
