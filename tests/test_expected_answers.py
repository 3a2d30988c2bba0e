"""Answers on the shipped content that somebody who runs Docker in production would expect.

Each case says why it is expected. Where one fails, either the catalogue has become wrong, or the expectation was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

import pytest
from threatbase.analysis.configuration import Configuration, Container
from threatbase.analysis.harden import InfeasibleError, Task, cheapest
from threatbase.analysis.hardening import resilient
from threatbase.analysis.model import build_model
from threatbase.analysis.setting import Setting, ground_goal, make_setting
from threatbase.analysis.worth import worth
from threatbase.models import Mitigation

from tests.shipped import Shipped

TENANCIES = ("private", "shared")
SANDBOXES = frozenset({"gvisor", "kata", "vm-per-workload"})
USER_NAMESPACES = frozenset({"userns-remap", "rootless"})
PATCHES = frozenset({"patched-kernel", "patched-engine"})


class Asked(Shipped):
    """Questions on the shipped content; settings and cheapest sets are computed once."""

    @cache  # noqa: B019 - lives as long as the module's tests
    def cheapest(self, goal: str, tenancy: str, skill: str) -> frozenset[str]:
        return self.least(self.setting(tenancy, skill), goal)

    def least(self, setting: Setting, goal: str) -> frozenset[str]:
        task = Task((ground_goal(self.model, goal),), setting.scenarios, setting.in_place, setting.impossible)
        return cheapest(setting.question, task).chosen

    def holds(self, setting: Setting, goal: str, measures: Iterable[str] = ()) -> bool:
        """Whether a goal stays out of everybody's reach with these measures besides those in place."""
        state, in_place = ground_goal(self.model, goal), setting.in_place | set(measures)
        return all(state not in setting.question.reached(scenario, in_place) for scenario in setting.scenarios)

    def opens(self, option: str, goal: str = "host-root", *, skill: str = "opportunist") -> bool:
        """Whether an option in use gives a patched private host away to whoever is in a container."""
        setting = make_setting(
            self.knowledge,
            self.model,
            "private",
            skill=skill,
            attackers=["breached"],
            in_place=PATCHES,
            kept=[option],
        )
        return not self.holds(setting, goal)

    def gain(self, *measures: str) -> int:
        """How many more single surprises the cheapest set for host-root on a private host absorbs with measures."""
        base = self.cheapest("host-root", "private", "skilled")
        alone, together = worth(self.setting("private", "skilled"), (("host-root", None),), base, measures)
        return together.absorbed - alone.absorbed


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked.load()


@pytest.mark.parametrize(
    ("goal", "skill", "measures"),
    [
        ("host-root", "opportunist", ""),  # hosts fall to opportunists by options, not by the defaults
        ("host-root", "skilled", "patched-engine patched-kernel"),  # no published way out is left
        ("container-data", "opportunist", "bind-localhost user-defined-networks"),  # the ways are those of the network
        ("host-down", "opportunist", "data-root-partition memory-limit pids-limit"),  # what every operator learns
        ("data-lost", "opportunist", "off-site-backup"),  # a copy out of reach, and nothing else
        ("data-lost", "expert", "off-site-backup"),  # the one measure that zero-days do not touch
        ("untraced", "opportunist", "audit-rules remote-logs"),  # a second witness on another machine
    ],
)
@pytest.mark.parametrize("tenancy", TENANCIES)
def test_the_cheapest_set(asked: Asked, tenancy: str, goal: str, skill: str, measures: str) -> None:
    assert asked.cheapest(goal, tenancy, skill) == set(measures.split())


@pytest.mark.parametrize("goal", ["host-down", "data-lost", "host-slow", "service-down"])
def test_it_happens_by_accident_on_an_unlimited_host(asked: Asked, goal: str) -> None:
    """Docker limits nothing by default, and a volume is one wrong command away from being gone."""
    setting = make_setting(asked.knowledge, asked.model, "private", attackers=["accident"])
    assert not asked.holds(setting, goal)


@pytest.mark.parametrize(
    ("measures", "holds"),
    [
        ("memory-limit pids-limit data-root-partition", True),
        ("containers-slice data-root-partition", True),  # one ceiling for all is as good for the host
        ("memory-limit pids-limit log-rotation storage-quota volume-size-limit", True),  # or an end for all that grows
        ("memory-limit pids-limit log-rotation storage-quota", False),  # a quota on the layer says nothing of volumes
        ("memory-limit data-root-partition", False),  # a fork bomb takes little memory
    ],
)
def test_what_keeps_the_host_up_against_accidents(asked: Asked, measures: str, holds: bool) -> None:
    setting = make_setting(asked.knowledge, asked.model, "private", attackers=["accident"])
    assert asked.holds(setting, "host-down", measures.split()) == holds


