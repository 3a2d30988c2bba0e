"""The truth data: real facts that must hold, and the extractors on tiny inputs."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from threatbase import truth
from threatbase.truth import extract
from threatbase.truth.extractors import catalogues, compose, docker, dockerfile, flags, golang, kernel
from threatbase.truth.extractors.datafile import Header, natural, render, write

TINY = Path(__file__).parent / "data" / "truth"
DATA_FILES = sorted(file.name for file in truth.DATA.glob("*.json") if file.name != "compose-spec.json")
HEADER = Header("https://example.org", "1.0", "MIT", "2026-01-02")


def flag(**fields: Any) -> dict[str, Any]:
    """A flag as the data files write it."""
    usual = {"short": None, "value": True, "since": None, "deprecated": False, "hidden": False, "os": None}
    return {**usual, **fields}


def syscall(default: str, number: int | None, **fields: Any) -> dict[str, Any]:
    """A system call as the data files write it."""
    usual = {"capabilities": [], "arguments": False, "min_kernel": None}
    return {"number": number, "default": default, **usual, **fields}


# --- what the data files say ----------------------------------------------------------------------


@pytest.mark.parametrize("name", DATA_FILES)
def test_every_file_says_where_it_comes_from(name: str) -> None:
    content = json.loads((truth.DATA / name).read_text(encoding="utf-8"))
    assert list(content) == ["origin", "version", "licence", "extracted", "items"]
    assert all(content.values())
    assert content["origin"].startswith("https://")
    assert truth.provenance(name.removesuffix(".json")).version == content["version"]


@pytest.mark.parametrize("name", DATA_FILES)
def test_every_file_is_sorted_one_item_a_line(name: str) -> None:
    text = (truth.DATA / name).read_text(encoding="utf-8")
    content = json.loads(text)
    header = Header(**{key: value for key, value in content.items() if key != "items"})
    assert text in {render(header, content["items"], levels) for levels in (1, 2)}


def test_the_schema_is_the_one_its_origin_names() -> None:
    items = json.loads((truth.DATA / "compose-spec.origin.json").read_text(encoding="utf-8"))["items"]
    content = (truth.DATA / items["file"]).read_bytes()
    assert items["sha256"] == hashlib.sha256(content).hexdigest()
    assert truth.compose_schema() == json.loads(content)


def test_importing_reads_no_data() -> None:
    code = (
        "import sys\n"
        "sys.addaudithook(lambda event, args: "
        "event == 'open' and 'truth/data' in str(args[0]) and sys.exit(f'read {args[0]}'))\n"
        "import threatbase.truth\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(truth.DATA.parents[2])})


def test_loaders_read_once_and_return_frozen_mappings() -> None:
    assert truth.run_flags() is truth.run_flags()
    with pytest.raises(TypeError):
        truth.run_flags()["--cap-add"] = None  # type: ignore[index]


DEFAULT_CAPABILITIES = {
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
}


def test_docker_grants_fourteen_capabilities_of_the_41() -> None:
    known = truth.capabilities()
    assert {name for name, capability in known.items() if capability.default} == DEFAULT_CAPABILITIES
    assert sorted(capability.number for capability in known.values()) == list(range(41))
    assert known["SYS_ADMIN"] == truth.Capability(number=21, default=False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("--privileged", flag(value=False)),
        ("--read-only", flag(value=False)),
        ("--init", flag(value=False, since="1.25")),
        ("--cap-add", flag()),
        ("--security-opt", flag()),
        ("--cgroupns", flag(since="1.41")),
        ("--user", flag(short="-u")),
        ("--volume", flag(short="-v")),
        ("--publish-all", flag(short="-P", value=False)),
        ("--network", flag()),
        ("--net", flag(hidden=True)),
        ("--kernel-memory", flag(deprecated=True, hidden=True)),
        ("--cpu-count", flag(os="windows")),
        ("--use-api-socket", flag(value=False)),
    ],
)
def test_run_flags(name: str, expected: dict[str, Any]) -> None:
    assert truth.run_flags()[name] == truth.Flag(**expected)


@pytest.mark.parametrize("name", ["--lxc-conf", "--icc", "--userns-remap", "--daemon", "--no-new-privileges"])
def test_no_run_flags(name: str) -> None:
    assert name not in truth.run_flags()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("--secret", flag()),
        ("--check", flag(value=False)),
        ("--tag", flag(short="-t")),
        ("--builder", flag()),
        ("--squash", flag(value=False, hidden=True)),
        ("--security-opt", flag(hidden=True)),
    ],
)
def test_build_flags(name: str, expected: dict[str, Any]) -> None:
    assert truth.build_flags()[name] == truth.Flag(**expected)


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        ("docker network create", "--internal", False),
        ("docker network create", "-o", True),
        ("docker exec", "--privileged", False),
        ("docker container exec", "--user", True),
        ("docker build", "--attest", True),
        ("docker image build", "--attest", True),
        ("docker buildx build", "--allow", True),
        ("docker compose up", "--detach", False),
        ("docker swarm init", "--autolock", False),
        ("docker", "--host", True),
    ],
)
def test_commands(command: str, name: str, value: bool) -> None:
    assert truth.commands()[command][name] is value


def test_docker_run_is_described_alike_by_code_and_manual() -> None:
    manual = {name for name in truth.commands()["docker run"] if name.startswith("--")}
    shown = {name for name, one in truth.run_flags().items() if not one.hidden}
    assert shown == manual


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("userns-remap", "string"),
        ("icc", "boolean"),
        ("live-restore", "boolean"),
        ("no-new-privileges", "boolean"),
        ("seccomp-profile", "string"),
        ("hosts", "list"),
        ("insecure-registries", "list"),
        ("log-opts", "mapping"),
        ("default-ulimits", "mapping"),
        ("default-address-pools", "list"),
        ("builder.entitlements.security-insecure", "boolean"),
        ("builder.gc.enabled", "boolean"),
        ("proxies.https-proxy", "string"),
        ("bip", "string"),
        ("ipv6", "boolean"),
    ],
)
def test_daemon_keys(key: str, kind: str) -> None:
    assert truth.daemon_keys()[key] == kind


@pytest.mark.parametrize("key", ["graph", "lxc-conf", "userns_remap", "AutoRestart", "api-cors-header", "-"])
def test_no_daemon_keys(key: str) -> None:
    assert key not in truth.daemon_keys()


@pytest.mark.parametrize(
    ("section", "keys"),
    [
        ("top", {"services", "networks", "volumes", "secrets", "include", "models"}),
        (
            "service",
            {"read_only", "cap_drop", "security_opt", "userns_mode", "use_api_socket", "provider", "pids_limit"},
        ),
        ("network", {"internal", "driver_opts"}),
        ("volume", {"driver", "external"}),
        ("build", {"entitlements", "secrets", "privileged"}),
        ("deploy", {"resources"}),
        ("service-network", {"aliases", "ipv4_address"}),
        ("service-volume", {"read_only", "bind", "tmpfs"}),
    ],
)
def test_compose_keys(section: str, keys: set[str]) -> None:
    assert keys <= truth.compose_keys()[section]


def test_a_compose_service_has_92_keys() -> None:
    assert len(truth.compose_keys()["service"]) == 92
    assert "privileged_mode" not in truth.compose_keys()["service"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("read", syscall("allowed", 0)),
        ("keyctl", syscall("denied", 250)),
        ("add_key", syscall("denied", 248)),
        ("request_key", syscall("denied", 249)),
        ("io_uring_setup", syscall("denied", 425)),
        ("userfaultfd", syscall("denied", 323)),
        ("mount", syscall("denied", 165, capabilities=["SYS_ADMIN"])),
        ("unshare", syscall("denied", 272, capabilities=["SYS_ADMIN"])),
        ("bpf", syscall("denied", 321, capabilities=["BPF", "SYS_ADMIN"])),
        ("init_module", syscall("denied", 175, capabilities=["SYS_MODULE"])),
        ("clone", syscall("conditional", 56, capabilities=["SYS_ADMIN"], arguments=True)),
        ("clone3", syscall("denied", 435, capabilities=["SYS_ADMIN"])),
        ("socket", syscall("conditional", 41, arguments=True)),
        ("ptrace", syscall("conditional", 101, capabilities=["SYS_PTRACE"], min_kernel="4.8")),
        ("chroot", syscall("allowed", 161, capabilities=["SYS_CHROOT"])),
        ("_llseek", syscall("allowed", None)),
    ],
)
def test_syscalls(name: str, expected: dict[str, Any]) -> None:
    expected = {**expected, "capabilities": tuple(expected["capabilities"])}
    assert truth.syscalls()[name] == truth.Syscall(**expected)


def test_namespaces() -> None:
    names = {namespace.name for namespace in truth.namespaces().values()}
    assert names == {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}
    assert truth.namespaces()["CLONE_NEWNS"] == truth.Namespace("mnt", 0x00020000)


def test_docker_defaults() -> None:
    defaults = truth.docker_defaults()
    assert {"/proc/kcore", "/proc/keys", "/sys/firmware"} <= set(defaults["masked_paths"])
    assert set(defaults["readonly_paths"]) == {
        "/proc/bus",
        "/proc/fs",
        "/proc/irq",
        "/proc/sys",
        "/proc/sysrq-trigger",
    }
    assert set(defaults["namespaces"]) == {"ipc", "mount", "network", "pid", "time", "uts"}
    assert defaults["device_rules"][0] == "deny a *:* rwm"
    assert defaults["sysctls"]["net.ipv4.ip_unprivileged_port_start"] == "0"
    assert {"mount", "@{PROC}/sysrq-trigger rwklx"} <= set(defaults["apparmor_deny"])
    assert defaults["settings"]["shm_size"] == 64 * 1024 * 1024
    assert defaults["mounts"]["/sys"] == ["sysfs", "nosuid", "noexec", "nodev", "ro"]


@pytest.mark.parametrize(
    ("instruction", "name", "value", "labs"),
    [
        ("RUN", "--mount", True, False),
        ("RUN", "--network", True, False),
        ("RUN", "--security", True, False),
        ("RUN", "--device", True, True),
        ("ADD", "--checksum", True, False),
        ("COPY", "--chown", True, False),
        ("COPY", "--link", False, False),
        ("FROM", "--platform", True, False),
        ("HEALTHCHECK", "--start-interval", True, False),
    ],
)
def test_dockerfile_instructions(instruction: str, name: str, value: bool, labs: bool) -> None:
    assert truth.dockerfile_instructions()[instruction][name] == truth.InstructionFlag(value, labs)


def test_there_are_18_dockerfile_instructions() -> None:
    assert len(truth.dockerfile_instructions()) == 18
    assert truth.dockerfile_instructions()["USER"] == {}


@pytest.mark.parametrize(
    ("anchor", "deprecated", "removed", "target"),
    [
        ("lxc-built-in-exec-driver", "1.8", "1.10", None),
        ("links-on-the-default-bridge-network", "1.10", None, "30.0"),
        ("support-for-cgroup-v1", "29.0", None, None),
        ("aufs-storage-driver", "19.03", "24.0", None),
        ("device-mapper-storage-driver", "18.09", "25.0", None),
        ("kernel-memory-limit", "20.10", "23.0", None),
        ("maintainer-in-dockerfile", "1.13", None, None),
    ],
)
def test_deprecations(anchor: str, deprecated: str, removed: str | None, target: str | None) -> None:
    found = truth.deprecations()[anchor]
    assert (found.deprecated, found.removed, found.target) == (deprecated, removed, target)


@pytest.mark.parametrize(
    ("kind", "id_", "name"),
    [
        ("cwe", "269", "Improper Privilege Management"),
        ("cwe", "250", "Execution with Unnecessary Privileges"),
        ("cwe", "30", r"Path Traversal: '\dir\..\filename'"),
        ("capec", "233", "Privilege Escalation"),
        ("attack-technique", "T1611", "Escape to Host"),
        ("attack-technique", "T1548.001", "Setuid and Setgid"),
        ("attack-mitigation", "M1038", "Execution Prevention"),
        ("attack-tactic", "TA0004", "Privilege Escalation"),
        ("microsoft", "MS-TA9018", "Privileged container"),
        ("microsoft-mitigation", "MS-M9011", "Restrict container runtime using LSM"),
        ("owasp-docker", "D01", "Secure User Mapping"),
        ("nist-risk", "3.4.3", "Insecure container runtime configurations"),
        ("nist-countermeasure", "4.6", "Hardware countermeasures"),
    ],
)
def test_mapping_ids(kind: truth.MappingKind, id_: str, name: str) -> None:
    assert truth.mapping_ids(kind)[id_] == name


@pytest.mark.parametrize(
    ("kind", "id_"),
    [
        ("cwe", "16"),  # a category, no weakness
        ("cwe", "CWE-269"),
        ("cwe", "217"),  # deprecated
        ("attack-technique", "T9999"),
        ("attack-technique", "M1038"),
        ("owasp-docker", "D00"),
        ("owasp-docker", "D11"),
        ("nist-risk", "4.4.3"),
        ("nist-risk", "3.4.6"),
        ("nist-countermeasure", "3.4.3"),
    ],
)
def test_no_mapping_ids(kind: truth.MappingKind, id_: str) -> None:
    assert id_ not in truth.mapping_ids(kind)


@pytest.mark.parametrize("kind", get_args(truth.MappingKind))
def test_every_catalogue_has_ids(kind: truth.MappingKind) -> None:
    assert len(truth.mapping_ids(kind)) >= 10


def test_techniques_on_containers_are_techniques() -> None:
    on_containers = truth.attack_on_containers()
    assert {"T1610", "T1611", "T1612", "T1613"} <= set(on_containers)
    assert set(on_containers) <= set(truth.mapping_ids("attack-technique"))


@pytest.mark.parametrize(
    ("version", "number", "words"),
    [
        ("1.6.0", "5.1", "swarm"),
        ("1.6.0", "5.4", "capabilities"),
        ("1.6.0", "5.5", "privileged containers"),
        ("1.6.0", "5.26", "No new privileges"),
        ("1.6.0", "5.32", "Docker socket"),
        ("1.5.0", "5.1", "AppArmor"),
        ("1.5.0", "5.4", "privileged containers"),
        ("1.5.0", "5.31", "Docker socket"),
        ("1.5.0", "7.1", "swarm"),
        ("1.6.0", "4.5", "Content Trust"),
        ("1.6.0", "2.9", "User namespaces"),
    ],
)
def test_cis(version: str, number: str, words: str) -> None:
    assert words in truth.cis(version)[number]


def test_cis_section_5_shifted_by_one() -> None:
    assert truth.cis_versions() == ("1.5.0", "1.6.0")
    old, new = truth.cis("1.5.0"), truth.cis("1.6.0")
    assert len(old) == len(new) == 117
    assert all(old[f"5.{number}"] == new[f"5.{number + 1}"] for number in range(1, 32))
    assert "5.32" not in old
    assert "5" not in new


def test_founding_facts() -> None:
    facts, documents = truth.founding_facts(), truth.founding_documents()
    assert len(facts) == 115
    assert {fact.source for fact in facts.values()} == set(documents)
    assert documents["docker-security-blog"] == truth.FoundingDocument("Docker Security", "fr", 2014, "blog post")
    assert facts["tech-lxc"].now == "the LXC driver was removed in Docker 1.10"
    assert {fact.kind for fact in facts.values()} == {
        "concept",
        "docker-option",
        "history",
        "kernel-feature",
        "layer",
        "mitigation",
        "practice",
        "threat",
    }


# --- how they are made ----------------------------------------------------------------------------

Extractor = Callable[..., dict[str, Any]]

TINY_FLAGS = {
    "--cap-add": flag(),
    "--cgroupns": flag(since="1.41"),
    "--cpu-count": flag(os="windows"),
    "--detach": flag(short="-d", value=False),
    "--disable-content-trust": flag(value=False, deprecated=True, hidden=True),
    "--net": flag(hidden=True),
    "--privileged": flag(value=False),
    "--user": flag(short="-u"),
}
TINY_DAEMON_KEYS = {
    "builder": "mapping",
    "builder.gc": "mapping",
    "builder.gc.defaultKeepStorage": "string",
    "builder.gc.enabled": "boolean",
    "cpu-rt-period": "number",
    "features": "mapping",
    "insecure-registries": "list",
    "labels": "list",
    "log-driver": "string",
    "nri-opts": "mapping",
    "nri-opts.enable": "boolean",
    "proxies": "mapping",
    "proxies.http-proxy": "string",
    "userns-remap": "string",
}
TINY_DEFAULTS = {
    "apparmor_deny": ["mount", "@{PROC}/kcore rwklx"],
    "device_rules": ["deny a *:* rwm", "allow c 1:5 rwm"],
    "devices": ["null", "ptmx", "zero"],
    "masked_paths": ["/proc/keys"],
    "mounts": {"/proc": ["proc", "nosuid", "noexec"]},
    "namespaces": ["mount", "pid"],
    "readonly_paths": ["/proc/sys"],
    "settings": {
        "api_version": "1.55",
        "cgroupns": "private",
        "cgroupns_on_cgroup_v1": "host",
        "ipc": "private",
        "log_driver": "json-file",
        "min_api_version": "1.40",
        "runtime": "runc",
        "seccomp_profile": "builtin",
        "shm_size": 67108864,
    },
    "sysctls": {"net.ipv4.ip_unprivileged_port_start": "0"},
}
TINY_SYSCALLS = {
    "_llseek": syscall("allowed", None),
    "chroot": syscall("allowed", 161, capabilities=["SYS_CHROOT"]),
    "clone3": syscall("denied", 435, capabilities=["SYS_ADMIN"]),
    "keyctl": syscall("denied", 250),
    "mount": syscall("denied", 165, capabilities=["SYS_ADMIN"]),
    "ptrace": syscall("conditional", 101, capabilities=["SYS_PTRACE"], min_kernel="4.8"),
    "read": syscall("allowed", 0),
    "socket": syscall("conditional", 41, arguments=True),
}
TINY_BUILD = {"--check": False, "--secret": True}
TINY_RUN = {"--cap-add": True, "--detach": False, "--privileged": False, "-d": False}
TINY_CWE = {"269": "Improper Privilege Management", "30": r"Path Traversal: '\dir\..\filename'"}


@pytest.mark.parametrize(
    ("extractor", "sources", "expected"),
    [
        (flags.run_flags, ["docker-cli"], TINY_FLAGS),
        (
            flags.build_flags,
            ["buildx"],
            {
                "--builder": flag(),
                "--check": flag(value=False),
                "--memory": flag(short="-m", hidden=True),
                "--secret": flag(),
            },
        ),
        (
            flags.commands,
            ["docker-cli", "buildx", "compose-cli"],
            {
                "docker": {"--debug": False, "-D": False},
                "docker build": TINY_BUILD,
                "docker buildx b": TINY_BUILD,
                "docker buildx build": TINY_BUILD,
                "docker compose up": {"--detach": False, "-d": False},
                "docker container run": TINY_RUN,
                "docker run": TINY_RUN,
            },
        ),
        (
            docker.deprecations,
            ["docker-cli"],
            {
                "the---old-option": {
                    "feature": "The --old option",
                    "deprecated": "28.0",
                    "removed": None,
                    "target": "30.0",
                },
                "an-ancient-driver": {
                    "feature": "An ancient driver",
                    "deprecated": "1.8",
                    "removed": "1.10",
                    "target": None,
                },
            },
        ),
        (docker.daemon_keys, ["moby"], TINY_DAEMON_KEYS),
        (docker.defaults, ["moby", "profiles"], TINY_DEFAULTS),
        (
            dockerfile.instructions,
            ["buildkit"],
            {
                "FROM": {"--platform": {"value": True, "labs": False}},
                "HEALTHCHECK": {"--interval": {"value": True, "labs": False}},
                "RUN": {"--device": {"value": True, "labs": True}, "--mount": {"value": True, "labs": False}},
            },
        ),
        (
            compose.keys,
            ["compose-spec"],
            {
                "build": ["args", "context"],
                "config": ["file"],
                "deploy": ["resources"],
                "healthcheck": ["test"],
                "network": ["internal"],
                "secret": ["file"],
                "service": ["build", "networks", "read_only", "volumes"],
                "service-network": ["aliases"],
                "service-volume": ["bind", "source"],
                "top": ["name", "services"],
                "volume": ["driver"],
            },
        ),
        (
            kernel.capabilities,
            ["linux-headers", "moby"],
            {"CHOWN": {"number": 0, "default": True}, "SYS_ADMIN": {"number": 21, "default": False}},
        ),
        (
            kernel.namespaces,
            ["linux-headers"],
            {
                "CLONE_NEWNS": {"name": "mnt", "value": 0x00020000},
                "CLONE_NEWPID": {"name": "pid", "value": 0x20000000},
            },
        ),
        (kernel.syscalls, ["linux-headers", "profiles", "moby"], TINY_SYSCALLS),
        (
            catalogues.attack,
            ["attack.json"],
            {
                "containers": {"T1611": "Escape to Host"},
                "mitigations": {"M1038": "Execution Prevention"},
                "tactics": {"TA0004": "Privilege Escalation"},
                "techniques": {"T1548.001": "Setuid and Setgid", "T1611": "Escape to Host"},
            },
        ),
        (catalogues.capec, ["capec"], {"233": "Privilege Escalation"}),
        (catalogues.cwe, ["cwe/4.20.js"], TINY_CWE),
        (catalogues.cwe, ["cwe/catalogue.xml"], TINY_CWE),
        (
            catalogues.microsoft,
            ["microsoft"],
            {
                "mitigations": {"MS-M9011": "Restrict container runtime using LSM"},
                "techniques": {"MS-TA9013": "Writable hostPath mount"},
            },
        ),
        (catalogues.owasp_docker, ["owasp-docker"], {"D01": "Secure User Mapping", "D10": "Logging"}),
    ],
)
def test_extractors(extractor: Extractor, sources: list[str], expected: dict[str, Any]) -> None:
    assert extractor(*(TINY / name for name in sources)) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (kernel.version(TINY / "linux-headers"), "7.2"),
        (catalogues.stix_version(TINY / "capec", "x_capec_version"), "3.10"),
        (catalogues.cwe_version(TINY / "cwe/4.20.js"), "4.20"),
        (catalogues.cwe_version(TINY / "cwe/catalogue.xml"), "4.20"),
    ],
)
def test_versions(found: str, expected: str) -> None:
    assert found == expected


def test_cis_takes_numbers_and_keeps_titles() -> None:
    titles = {"1.5.0": {"5.1": "kept"}, "1.6.0": {"1.1.1": "one", "5.1": "two", "5.10": "three"}}
    assert catalogues.cis_docker({"1.6.0": TINY / "docker-bench"}, titles) == titles


@pytest.mark.parametrize(
    ("titles", "odd"),
    [
        ({}, "['1.1.1', '5.1', '5.10']"),
        ({"1.6.0": {"1.1.1": "one", "5.1": "two"}}, "['5.10']"),
        ({"1.6.0": {"1.1.1": "one", "5.1": "two", "5.10": "three", "5.11": "left over"}}, "['5.11']"),
    ],
)
def test_cis_without_a_title_is_an_error(titles: Mapping[str, Mapping[str, str]], odd: str) -> None:
    with pytest.raises(golang.NotFoundError) as caught:
        catalogues.cis_docker({"1.6.0": TINY / "docker-bench"}, titles)
    assert str(caught.value) == f"CIS 1.6.0: write or remove the titles of {odd}"


def test_a_documented_flag_that_the_code_lacks_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "cli/command/container"
    folder.mkdir(parents=True)
    (folder / "opts.go").write_text("", encoding="utf-8")
    (folder / "run.go").write_text('flags.Bool("detach", false, "")', encoding="utf-8")
    (tmp_path / "docs").symlink_to(TINY / "docker-cli/docs")
    with pytest.raises(golang.NotFoundError, match=r"does not declare: \['--cap-add', '--privileged'\]"):
        flags.run_flags(tmp_path)


def test_source_without_the_expected_shape_is_an_error() -> None:
    with pytest.raises(golang.NotFoundError):
        golang.block("package x", r"return \[\]string\{")


def test_go_calls_split_arguments_at_their_own_commas() -> None:
    source = 'flags.Var(f(a, "b, )"), []string{`c,`, "d"}, \',\') // flags.Bool("no")'
    assert list(golang.calls(source, "flags")) == [
        golang.Call("Var", ('f(a, "b, )")', '[]string{`c,`, "d"}', "','")),
    ]


def test_natural_order_counts_numbers() -> None:
    assert sorted(["5.10", "5.2", "CLONE", "5"], key=natural) == ["5", "5.2", "5.10", "CLONE"]


def test_render() -> None:
    assert render(HEADER, {"5.10": {"b": 1, "a": None}, "5.2": {}}, levels=2) == (
        "{\n"
        '  "origin": "https://example.org",\n'
        '  "version": "1.0",\n'
        '  "licence": "MIT",\n'
        '  "extracted": "2026-01-02",\n'
        '  "items": {\n'
        '    "5.2": {},\n'
        '    "5.10": {\n'
        '      "a": null,\n'
        '      "b": 1\n'
        "    }\n"
        "  }\n"
        "}\n"
    )


def test_a_new_day_alone_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    later = Header(HEADER.origin, HEADER.version, HEADER.licence, "2027-01-01")
    assert write(file, HEADER, {"a": 1})
    before = file.read_bytes()
    assert not write(file, later, {"a": 1})
    assert file.read_bytes() == before
    assert write(file, later, {"a": 2})
    assert '"extracted": "2027-01-01"' in file.read_text(encoding="utf-8")


GIVEN = [
    *("--moby", str(TINY / "moby"), "--moby-version", "v29.7.2"),
    *("--profiles", str(TINY / "profiles"), "--profiles-version", "v0.2.3"),
    *("--linux-headers", str(TINY / "linux-headers")),
    *("--compose-spec", str(TINY / "compose-spec"), "--compose-spec-version", "1.0"),
]
MADE = [
    "daemon-keys.json",
    "docker-defaults.json",
    "compose-keys.json",
    "capabilities.json",
    "namespaces.json",
    "syscalls.json",
    "compose-spec.json",
]


def test_the_command_makes_what_it_can(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extract.main([*GIVEN, "--output", str(tmp_path), "--date", "2026-11-23"]) == 0
    assert capsys.readouterr().out == "".join(f"{name}: written\n" for name in MADE)
    assert extract.main([*GIVEN, "--output", str(tmp_path), "--date", "2027-01-01"]) == 0
    assert capsys.readouterr().out == "".join(f"{name}: unchanged\n" for name in MADE)
    assert (tmp_path / "compose-spec.json").read_bytes() == (
        TINY / "compose-spec/schema/compose-spec.json"
    ).read_bytes()
    assert (tmp_path / "namespaces.json").read_text(encoding="utf-8") == (
        "{\n"
        '  "origin": "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git",\n'
        '  "version": "7.2",\n'
        '  "licence": "GPL-2.0 WITH Linux-syscall-note",\n'
        '  "extracted": "2026-11-23",\n'
        '  "items": {\n'
        '    "CLONE_NEWNS": {"name": "mnt", "value": 131072},\n'
        '    "CLONE_NEWPID": {"name": "pid", "value": 536870912}\n'
        "  }\n"
        "}\n"
    )
    header = json.loads((tmp_path / "syscalls.json").read_text(encoding="utf-8"))
    assert header["version"] == "linux-headers 7.2, profiles v0.2.3, moby v29.7.2"
    assert header["licence"] == "GPL-2.0 WITH Linux-syscall-note, Apache-2.0"


def test_a_folder_without_a_version_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extract.main(["--owasp-docker", str(tmp_path), "--output", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"extract: {tmp_path} is no git checkout: give its version\n"
    assert list(tmp_path.iterdir()) == []
