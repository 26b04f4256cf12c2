"""The suite that every service inherits. A subclass gives the service, an order that passes, and its world."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from yunqi.engines.things import require_safe_id
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import render_error
from yunqi.services.base import Choices, ResourceView, Service
from yunqi.services.catalogue import owner_of
from yunqi.services.fields import parse_spec, render_allowed
from yunqi.services.registry import load_catalogue, load_services, prepare_change, prepare_order

TENANT = "ten-01kaj7zw0t7yvb4g4n2m8c5d6e"


def make_view(kind: str, name: str, spec: Mapping[str, Any], **more: Any) -> ResourceView:
    """A resource whose id is made from its name."""
    prefix = load_catalogue()[kind].id_prefix
    return ResourceView(f"{prefix}-{name.replace('-', '0'):0>26}", kind, name, TENANT, None, spec, 1, **more)


class ServiceKit:
    """What holds for every service."""

    service: Service
    good: ClassVar[Mapping[str, Any]]
    """An order that passes among `beside`."""
    beside: ClassVar[tuple[ResourceView, ...]] = ()
    choices: ClassVar[Mapping[str, str]] = {}
    neighbours: ClassVar[Mapping[str, tuple[ResourceView, Choices]]] = {}
    bad: ClassVar[tuple[tuple[str, Any], ...]]
    """Fields with a value out of bounds: each must be refused, naming the field."""

    def prepare(self, **changes: Any) -> Any:
        return prepare_order(self.service.kind, "name-1", {**self.good, **changes}, self.beside, {})

    def view(self) -> ResourceView:
        return make_view(self.service.kind, "name-1", self.prepare().spec)

    def test_is_registered_under_its_folder(self) -> None:
        assert load_services()[self.service.kind] is self.service
        entry = load_catalogue()[self.service.kind]
        assert entry.kind == self.service.kind
        assert {"zh", "en"} <= set(entry.name)
        assert {"zh", "en"} <= set(entry.summary)

    def test_a_form_has_words_for_every_field_and_choice(self) -> None:
        entry = load_catalogue()[self.service.kind]
        schema = self.service.spec_model.model_json_schema()["properties"]
        assert set(entry.fields) == set(schema)
        for name, field in schema.items():
            words = entry.fields[name]
            assert set(words.choices) == set(field.get("enum", ()))
            for texts in (words.name, words.unit or words.name, words.help or words.name, *words.choices.values()):
                assert {"zh", "en"} <= set(texts)

    def test_a_good_order_passes_and_is_kept_as_plain_json(self) -> None:
        spec = self.prepare().spec
        assert json.loads(json.dumps(spec)) == spec
        assert not any(isinstance(value, float) for value in spec.values())

    def test_references_are_kept_as_ids(self) -> None:
        spec = self.prepare().spec
        ids = {other.id: other.kind for other in self.beside}
        assert {ids[spec[name]] for name in self.service.references} == set(self.service.references.values())

    def test_needs_are_of_the_catalogue_and_positive(self) -> None:
        items = {priced.item for priced in load_catalogue()[self.service.kind].items}
        for need in self.prepare().needs:
            assert need.item in items
            assert need.quantity > 0

    def test_an_unknown_field_is_refused_and_the_known_are_named(self) -> None:
        with pytest.raises(Problem) as caught:
            self.prepare(evil="1")
        assert caught.value.code == "spec.unknown"
        assert all(name in render_error(caught.value) for name in self.service.spec_model.model_fields)

    def test_each_bad_value_is_refused_with_field_value_and_range(self) -> None:
        for name, value in self.bad:
            with pytest.raises(Problem) as caught:
                self.prepare(**{name: value})
            assert caught.value.code in {"spec.invalid", "spec.reference"}, (name, value)
            assert caught.value.field == name
            assert caught.value.values["value"] is not None
            assert caught.value.way_out

    def test_each_required_field_is_missed_by_name(self) -> None:
        for name, info in self.service.spec_model.model_fields.items():
            if not info.is_required():
                continue
            fields = {key: value for key, value in self.good.items() if key != name}
            with pytest.raises(Problem) as caught:
                parse_spec(self.service.spec_model, fields)
            assert (caught.value.code, caught.value.field) == ("spec.missing", name)

    def test_every_field_says_what_it_allows(self) -> None:
        assert all(render_allowed(info) for info in self.service.spec_model.model_fields.values())

    def test_a_name_is_taken_once(self) -> None:
        with pytest.raises(Problem, match=r"name\.taken"):
            prepare_order(self.service.kind, "name-1", self.good, [*self.beside, self.view()], {})

    def test_things_have_safe_ids_that_name_their_owner(self) -> None:
        view = self.view()
        things = self.service.want(view, Choices(self.choices), self.neighbours)
        assert things
        for thing in things:
            require_safe_id(thing.id)
            assert owner_of(thing.id) == view.id
            assert thing.tenant == TENANT
        assert self.service.want(view, Choices(self.choices), self.neighbours) == things

    def test_what_is_fixed_stays(self) -> None:
        view = self.view()
        for name in self.service.fixed | self.service.grows:
            assert name in self.service.spec_model.model_fields
        for name in self.service.grows:
            with pytest.raises(Problem) as caught:
                prepare_change(view, {name: 1}, [*self.beside, view], {})
            assert caught.value.code == "spec.shrinks"

    def test_an_unchanged_change_passes(self) -> None:
        view = self.view()
        assert prepare_change(view, {}, [*self.beside, view], {}).spec == view.spec

    def test_what_ends_is_not_changed(self) -> None:
        view = make_view(self.service.kind, "name-1", self.prepare().spec, delete_wanted=True)
        with pytest.raises(Problem, match=r"resource\.ending"):
            prepare_change(view, {}, [*self.beside, view], {})
