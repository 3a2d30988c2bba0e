"""The neighbourhood of an entry: the diagram of what it is directly linked to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from threatbase.catalogue import Catalogue
from threatbase.diagrams import Arrow, Diagram, Node
from threatbase.knowledge import Entry, Key
from threatbase.models import DockerOption, KernelFeature, Mitigation, State, Threat
from threatbase.models.threat import split_grant, split_options
from threatbase.words import Words

MOST_NODES = 14
"""A diagram with more says how many it leaves out; the page lists them all."""

Link = tuple[Key, Key, str]
"""From, to, relation."""


def neighbourhood(
    entry: Entry, catalogue: Catalogue, words: Words, title: Callable[[Key], str], href: Callable[[Key], str]
) -> Diagram:
    """The diagram of an entry; empty for kinds that are no part of the graph."""
    links = [link for link in dict.fromkeys(_links(entry, catalogue)) if _both_published(link, catalogue)]
    shown = _first(links, entry.key)
    keys = dict.fromkeys([entry.key, *(key for source, target, _ in shown for key in (source, target))])
    nodes = tuple(Node(str(key), title(key), key.kind, None if key == entry.key else href(key)) for key in keys)
    arrows = tuple(Arrow(str(a), str(b), relation, words(f"relation.{relation}")) for a, b, relation in shown)
    heading = words("diagram.title", title=title(entry.key))
    return Diagram(heading, nodes, arrows, str(entry.key), left_out=len(links) - len(shown))


def _first(links: list[Link], focus: Key) -> list[Link]:
    shown: list[Link] = []
    keys = {focus}
    for link in links:
        if len(keys | {link[0], link[1]}) <= MOST_NODES:
            keys |= {link[0], link[1]}
            shown.append(link)
    return shown


def _both_published(link: Link, catalogue: Catalogue) -> bool:
    entries = catalogue.knowledge.entries
    return all(key in entries and entries[key].is_published for key in link[:2])


def _links(entry: Entry, catalogue: Catalogue) -> Iterator[Link]:
    key, body = entry.key, entry.body
    match body:
        case Threat():
            yield from _threat_links(key, body)
        case Mitigation():
            yield from _mitigation_links(key, body, catalogue)
        case DockerOption():
            yield from _option_links(key, body, catalogue)
        case KernelFeature():
            yield from _feature_links(key, body, catalogue)
        case State():
            yield from _state_links(key, body, catalogue)


def _threat_links(key: Key, threat: Threat) -> Iterator[Link]:
    for state in threat.requires:
        yield Key("state", state), key, "requires"
    for grant in threat.grants:
        yield key, Key("state", split_grant(grant)[1]), "grants"
    if threat.weakness_of:
        yield key, Key("mitigation", threat.weakness_of), "undoes"
    for item in threat.opened_by:
        for option in split_options(item):
            yield Key("docker-option", option), key, "opens"
    for mitigation in threat.introduced_by:
        yield Key("mitigation", mitigation), key, "introduces"
    for effect in sorted(threat.effects, key=lambda effect: _STRENGTH[effect.effect]):
        yield Key("mitigation", effect.mitigation), key, effect.effect


_STRENGTH = {"prevents": 0, "limits": 1, "detects": 2, "none": 3}


def _mitigation_links(key: Key, body: Mitigation, catalogue: Catalogue) -> Iterator[Link]:
    for option in body.docker_options:
        yield Key("docker-option", option), key, "sets"
    for feature in body.kernel_features:
        yield key, Key("kernel-feature", feature), "uses"
    for item in sorted(catalogue.effects_of.get(key.id, ()), key=lambda item: _STRENGTH[item.effect.effect]):
        if item.effect.effect != "none":  # beliefs that are wrong are told in words
            yield key, Key("threat", item.threat), item.effect.effect
    for threat in catalogue.introduced_by.get(key.id, ()):
        yield key, Key("threat", threat), "introduces"
    for option in catalogue.disabled_by.get(key.id, ()):
        yield Key("docker-option", option), key, "disables"
    for other in body.requires:
        yield key, Key("mitigation", other), "needs"


def _option_links(key: Key, body: DockerOption, catalogue: Catalogue) -> Iterator[Link]:
    for threat in catalogue.opened_by.get(key.id, ()):
        yield key, Key("threat", threat), "opens"
    for mitigation in catalogue.mitigations_by_option.get(key.id, ()):
        yield key, Key("mitigation", mitigation), "sets"
    for mitigation in body.disables:
        yield key, Key("mitigation", mitigation), "disables"
    for feature in body.kernel_features:
        yield key, Key("kernel-feature", feature), "uses"


def _feature_links(key: Key, body: KernelFeature, catalogue: Catalogue) -> Iterator[Link]:
    if body.parent:
        yield key, Key("kernel-feature", body.parent), "part-of"
    for mitigation in catalogue.mitigations_by_feature.get(key.id, ()):
        yield Key("mitigation", mitigation), key, "uses"
    for option in catalogue.options_by_feature.get(key.id, ()):
        yield Key("docker-option", option), key, "uses"
    for threat in catalogue.threats_by_feature.get(key.id, ()):
        yield Key("threat", threat), key, "uses"


def _state_links(key: Key, body: State, catalogue: Catalogue) -> Iterator[Link]:
    for threat in catalogue.granted_by.get(key.id, ()):
        yield Key("threat", threat), key, "grants"
    for threat in catalogue.required_by.get(key.id, ()):
        yield key, Key("threat", threat), "requires"
    for item in body.implies:
        yield key, Key("state", split_grant(item)[1]), "implies"
    for other in catalogue.implied_by.get(key.id, ()):
        yield Key("state", other), key, "implies"