def test_a_full_partition_stops_the_neighbours_of_who_filled_it(asked: Asked) -> None:
    """What saves the host does not save the other services on the same disk."""
    setting = make_setting(asked.knowledge, asked.model, "private", attackers=["accident"])
    one = ["memory-limit", "pids-limit", "data-root-partition", "live-restore", "read-only-rootfs"]
    reached = [setting.question.reached(item, setting.in_place | set(one)) for item in setting.plain]
    assert [("host-down", None) in states for states in reached] == [False]
    assert [("service-down", "other") in states for states in reached] == [True]


def test_a_user_or_no_new_privileges_alone_is_worth_nothing_and_both_together_much(asked: Asked) -> None:
    """Who starts as root needs no setuid program, and who is not root finds one."""
    assert (asked.gain("non-root-user"), asked.gain("no-new-privileges")) == (0, 0)
    assert asked.gain("non-root-user", "no-new-privileges") >= 9


@pytest.mark.parametrize("tenancy", TENANCIES)
def test_user_namespaces_are_in_no_minimum_for_root_and_are_worth_much(asked: Asked, tenancy: str) -> None:
    """They take the value from root, not the way to it."""
    for skill in ("opportunist", "skilled", "expert"):
        assert not USER_NAMESPACES & asked.cheapest("host-root", tenancy, skill)
    assert all(asked.gain(measure) >= 9 for measure in USER_NAMESPACES)


@pytest.mark.parametrize("tenancy", TENANCIES)
def test_nothing_holds_against_a_zero_day_without_a_second_kernel(asked: Asked, tenancy: str) -> None:
    """A flaw in a call that every program makes passes by users, filters and namespaces."""
    setting = make_setting(asked.knowledge, asked.model, tenancy, skill="expert", excluded=SANDBOXES)
    with pytest.raises(InfeasibleError):
        asked.least(setting, "host-root")
    assert SANDBOXES & asked.cheapest("host-root", tenancy, "expert")


def test_tenants_who_choose_images_take_a_virtual_machine_each(asked: Asked) -> None:
    """A sandbox leaves the engine that unpacks their images, as root and outside of it."""
    assert asked.cheapest("host-root", "shared", "expert") == {"patched-kernel", "patched-sandbox", "vm-per-workload"}


def test_a_sandbox_that_nobody_updates_opens_more_than_it_closes(asked: Asked) -> None:
    """Its residue is two published flaws."""
    assert asked.gain("kata") < 0 < asked.gain("kata", "patched-sandbox")


def test_without_a_sandbox_the_usual_hardening_survives(asked: Asked) -> None:
    """The set that every guide recommends; what it does not survive is named."""
    setting = make_setting(asked.knowledge, asked.model, "private", attackers=["breached"], excluded=SANDBOXES)
    found = resilient(setting, (("host-root", None),))
    assert found.answer.chosen >= {"non-root-user", "no-new-privileges", *PATCHES}
    assert found.irreplaceable == ("patched-kernel",)
    assert found.not_survivable == ("kernel-flaw-common-syscall",)


@pytest.mark.parametrize(
    "option", ["privileged", "docker-socket", "docker-socket-read-only", "bind-host-path", "device", "cap-add-all"]
)
def test_an_option_gives_the_host_away_to_an_opportunist(asked: Asked, option: str) -> None:
    """Documented means suffice; a read-only socket is a socket."""
    assert asked.opens(option)


@pytest.mark.parametrize("option", ["seccomp-unconfined", "apparmor-unconfined", "cap-add-net-admin", "exec-user-root"])
def test_an_option_that_lifts_one_wall_leaves_a_patched_host_standing(asked: Asked, option: str) -> None:
    """It takes a flaw besides."""
    assert not asked.opens(option, skill="skilled")


def test_the_read_only_socket_opens_what_the_socket_opens(asked: Asked) -> None:
    """Read-only forbids changing the file, not talking to what listens behind it."""
    reached = []
    for option in ("docker-socket", "docker-socket-read-only"):
        setting = make_setting(
            asked.knowledge, asked.model, "private", attackers=["breached"], in_place=PATCHES, kept=[option]
        )
        (scenario,) = setting.plain
        reached.append(setting.question.reached(scenario, setting.in_place))
    assert reached[0] == reached[1]


