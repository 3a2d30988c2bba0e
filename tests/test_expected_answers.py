"""Answers on the shipped content that somebody who runs Docker in production would expect."""

from __future__ import annotations

import pytest
from threatbase.analysis.configuration import Configuration, Container
from threatbase.analysis.model import build_model
from threatbase.analysis.setting import make_setting
from threatbase.knowledge import KnowledgeBase, load

from tests.site import ROOT


@pytest.fixture(scope="module")
def shipped() -> KnowledgeBase:
    return load(ROOT / "threats")[0]


def hardened(name: str, networks: set[str]) -> Container:
    """A container with every measure of images and containers that goes with the others."""
    own = "non-root-user no-new-privileges drop-capabilities read-only-rootfs tmpfs-noexec strip-setuid memory-limit"
    more = "pids-limit cpu-limit ulimits secret-files image-updates minimal-image strong-credentials service-tls"
    return Container(name, frozenset(networks), in_place=frozenset(f"{own} {more} bind-localhost".split()))


def runner(networks: set[str]) -> Container:
    return Container("ci", frozenset(networks), kept=frozenset({"docker-socket"}))


@pytest.mark.parametrize(("networks", "safe"), [(({"app"}, {"app"}), False), (({"app"}, {"build"}), True)])
def test_two_hardened_services_beside_a_runner_with_the_socket(
    shipped: KnowledgeBase, networks: tuple[set[str], set[str]], safe: bool
) -> None:
    """On one flat network they are not safe; on a network of their own they are."""
    services, builds = networks
    place = Configuration(
        (hardened("web", services), hardened("api", services), runner(builds)), places={"breached": ("web",)}
    )
    model = build_model(shipped, place)
    setting = make_setting(
        shipped,
        model,
        "private",
        attackers=["breached"],
        in_place=["patched-kernel", "patched-engine", "patched-microcode"],
    )
    reached = [setting.question.reached(scenario, setting.in_place) for scenario in setting.plain]
    assert [("host-root", None) not in states for states in reached] == [safe]
