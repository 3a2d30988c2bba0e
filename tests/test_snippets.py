"""Snippets taken apart: commands, flags, instructions, keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threatbase.snippets import commands, daemon_keys, instructions, run_flags
from threatbase.truth import Flag
from threatbase.truth import run_flags as known_flags


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("docker info", [["docker", "info"]], id="one-line"),
        pytest.param("a b\n\n# comment\nc # rest\n", [["a", "b"], ["c"]], id="lines-and-comments"),
        pytest.param("docker run \\\n  --rm \\\n  alpine", [["docker", "run", "--rm", "alpine"]], id="continuation"),
        pytest.param("echo 'a b' \"c d\" e\\ f", [["echo", "a b", "c d", "e f"]], id="quotes"),
        pytest.param("a | b && c", [["a", "|", "b", "&&", "c"]], id="operators-are-words"),
        pytest.param("cat <<'EOF'\nit's fine\nEOF\nb", [["cat", "<<EOF"], ["b"]], id="heredoc"),
        pytest.param("cat <<-END > f\n\tit's\n\tEND\nb", [["cat", "<<-END", ">", "f"], ["b"]], id="indented-heredoc"),
        pytest.param("cat <<EOF\nit's open", [["cat", "<<EOF"]], id="open-heredoc"),
        pytest.param("grep x <<< 'a b'\nc", [["grep", "x", "<<<", "a b"], ["c"]], id="here-string"),
    ],
)
def test_commands(shell: str, expected: list[list[str]]) -> None:
    assert list(commands(shell)) == expected


@pytest.mark.parametrize("shell", ["echo 'a", 'echo "a', "a\nb 'c"])
def test_an_open_quotation_is_an_error(shell: str) -> None:
    with pytest.raises(ValueError, match="No closing quotation"):
        list(commands(shell))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("docker run alpine", []),
        ("docker run", []),
        ("docker ps --all", []),
        ("run --rm alpine", []),
        ("docker run --rm alpine --flag-of-alpine", [("--rm", None)]),
        ("docker create --read-only alpine", [("--read-only", None)]),
        ("docker container run --rm alpine", [("--rm", None)]),
        ("docker -D run --rm alpine", [("--rm", None)]),
        ("sudo docker run --rm alpine", [("--rm", None)]),
        ("docker run --cap-drop ALL --rm alpine", [("--cap-drop", "ALL"), ("--rm", None)]),
        ("docker run --cap-drop=ALL alpine", [("--cap-drop", "ALL")]),
        ("docker run -it alpine sh -c x", [("--tty", None)]),
        ("docker run -e A=1 -v /a:/b alpine", [("--env", "A=1"), ("--volume", "/a:/b")]),
        ("docker run --security-opt", [("--security-opt", None)]),
        ("docker run --no-such-flag x --rm alpine", [("--no-such-flag", None)]),
        ("docker run --no-such-flag=x --rm alpine", [("--no-such-flag", "x"), ("--rm", None)]),
        ("docker run -itz alpine", [("-itz", None)]),
        ("docker run -ite A=1 alpine", [("--env", "A=1")]),
        ("docker run -- --rm", []),
        ("docker run --rm -- alpine", [("--rm", None)]),
    ],
)
def test_run_flags(line: str, expected: list[tuple[str, str | None]]) -> None:
    (words,) = commands(line)
    assert list(run_flags(words, known_flags())) == expected


def test_run_flags_take_what_is_known_from_the_caller() -> None:
    known = {"--odd": Flag(short="-o", value=True, since=None, deprecated=False, hidden=False, os=None)}
    assert list(run_flags(["docker", "run", "-o", "1", "--rm", "x"], known)) == [("--odd", "1"), ("--rm", None)]


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("FROM debian:13\nUSER 10001\n", [("FROM", ()), ("USER", ())], id="lines"),
        pytest.param("# syntax=docker/dockerfile:1\n\nfrom x", [("FROM", ())], id="comments-and-small-letters"),
        pytest.param("RUN a \\\n  && b\nUSER c", [("RUN", ()), ("USER", ())], id="continuation"),
        pytest.param("RUN --mount=type=cache --network=none apt", [("RUN", ("--mount", "--network"))], id="flags"),
        pytest.param("RUN apt --yes install", [("RUN", ())], id="flags-of-the-command"),
        pytest.param(
            "COPY --chown=1:1 --chmod=555 --link a b", [("COPY", ("--chown", "--chmod", "--link"))], id="copy"
        ),
        pytest.param("RUN <<EOF\nUSER x\nEOF\nUSER y", [("RUN", ()), ("USER", ())], id="heredoc"),
        pytest.param("RUN <<'END' bash\nUSR x\nEND\n", [("RUN", ())], id="quoted-heredoc"),
        pytest.param("  USER x", [("USER", ())], id="indented"),
        pytest.param("{{ x }}", [("{{", ())], id="no-instruction"),
    ],
)
def test_instructions(dockerfile: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert list(instructions(dockerfile)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("{}", ()), ('{"a": 1, "b-c": {"d": []}}', ("a", "b-c")), (' {"a": null}\n', ("a",))]
)
def test_daemon_keys(text: str, expected: tuple[str, ...]) -> None:
    assert daemon_keys(text) == expected


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '"a"', "null", "{'a': 1}", '{"a": 1,}', "// c\n{}"])
def test_what_is_no_daemon_json_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        daemon_keys(text)


@given(st.text(max_size=80), st.sampled_from(["", "docker run ", "RUN ", "docker run --", "\\\n", "<<EOF\n"]))
def test_any_text_is_taken_apart_or_refused(text: str, before: str) -> None:
    list(instructions(before + text))
    try:
        for words in commands(before + text):
            list(run_flags(words, known_flags()))
    except ValueError as error:
        assert str(error) in ("No closing quotation", "No escaped character")
