"""Questions on the shipped content: the model is built once, and each setting is computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Self

from threatbase.analysis.model import Model, build_model
from threatbase.analysis.setting import Setting, make_setting
from threatbase.knowledge import KnowledgeBase, load

from tests.site import ROOT


@dataclass(frozen=True, eq=False)
class Shipped:
    knowledge: KnowledgeBase
    model: Model

    @classmethod
    def load(cls) -> Self:
        knowledge = load(ROOT / "threats")[0]
        return cls(knowledge, build_model(knowledge))

    @cache  # noqa: B019 - lives as long as the tests of a module
    def setting(self, tenancy: str, skill: str) -> Setting:
        return make_setting(self.knowledge, self.model, tenancy, skill=skill)
