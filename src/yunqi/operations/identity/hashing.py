"""Hashing passwords with argon2id; as costly for a login that nobody has as for one that somebody has.

Source: RFC 9106; OWASP ASVS 2.4.1.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from yunqi.kernel.passwords import fold_password
from yunqi.operations.settings import Settings

_AT_ONCE = max(2, os.cpu_count() or 2)
_turns = threading.BoundedSemaphore(_AT_ONCE)
"""Hashing takes much memory by design: many sign-ins at once queue instead of filling the machine."""


@dataclass(frozen=True, slots=True)
class Hashing:
    """Hashes and compares with the parameters of the installation."""

    hasher: PasswordHasher
    nobodys: str = field(repr=False)

    def make(self, password: str) -> str:
        """The hash to keep. The password was judged before: raises ValueError for one that can be none."""
        folded = fold_password(password)
        if folded is None:
            raise ValueError("no password")
        with _turns:
            return self.hasher.hash(folded)

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one kept. Takes as long when nothing is kept, or when it can be no password."""
        folded = fold_password(password)
        with _turns:
            try:
                right = self.hasher.verify(kept or self.nobodys, folded or b"-")
            except (VerificationError, InvalidHashError):
                return False
        return right and kept is not None and folded is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether it was hashed with other parameters than those of today."""
        return self.hasher.check_needs_rehash(kept)


def hashing_of(settings: Settings) -> Hashing:
    """The hashing of an installation."""
    return _make(settings.password_memory_mib, settings.password_passes)


@lru_cache(maxsize=8)
def _make(memory_mib: int, passes: int) -> Hashing:
    hasher = PasswordHasher(time_cost=passes, memory_cost=memory_mib * 1024, parallelism=1, type=Type.ID)
    return Hashing(hasher, hasher.hash(os.urandom(16)))
