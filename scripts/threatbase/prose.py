"""Prose to HTML: Markdown without raw HTML, with mentions as titled links. Safe for any input."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import cache, lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

from threatbase.mentions import MENTION, WEB_ADDRESSES, Mention
from threatbase.models.base import Language
from threatbase.typography import typeset

Resolve = Callable[[Mention], tuple[str, str] | None]
"""From a mention to its address and its title; None leaves the text as it stands."""

SHORT_CODE = 32
"""Code of up to so many characters is kept on one line."""

_INLINE = re.compile(r"`([^`]+)`|(\[\[[^\[\]\n]+\]\])")


def to_html(
    markdown: str, language: Language, resolve: Resolve, abbreviations: Mapping[str, str] | None = None
) -> Markup:
    """Renders Markdown; raw HTML is shown as text, and links lead to the web or to entries only.

    The first use of each abbreviation gets a tooltip with the full term.
    """
    wanted = dict(abbreviations or {})
    html = _parser().render(markdown, {"resolve": resolve, "language": language, "abbreviations": wanted})
    return Markup(html)  # noqa: S704 - html=False escapes all input


def inline(text: str, language: Language, resolve: Resolve) -> Markup:
    """Renders one line: `code` and mentions, nothing else."""
    if "`" not in text and "[[" not in text:
        return escape(typeset(text, language))
    parts: list[Markup] = []
    end = 0
    for match in _INLINE.finditer(text):
        parts += [escape(typeset(text[end : match.start()], language)), _inline_part(match, resolve)]
        end = match.end()
    return Markup("").join([*parts, escape(typeset(text[end:], language))])


def _inline_part(match: re.Match[str], resolve: Resolve) -> Markup:
    if match[1]:
        return _code(match[1])
    mention = MENTION.fullmatch(match[0])
    target = resolve(mention_of(mention)) if mention else None
    return Markup('<a href="{}">{}</a>').format(*target) if target else escape(match[0])


def _code(source: str) -> Markup:
    """Code in a line; where it is short, the theme does not break it."""
    short = Markup(' class="tb-short"') if len(source) <= SHORT_CODE else Markup("")
    return Markup("<code{}>{}</code>").format(short, source)


def plain(text: str, language: Language, resolve: Resolve) -> str:
    """The words of one line without markup, for titles, descriptions and search."""

    def word(match: re.Match[str]) -> str:
        mention = MENTION.fullmatch(match[0])
        target = resolve(mention_of(mention)) if mention else None
        return match[1] or (target[1] if target else match[0])

    return typeset(_INLINE.sub(word, text), language)


def to_text(markdown: str, language: Language, resolve: Resolve) -> str:
    """Markdown as plain text: a line for each paragraph, item or row."""
    lines: list[str] = []
    cells: list[str] | None = None
    item = False
    tokens = _parser().parse(markdown, {"resolve": resolve, "language": language, "abbreviations": {}})
    for token in tokens:
        if token.type in ("list_item_open", "list_item_close"):
            item = token.type == "list_item_open"
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            lines.append(" | ".join(cells or ()))
            cells = None
        elif token.type == "inline":
            text = "".join(_plain_token(child) for child in token.children or ())
            (lines if cells is None else cells).append(f"– {text}" if item and cells is None else text)
            item = False
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.rstrip("\n"))
    return "\n".join(lines)


def _plain_token(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name is markdown-it's
        return url.lower().startswith(WEB_ADDRESSES)


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False}).enable("table").disable(["image", "heading", "lheading"])
    parser.inline.ruler.before("link", "mention", _mention_rule)
    parser.core.ruler.push("typeset", _typeset_rule)
    parser.add_render_rule("code_inline", _code_rule)
    return parser


def _mention_rule(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[[", state.pos):
        return False
    match = MENTION.match(state.src, state.pos, state.posMax)
    target = state.env["resolve"](mention_of(match)) if match else None
    if match is None or target is None:
        return False
    if not silent:
        _push_link(state, *target)
    state.pos = match.end()
    return True


def _push_link(state: StateInline, address: str, title: str) -> None:
    opening: Any = state.push("link_open", "a", 1)
    opening.attrs = {"href": address}
    state.push("text", "", 0).content = title
    state.push("link_close", "a", -1)


def _code_rule(self: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    return _code(tokens[index].content)


def _typeset_rule(state: StateCore) -> None:
    for block in state.tokens:
        for token in block.children or ():
            if token.type == "text":
                token.content = typeset(token.content, state.env["language"])
        if block.children and state.env["abbreviations"]:
            block.children = [part for token in block.children for part in _abbreviated(token, state.env)]


def _abbreviated(token: Token, env: MutableMapping[str, Any]) -> list[Token]:
    """The token, split where an abbreviation is used for the first time."""
    wanted = tuple(env["abbreviations"]) if token.type == "text" else ()
    pattern = _abbreviation_pattern(wanted) if wanted else None
    found = pattern.search(token.content) if pattern else None
    if found is None:
        return [token]
    opening = Token("abbr_open", "abbr", 1, attrs={"title": env["abbreviations"].pop(found[0])})
    before, after = _text(token.content[: found.start()]), _text(token.content[found.end() :])
    rest = _abbreviated(after, env) if env["abbreviations"] else [after]
    return [before, opening, _text(found[0]), Token("abbr_close", "abbr", -1), *rest]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


@lru_cache(maxsize=4096)
def _abbreviation_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(re.escape(word) for word in words)})(?![\w-])")


def mention_of(match: re.Match[str]) -> Mention:
    """The mention that a match of `MENTION` stands for."""
    return Mention(match[1], match[2], match[3], match[4], match[0])
