"""Who asks: from the token of a session or an API token to the caller, on every request."""

from __future__ import annotations

from datetime import datetime, timedelta

from yunqi.kernel.rights import Caller
from yunqi.operations.installation import Installation
from yunqi.store.callers import find_session_caller, find_token_caller
from yunqi.store.digests import digest_of, is_token
from yunqi.store.sessions import note_seen, note_token_used

_SHORTEST, _LONGEST = 20, 100
_NOTED_EVERY = timedelta(minutes=1)
"""That a session is in use is written down once a minute, not on every request."""


def caller_of_session(site: Installation, token: str, *, address: str = "") -> Caller | None:
    """The caller whose session this token opens; None when it opens none (any more): sign in again."""
    if not _SHORTEST <= len(token) <= _LONGEST or not token.isascii():
        return None
    now = site.clock.now()
    digest = digest_of(token)
    found = find_session_caller(site.database, digest, now=now, idle_floor=idle_floor(site, now), address=address)
    if found is None:
        return None
    session_id = found.caller.session_id
    if session_id is not None and found.used_at is not None and now - found.used_at >= _NOTED_EVERY:
        with site.database.write() as connection:
            note_seen(connection, session_id, now)
    return found.caller


def caller_of_token(site: Installation, token: str, *, address: str = "") -> Caller | None:
    """The caller of an API token, limited to its actions; None when it is none, or over."""
    if not is_token(token):
        return None
    now = site.clock.now()
    found = find_token_caller(site.database, digest_of(token), now=now, address=address)
    if found is None:
        return None
    token_id = found.caller.token_id
    if token_id is not None and (found.used_at is None or now - found.used_at >= _NOTED_EVERY):
        with site.database.write() as connection:
            note_token_used(connection, token_id, now)
    return found.caller


def idle_floor(site: Installation, now: datetime) -> datetime:
    """A session that was last used at this instant or earlier is over."""
    return now - timedelta(seconds=site.settings.session_idle_s)
