"""Compose fragments against the schema of the specification."""

from __future__ import annotations

import pytest
from threatbase.compose import compose_capabilities, compose_errors
from threatbase.sources import Data, parse


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  web:\n    image: nginx:1.29\n    read_only: true\n    tmpfs: [/tmp]\n    cap_drop: [ALL]\n",
        "services:\n  web:\n    image: nginx:1.29\n    security_opt:\n      - no-new-privileges:true\n",
        "services:\n  web:\n    image: nginx\n    cpus: 0.5\n    mem_limit: 256m\n    pids_limit: 100\n",
        "services:\n  web:\n    image: nginx\n    deploy:\n      resources:\n        limits: {cpus: '0.5'}\n",
        "networks:\n  back:\n    internal: true\n",
        "volumes:\n  data:\n",
        "services: {}\n",
        "services:\n  web:\n    image: nginx\n    x-note: anything\n",
    ],
    ids=["hardened", "security-opt", "limits", "deploy", "network", "volume", "empty", "extension"],
)
def test_what_compose_takes(text: str) -> None:
    assert compose_errors(parse(text).data) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "services:\n  web:\n    read_olny: true",
            [("read_olny", "Compose has no key 'read_olny' at services.web; did you mean 'read_only'?")],
            id="unknown-key",
        ),
        pytest.param(
            "servces: {}",
            [("servces", "Compose has no key 'servces' at the top; did you mean 'services'?")],
            id="unknown-at-the-top",
        ),
        pytest.param(
            "networks:\n  a:\n    intern: true",
            [("intern", "Compose has no key 'intern' at networks.a; did you mean 'internal'?")],
            id="unknown-in-a-network",
        ),
        pytest.param(
            "services:\n  a:\n    deploy: {imit: 1}",
            [("imit", "Compose has no key 'imit' at services.a.deploy")],
            id="unknown-deeper",
        ),
        pytest.param(
            "services:\n  web:\n    cap_drop: ALL",
            [("cap_drop", 'Compose does not accept services.web.cap_drop: "ALL" is not of type "array"')],
            id="wrong-type",
        ),
        pytest.param(
            "services:\n  web:\n    cap_drop: [ALL, 1]",
            [("cap_drop", 'Compose does not accept services.web.cap_drop.1: 1 is not of type "string"')],
            id="wrong-item",
        ),
        pytest.param("- a", [("", 'Compose does not accept the top: ["a"] is not of type "object"')], id="a-list"),
        pytest.param("text", [("", 'Compose does not accept the top: "text" is not of type "object"')], id="text"),
    ],
)
def test_what_compose_does_not_take(text: str, expected: list[tuple[str, str]]) -> None:
    assert compose_errors(parse(text).data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, []),
        ({"services": None}, []),
        ({"services": {"a": None, "b": {"image": "x"}}}, []),
        (
            {"services": {"a": {"cap_drop": ["ALL"], "cap_add": ["CHOWN", "SETUID"]}, "b": {"cap_add": ["KILL"]}}},
            ["CHOWN", "SETUID", "ALL", "KILL"],
        ),
        ({"services": {"a": {"cap_add": None}}}, []),
    ],
    ids=["nothing", "no-services", "no-capabilities", "both", "empty"],
)
def test_capabilities(data: Data, expected: list[str]) -> None:
    assert compose_capabilities(data) == expected