def test_the_default_filter_holds_many_doors(asked: Asked) -> None:
    """Each is a class of kernel flaws that a zero-day would otherwise open."""
    found = []
    for kept in ([], ["seccomp-unconfined"]):
        setting = make_setting(asked.knowledge, asked.model, "private", skill="expert", in_place=PATCHES, kept=kept)
        opening = {
            one.zero_day
            for one in setting.zero_days()
            if ("host-root", None) in setting.question.reached(one, setting.in_place)
        }
        found.append(opening)
    assert len(found[1] - found[0]) >= 5


@pytest.mark.parametrize(
    ("measure", "closes"),
    [
        ("bind-localhost", True),
        ("docker-user-firewall", True),
        ("upstream-firewall", True),
        ("host-firewall", False),  # ufw sees INPUT, and the packet never gets there
    ],
)
def test_a_port_published_on_every_interface(asked: Asked, measure: str, closes: bool) -> None:
    """With a network of its own, the published port is the only way to the neighbour that is left."""
    setting = make_setting(asked.knowledge, asked.model, "private", skill="opportunist")
    assert not asked.holds(setting, "container-data", ["user-defined-networks"])
    assert asked.holds(setting, "container-data", ["user-defined-networks", measure]) == closes


def test_images_of_tenants_are_not_the_operators(asked: Asked) -> None:
    """Whatever is set in the image alone is out of the operator's hands on a shared host."""
    scopes = {id_: set(item.scope) for id_, item in asked.knowledge.bodies(Mitigation).items()}
    beyond = {id_ for id_, scope in scopes.items() if scope == {"image"}}
    goals = [id_ for id_, state in asked.model.states.items() if state.role == "goal"]
    assert beyond <= asked.setting("shared", "skilled").impossible
    assert not beyond & {measure for goal in goals for measure in asked.cheapest(goal, "shared", "skilled")}


def test_nobody_keeps_a_skilled_outsider_out_of_the_service_itself(asked: Asked) -> None:
    """Nothing in Docker knows what one's own program was meant to do."""
    setting = make_setting(asked.knowledge, asked.model, "private", attackers=["outsider"])
    with pytest.raises(InfeasibleError):
        asked.least(setting, "this:container-data")


def test_a_foothold_can_be_denied_to_who_is_already_inside(asked: Asked) -> None:
    """The hardened web server of every guide, and here it is a minimum."""
    setting = make_setting(asked.knowledge, asked.model, "private", attackers=["breached"])
    wanted = {"non-root-user", "no-new-privileges", "read-only-rootfs", "tmpfs-noexec", "read-only-volumes"}
    assert wanted <= asked.least(setting, "this:persistence")


@pytest.mark.parametrize("sandbox", ["kata", "gvisor"])
def test_no_sandbox_keeps_a_connection_table_of_its_own(asked: Asked, sandbox: str) -> None:
    """Packets leave through the host's bridge, and it is there that they are tracked."""
    setting = make_setting(asked.knowledge, asked.model, "private", attackers=["breached"])
    rest = {"patched-sandbox", "cpu-limit", "memory-limit", "pids-limit", "ulimits", "io-limit", "traffic-shaping"}
    present = {sandbox, "data-root-partition", *rest, *PATCHES}
    assert not asked.holds(setting, "host-slow", present)
    assert asked.holds(setting, "host-slow", present | {"connection-limit"})


def hardened(name: str, networks: set[str]) -> Container:
    """A container with every measure of images and containers that goes with the others."""
    own = "non-root-user no-new-privileges drop-capabilities read-only-rootfs tmpfs-noexec strip-setuid memory-limit"
    more = "pids-limit cpu-limit ulimits secret-files image-updates minimal-image strong-credentials service-tls"
    return Container(name, frozenset(networks), in_place=frozenset(f"{own} {more} bind-localhost".split()))


def runner(networks: Collection[str]) -> Container:
    return Container("ci", frozenset(networks), kept=frozenset({"docker-socket"}))


@pytest.mark.parametrize(("networks", "safe"), [(({"app"}, {"app"}), False), (({"app"}, {"build"}), True)])
def test_two_hardened_services_beside_a_runner_with_the_socket(
    asked: Asked, networks: tuple[set[str], set[str]], safe: bool
) -> None:
    """On one flat network they are not safe; on a network of their own they are."""
    services, builds = networks
    place = Configuration(
        (hardened("web", services), hardened("api", services), runner(builds)), places={"breached": ("web",)}
    )
    model = build_model(asked.knowledge, place)
    setting = make_setting(
        asked.knowledge,
        model,
        "private",
        attackers=["breached"],
        in_place=["patched-kernel", "patched-engine", "patched-microcode"],
    )
    reached = [setting.question.reached(scenario, setting.in_place) for scenario in setting.plain]
    assert [("host-root", None) not in states for states in reached] == [safe]
