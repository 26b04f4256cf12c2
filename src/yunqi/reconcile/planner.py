"""What to do so that the engine has what is wanted: pure, deterministic, every choice made here.

A plan holds only what the observed world justifies: `MarkReady` stands in it only when everything was read back, so a
resource that was just built is marked by the next plan. Nothing of a resource is touched for its end before a person
has approved the loss of its data and everything that stands on it ends as well; until then it is kept in repair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yunqi.engines.base import Address, Domain, Network, Observed, Thing, Volume
from yunqi.reconcile.choices import Chooser
from yunqi.reconcile.steps import (
    DropAddress,
    DropDomain,
    DropNetwork,
    DropVolume,
    EraseVolume,
    MarkGone,
    MarkPhase,
    MarkReady,
    Plan,
    PutAddress,
    PutDomain,
    PutNetwork,
    PutVolume,
    StartDomain,
    Step,
    StopDomain,
    SweepStrays,
    Wait,
)
from yunqi.reconcile.world import Site, Status, World
from yunqi.services.base import Choices, ResourceView, Service
from yunqi.services.catalogue import owner_of

_NEW = Status()
_FAILED = frozenset({"volume.lost", "volume.erased"})


def plan(world: World, observed: Observed, site: Site, services: Mapping[str, Service]) -> Plan:
    """The steps from the observed world to the wanted one; none when they agree."""
    planning = _Planning(world, observed, services)
    planning.judge_endings()
    chooser = Chooser(world, site, services)
    chooser.choose_all([planning.view[key] for key in planning.staying])
    planning.take_choices(chooser)
    planning.compare_staying()
    planning.end_ending()
    planning.mark_all()
    return planning.result()


@dataclass
class _Planning:
    """The working state of one planning; lists of steps by their place in the order."""

    world: World
    observed: Observed
    services: Mapping[str, Service]
    view: Mapping[str, ResourceView] = field(init=False)
    users: dict[str, list[str]] = field(default_factory=dict)
    ending: set[str] = field(default_factory=set)
    staying: list[str] = field(default_factory=list)
    choices: dict[str, Choices] = field(default_factory=dict)
    waits: list[Wait] = field(default_factory=list)
    pending: set[str] = field(default_factory=set)
    owned: dict[str, list[str]] = field(default_factory=dict)
    first: list[Step] = field(default_factory=list)
    marks: list[Step] = field(default_factory=list)
    drops: list[Step] = field(default_factory=list)
    networks: list[Step] = field(default_factory=list)
    volumes: list[Step] = field(default_factory=list)
    domains: list[Step] = field(default_factory=list)
    addresses: list[Step] = field(default_factory=list)
    erases: list[Step] = field(default_factory=list)
    drop_networks: list[Step] = field(default_factory=list)
    last: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.view = self.world.resources
        for key in sorted(self.view):
            resource = self.view[key]
            for name in self.services[resource.kind].references:
                self.users.setdefault(resource.spec[name], []).append(key)
        seen = self.observed
        for things in (seen.networks, seen.volumes, seen.domains, seen.addresses):
            for thing_id in sorted(things):
                self.owned.setdefault(owner_of(thing_id), []).append(thing_id)

    # --- who stays, who ends --------------------------------------------------------------------------------------

    def judge_endings(self) -> None:
        """Splits the resources; one ends only when it may and everything that stands on it ends too."""
        judged: dict[str, bool] = {}

        def ends(key: str) -> bool:
            if key not in judged:
                resource = self.view[key]
                approved = resource.erase_approved or not self.services[resource.kind].keeps_data
                judged[key] = False  # a circle of references, which no service allows, would end nothing
                judged[key] = (
                    resource.delete_wanted and approved and all(ends(user) for user in self.users.get(key, ()))
                )
            return judged[key]

        for key in sorted(self.view):
            resource = self.view[key]
            if ends(key):
                self.ending.add(key)
                continue
            self.staying.append(key)
            if resource.delete_wanted and self.services[resource.kind].keeps_data and not resource.erase_approved:
                self.waits.append(Wait(key, "erase.approval"))
            elif resource.delete_wanted:
                blockers = tuple(user for user in self.users[key] if not ends(user))
                self.waits.append(Wait(key, "resource.in_use", blockers))

    def take_choices(self, chooser: Chooser) -> None:
        """Takes over what was chosen."""
        self.first.extend(chooser.reserves)
        self.waits.extend(chooser.waits)
        self.pending.update(reserve.resource for reserve in chooser.reserves)
        self.choices = {key: Choices(values) for key, values in chooser.values.items()}

    # --- what stays -----------------------------------------------------------------------------------------------

    def compare_staying(self) -> None:
        """Steps for everything wanted that is missing, differs or does not run."""
        wanted_domains: list[Domain] = []
        for key in self.staying:
            for thing in self._want(key):
                match thing:
                    case Network():
                        self._compare_network(key, thing)
                    case Volume():
                        self._compare_volume(key, thing)
                    case Domain():
                        wanted_domains.append(thing)
                    case Address():
                        self._compare_address(key, thing)
        failed = {wait.subject for wait in self.waits if wait.code in _FAILED}
        for domain in wanted_domains:
            self._compare_domain(domain, failed)

    def _want(self, key: str) -> tuple[Thing, ...]:
        resource = self.view[key]
        service = self.services[resource.kind]
        beside = [resource.spec[name] for name in service.references]
        missing = tuple(other for other in beside if other not in self.view)
        if missing:
            self.waits.append(Wait(key, "reference.missing", missing))
            return ()
        if not self._chosen(key):
            return ()
        unchosen = tuple(other for other in beside if not self._chosen(other))
        if unchosen:
            self.waits.append(Wait(key, "neighbour.waits", unchosen))
            return ()
        beside += [user for user in self.users.get(key, ()) if user not in self.ending]
        neighbours = {other: (self.view[other], self._choices(other)) for other in beside}
        return service.want(resource, self._choices(key), neighbours)

    def _choices(self, key: str) -> Choices:
        return self.choices.get(key) or Choices({})

    def _chosen(self, key: str) -> bool:
        values = self._choices(key).values
        return all(pool in values for pool in self.services[self.view[key].kind].pools)

    def _compare_network(self, key: str, network: Network) -> None:
        if self.observed.networks.get(network.id) != network or network.id in self.observed.incomplete:
            self.networks.append(PutNetwork(network))
            self.pending.add(key)

    def _compare_address(self, key: str, address: Address) -> None:
        if self.observed.addresses.get(address.id) != address or address.id in self.observed.incomplete:
            self.addresses.append(PutAddress(address))
            self.pending.add(key)

    def _compare_volume(self, key: str, volume: Volume) -> None:
        seen = self.observed.volumes.get(volume.id)
        if seen is None:
            if self._status(key).ever_ready:
                self.waits.append(Wait(key, "volume.lost", (volume.id,)))
                return
        elif seen.erased or volume.id in self.world.open_erasures:
            self.waits.append(Wait(key, "volume.erased", (volume.id,)))
            return
        elif seen.thing.grade != volume.grade:
            self.waits.append(Wait(key, "volume.grade", (volume.id,)))
            return
        elif seen.thing.size_bytes >= volume.size_bytes and seen.thing.iops_max == volume.iops_max:
            return
        self.volumes.append(PutVolume(volume))
        self.pending.add(key)

    def _compare_domain(self, domain: Domain, failed: set[str]) -> None:
        owners = {owner_of(volume) for volume in domain.volumes}
        if owners & failed:
            self.pending.update(owners - failed)
            return
        seen = self.observed.domains.get(domain.id)
        if seen is not None and seen.thing == domain and seen.running:
            return
        if seen is None or seen.thing != domain:
            if seen is not None and seen.running:
                self.domains.append(StopDomain(domain.id))
            self.domains.append(PutDomain(domain))
        self.domains.append(StartDomain(domain))
        self.pending.update(owners)

    # --- what ends ------------------------------------------------------------------------------------------------

    def end_ending(self) -> None:
        """Steps that take away what an ending resource still has; its record ends when nothing was left."""
        begun: dict[str, set[str]] = {}
        for volume in self.world.open_erasures:
            begun.setdefault(owner_of(volume), set()).add(volume)
        certified = {owner_of(volume) for volume in self.world.certified}
        leaving = sorted(self.ending | (set(self.owned) - set(self.view)))
        for key in leaving:
            for thing_id in self.owned.get(key, ()):
                if thing_id in self.observed.addresses:
                    self.drops.append(DropAddress(thing_id))
                elif thing_id in self.observed.domains:
                    self.drops.append(DropDomain(thing_id))
        let_go = {step.key for step in self.drops} | {step.key for step in self.domains if step.name == "put_domain"}
        for key in leaving:
            left = set(self.owned.get(key, ())) | begun.get(key, set())
            for thing_id in sorted(left):
                if thing_id in self.observed.networks:
                    self._end_network(key, thing_id, let_go)
                elif thing_id in self.observed.volumes or thing_id in self.world.open_erasures:
                    self._end_volume(key, thing_id, let_go)
            if left or key not in self.view:
                continue
            keeps_data = self.services[self.view[key].kind].keeps_data
            if keeps_data and self._status(key).ever_ready and key not in certified:
                self.waits.append(Wait(key, "data.not_found"))
            elif not self.users.get(key):
                self.last.append(MarkGone(key))
        if self.observed.strays:
            self.last.append(SweepStrays(tuple(sorted(self.observed.strays))))

    def _end_network(self, key: str, network: str, let_go: set[str]) -> None:
        seen = self.observed
        domains = (name for name, on in seen.domains.items() if network in {port.network for port in on.thing.ports})
        addresses = (name for name, on in seen.addresses.items() if on.network == network)
        users = tuple(sorted([*domains, *addresses]))
        if set(users) <= let_go:
            self.drop_networks.append(DropNetwork(network, users))
        else:
            self.waits.append(Wait(key, "network.used", users))

    def _end_volume(self, key: str, volume: str, let_go: set[str]) -> None:
        users = tuple(sorted(name for name, on in self.observed.domains.items() if volume in on.thing.volumes))
        seen = self.observed.volumes.get(volume)
        known = key in self.view
        if not set(users) <= let_go:
            self.waits.append(Wait(key, "volume.attached", users))
        elif known and (volume in self.world.open_erasures or volume not in self.world.certified):
            self.erases.append(EraseVolume(volume, key, users))
        elif seen is not None and seen.erased:
            self.erases.append(DropVolume(volume, users))
        else:
            self.waits.append(Wait(volume, "orphan.volume"))

    # --- the record -----------------------------------------------------------------------------------------------

    def _status(self, key: str) -> Status:
        return self.world.statuses.get(key, _NEW)

    def mark_all(self) -> None:
        """What is to be recorded of each resource, where it differs from what is."""
        waiting: dict[str, str] = {}
        for wait in self.waits:
            waiting.setdefault(wait.subject, wait.code)
        for key in sorted(self.view):
            status, code = self._status(key), waiting.get(key, "")
            generation = self.view[key].generation
            if code in _FAILED:
                phase = "failed"
            elif code:
                phase = "waiting"
            elif key in self.ending:
                phase = "erasing"
            elif key in self.pending:
                settled_before = status.ever_ready and status.observed_generation == generation
                phase = "repairing" if settled_before else "building"
            else:
                if (status.phase, status.observed_generation, status.wait) != ("ready", generation, ""):
                    self.last.append(MarkReady(key, generation))
                continue
            if (status.phase, status.wait) != (phase, code):
                self.marks.append(MarkPhase(key, phase, code))

    def result(self) -> Plan:
        """The plan in the order in which it must be applied."""
        steps = [
            *self.first,
            *self.marks,
            *self.drops,
            *self.networks,
            *self.volumes,
            *self.domains,
            *self.addresses,
            *self.erases,
            *self.drop_networks,
            *self.last,
        ]
        return Plan(tuple(steps), tuple(sorted(self.waits, key=lambda wait: (wait.subject, wait.code))))
