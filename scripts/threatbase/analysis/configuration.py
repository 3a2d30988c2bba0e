"""A configuration: real containers with their networks, volumes, options in use and measures in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Container:
    """One container: what it shares with others, the dangerous options it uses, the measures it has beyond defaults."""

    name: str
    networks: frozenset[str] = frozenset()
    volumes: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    in_place: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Configuration:
    """The containers of a host; `places` says where an attacker may start, anywhere where it says nothing.

    With `apart`, measures of images and containers exist once per container, and are named
    `read-only-rootfs@web`; without it, every container has the same ones.
    """

    containers: tuple[Container, ...]
    apart: bool = True
    places: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the containers, in order."""
        return tuple(container.name for container in self.containers)

    def others(self, name: str | None, reach: str) -> Iterator[str]:
        """The containers that `other.network`, `other.volume` or `other.host` means, seen from a container."""
        seen_from = next((container for container in self.containers if container.name == name), None)
        for other in self.containers:
            if seen_from is None or (other.name != name and _shares(seen_from, other, reach)):
                yield other.name

    def starts(self, attacker: str) -> tuple[str, ...]:
        """The containers in which an attacker may start."""
        return self.places.get(attacker, self.names if self.apart else self.names[:1])


def _shares(one: Container, other: Container, reach: str) -> bool:
    if reach == "other.network":
        return not one.networks.isdisjoint(other.networks)
    if reach == "other.volume":
        return not one.volumes.isdisjoint(other.volumes)
    return True


def together(*names: str) -> Configuration:
    """Containers that share a network and a volume, and have the same measures."""
    shared = frozenset({"shared"})
    return Configuration(tuple(Container(name, shared, shared) for name in names), apart=False)


CATALOGUE = together("this", "other")
"""The two containers that the catalogue's questions are about: the one attacked first, and another beside it."""
