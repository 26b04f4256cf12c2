"""The kinds of obligations that contracts of this trade have, how they are found in one, and how each stands. Pure."""

from yunqi.contract.obligations.find import FoundObligation, find_obligations
from yunqi.contract.obligations.kinds import ObligationKind, load_kinds

__all__ = ["FoundObligation", "ObligationKind", "find_obligations", "load_kinds"]
