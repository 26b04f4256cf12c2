"""The order of a tenant network."""

from __future__ import annotations

from yunqi.services.base import Spec
from yunqi.services.fields import PrivateCidr


class NetworkSpec(Spec):
    """`cidr` may be left out: then the planner chooses one that no other network of the site has."""

    cidr: PrivateCidr | None = None
