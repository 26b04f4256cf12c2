"""The review of a contract: what is wrong or open in it, with its sources, why it matters and what to write instead."""

from yunqi.contract.review.register import review

__all__ = ["review"]
