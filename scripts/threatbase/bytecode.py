"""Compiled templates, kept in the process: the builds of a preview, and many renderers, compile each of them once."""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Bytecode(BytecodeCache):
    """Compiled templates by what they were compiled from."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Takes the code of a template; one that has changed since is refused by its checksum."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps the code of a template."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


BYTECODE = Bytecode()
