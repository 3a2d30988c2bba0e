"""Prose to HTML: what authors may write, and what nobody can smuggle in."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from threatbase.mentions import Mention
from threatbase.prose import inline, plain, to_html, to_text

TARGETS = {
    ("mitigation", "no-setuid"): ("../no-setuid/", "No setuid"),
    ("state", "evil"): ('x" onclick="alert(1)', "<b>\"'&"),
}


def resolve(mention: Mention) -> tuple[str, str] | None:
    """Where the mentions of these tests lead."""
    target = TARGETS.get((mention.kind, mention.id))
    if target is None:
        return None
    address = f"{target[0]}#{mention.anchor}" if mention.anchor else target[0]
    return address, mention.label or target[1]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(
            "a *b* **c** `d`", '<p>a <em>b</em> <strong>c</strong> <code class="tb-short">d</code></p>\n', id="marks"
        ),
        pytest.param("a  \nb\\\nc", "<p>a<br />\nb<br />\nc</p>\n", id="line-breaks"),
        pytest.param("* a\n* b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", id="list"),
        pytest.param("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n', id="numbered-list"),
        pytest.param("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n", id="quotation"),
        pytest.param("```sh\nls <a>\n```", '<pre><code class="language-sh">ls &lt;a&gt;\n</code></pre>\n', id="fence"),
        pytest.param("    a <b>", "<pre><code>a &lt;b&gt;\n</code></pre>\n", id="indented-code"),
        pytest.param(
            "| a | b |\n|---|--:|\n| c | d |",
            '<table>\n<thead>\n<tr>\n<th>a</th>\n<th style="text-align:right">b</th>\n</tr>\n</thead>\n'
            '<tbody>\n<tr>\n<td>c</td>\n<td style="text-align:right">d</td>\n</tr>\n</tbody>\n</table>\n',
            id="table",
        ),
        pytest.param(
            '[a](https://e.org "t")', '<p><a href="https://e.org" title="t">a</a></p>\n', id="link-with-a-title"
        ),
        pytest.param("[a][b]\n\n[b]: https://e.org", '<p><a href="https://e.org">a</a></p>\n', id="link-by-reference"),
        pytest.param(
            "<https://e.org/?a&b>",
            '<p><a href="https://e.org/?a&amp;b">https://e.org/?a&amp;b</a></p>\n',
            id="autolink",
        ),
        pytest.param("<a@e.org>", '<p><a href="mailto:a@e.org">a@e.org</a></p>\n', id="autolink-to-mail"),
        pytest.param("https://e.org", "<p>https://e.org</p>\n", id="a-bare-address-is-text"),
        pytest.param("[[mitigation:no-setuid]]", '<p><a href="../no-setuid/">No setuid</a></p>\n', id="mention"),
        pytest.param(
            "**[[mitigation:no-setuid#apply|words]]**",
            '<p><strong><a href="../no-setuid/#apply">words</a></strong></p>\n',
            id="mention-with-section-and-words",
        ),
        pytest.param("[[mitigation:nope]]", "<p>[[mitigation:nope]]</p>\n", id="mention-of-nothing"),
        pytest.param(
            "`[[mitigation:no-setuid]]`",
            '<p><code class="tb-short">[[mitigation:no-setuid]]</code></p>\n',
            id="mention-in-code",
        ),
        pytest.param("l'hôte : « a »", "<p>l’hôte\u00a0: «\u00a0a\u00a0»</p>\n", id="typography"),
        pytest.param(
            "`l'hôte : a`", '<p><code class="tb-short">l&#39;hôte : a</code></p>\n', id="no-typography-in-code"
        ),
    ],
)
def test_what_authors_write(markdown: str, html: str) -> None:
    assert to_html(markdown, "fr", resolve) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        pytest.param("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n", id="script"),
        pytest.param("<ScRiPt\nsrc=x>", "<p>&lt;ScRiPt\nsrc=x&gt;</p>\n", id="script-over-two-lines"),
        pytest.param("<div>\nx\n</div>", "<p>&lt;div&gt;\nx\n&lt;/div&gt;</p>\n", id="block"),
        pytest.param('a <b onclick="x">', "<p>a &lt;b onclick=&quot;x&quot;&gt;</p>\n", id="handler"),
        pytest.param("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n", id="image-tag"),
        pytest.param("<!-- x -->", "<p>&lt;!-- x --&gt;</p>\n", id="comment"),
        pytest.param("<?php x ?>", "<p>&lt;?php x ?&gt;</p>\n", id="instruction"),
        pytest.param("<![CDATA[x]]>", "<p>&lt;![CDATA[x]]&gt;</p>\n", id="cdata"),
        pytest.param("&lt;script&gt; &#60;b&#x3e;", "<p>&lt;script&gt; &lt;b&gt;</p>\n", id="entities"),
        pytest.param("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n", id="javascript"),
        pytest.param("[a](JaVaScRiPt:x)", "<p>[a](JaVaScRiPt:x)</p>\n", id="javascript-in-capitals"),
        pytest.param("[a](&#106;avascript:x)", "<p>[a](javascript:x)</p>\n", id="javascript-in-entities"),
        pytest.param("[a](\\javascript:x)", "<p>[a](\\javascript:x)</p>\n", id="javascript-escaped"),
        pytest.param("[a](<java\tscript:x>)", "<p>[a](&lt;java\tscript:x&gt;)</p>\n", id="javascript-with-a-tab"),
        pytest.param("[a](\u00a0javascript:x)", "<p>[a](\u00a0javascript:x)</p>\n", id="javascript-after-a-space"),
        pytest.param("<javascript:x>", "<p>&lt;javascript:x&gt;</p>\n", id="javascript-autolink"),
        pytest.param(
            "[a]: javascript:x\n\n[a]", "<p>[a]: javascript:x</p>\n<p>[a]</p>\n", id="javascript-by-reference"
        ),
        pytest.param("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n", id="data"),
        pytest.param("[a](data:image/png;base64,x)", "<p>[a](data:image/png;base64,x)</p>\n", id="data-image"),
        pytest.param("[a](vbscript:x)", "<p>[a](vbscript:x)</p>\n", id="vbscript"),
        pytest.param("[a](file:///etc/passwd)", "<p>[a](file:///etc/passwd)</p>\n", id="file"),
        pytest.param("[a](steam://x)", "<p>[a](steam://x)</p>\n", id="another-scheme"),
        pytest.param("[a](../../x)", "<p>[a](../../x)</p>\n", id="relative"),
        pytest.param("[a](//e.org)", "<p>[a](//e.org)</p>\n", id="without-a-scheme"),
        pytest.param("[a](#b)", "<p>[a](#b)</p>\n", id="anchor"),
        pytest.param("[a]()", '<p><a href="">a</a></p>\n', id="link-to-nothing"),
        pytest.param(
            "![a](https://e.org/a.png)", '<p>!<a href="https://e.org/a.png">a</a></p>\n', id="image-is-a-link"
        ),
        pytest.param("![a](javascript:x)", "<p>![a](javascript:x)</p>\n", id="javascript-image"),
        pytest.param(
            '[a](https://e.org/"onclick="x)',
            '<p><a href="https://e.org/%22onclick=%22x">a</a></p>\n',
            id="address-breaks-out",
        ),
        pytest.param(
            '[a](https://e.org "b\\" onclick=\\"x")',
            '<p><a href="https://e.org" title="b&quot; onclick=&quot;x">a</a></p>\n',
            id="title-breaks-out",
        ),
        pytest.param(
            '```"onclick="x\ny\n```',
            '<pre><code class="language-&quot;onclick=&quot;x">y\n</code></pre>\n',
            id="language-breaks-out",
        ),
        pytest.param(
            "[[state:evil]]",
            '<p><a href="x&quot; onclick=&quot;alert(1)">&lt;b&gt;&quot;\'&amp;</a></p>\n',
            id="entry-breaks-out",
        ),
        pytest.param(
            "[[state:evil|<i>]]",
            '<p><a href="x&quot; onclick=&quot;alert(1)">&lt;i&gt;</a></p>\n',
            id="words-break-out",
        ),
        pytest.param(
            "[x [[mitigation:no-setuid]] y](https://e.org)",
            '<p>[x <a href="../no-setuid/">No setuid</a> y](https://e.org)</p>\n',
            id="no-link-in-a-link",
        ),
        pytest.param(
            "[[[[mitigation:no-setuid]]]]", '<p>[[<a href="../no-setuid/">No setuid</a>]]</p>\n', id="brackets"
        ),
        pytest.param(
            "[[mitigation:no-setuid|[a](javascript:x)]]",
            "<p>[[mitigation:no-setuid|[a](javascript:x)]]</p>\n",
            id="link-in-a-mention",
        ),
        pytest.param("# a", "<p># a</p>\n", id="heading"),
        pytest.param("a\n===", "<p>a\n===</p>\n", id="underlined-heading"),
        pytest.param("a\x00b", "<p>a\ufffdb</p>\n", id="nul"),
    ],
)
def test_what_nobody_smuggles_in(markdown: str, html: str) -> None:
    assert to_html(markdown, "en", resolve) == html


@pytest.mark.parametrize(
    ("text", "html", "words"),
    [
        pytest.param("", "", "", id="nothing"),
        pytest.param("a 'b' & \"c\"", "a &#39;b&#39; &amp; &#34;c&#34;", "a 'b' & \"c\"", id="quotes"),
        pytest.param("<script>", "&lt;script&gt;", "<script>", id="script"),
        pytest.param("`<b>` c", '<code class="tb-short">&lt;b&gt;</code> c', "<b> c", id="code"),
        pytest.param("`" + "a" * 99 + "`", f"<code>{'a' * 99}</code>", "a" * 99, id="long-code"),
        pytest.param("`a", "`a", "`a", id="open-code"),
        pytest.param("*a* [b](https://e.org)", "*a* [b](https://e.org)", "*a* [b](https://e.org)", id="no-markdown"),
        pytest.param(
            "see [[mitigation:no-setuid]]!",
            'see <a href="../no-setuid/">No setuid</a>!',
            "see No setuid!",
            id="mention",
        ),
        pytest.param(
            "[[mitigation:no-setuid#apply|`x`]]",
            '<a href="../no-setuid/#apply">`x`</a>',
            "`x`",
            id="mention-with-words",
        ),
        pytest.param(
            "[[state:evil]]",
            '<a href="x&#34; onclick=&#34;alert(1)">&lt;b&gt;&#34;&#39;&amp;</a>',
            "<b>\"'&",
            id="entry-breaks-out",
        ),
        pytest.param("[[a]] [[a:b]]", "[[a]] [[a:b]]", "[[a]] [[a:b]]", id="no-mention"),
        pytest.param("l'hôte : a", "l’hôte\u00a0: a", "l’hôte\u00a0: a", id="typography"),
    ],
)
def test_one_line(text: str, html: str, words: str) -> None:
    assert inline(text, "fr", resolve) == html
    assert plain(text, "fr", resolve) == words


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("LSM, LSM", '<p><abbr title="Linux &quot;&lt;s&gt;&quot; module">LSM</abbr>, LSM</p>\n'),
        ("an LSM-like, a `LSM`", '<p>an LSM-like, a <code class="tb-short">LSM</code></p>\n'),
        (
            "UID then LSM",
            '<p><abbr title="user id">UID</abbr> then '
            '<abbr title="Linux &quot;&lt;s&gt;&quot; module">LSM</abbr></p>\n',
        ),
    ],
    ids=["first-use", "whole-words-outside-of-code", "several"],
)
def test_abbreviations_are_spelt_out_once(markdown: str, html: str) -> None:
    known = {"LSM": 'Linux "<s>" module', "UID": "user id"}
    assert to_html(markdown, "en", resolve, known) == html
    assert known == {"LSM": 'Linux "<s>" module', "UID": "user id"}


# --- as plain text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("a *b* **c** `d`", "a b c d", id="marks"),
        pytest.param("a\nb  \nc\\\nd", "a b c d", id="line-breaks"),
        pytest.param("a\n\nb", "a\nb", id="paragraphs"),
        pytest.param("* a\n* b\n\n  c\n  * d\n\ne", "– a\n– b\nc\n– d\ne", id="list"),
        pytest.param("3. a\n4. b", "– a\n– b", id="numbered-list"),
        pytest.param("- ```\n  x\n  ```\n\na", "x\na", id="what-follows-an-item-of-code-is-no-item"),
        pytest.param("-\n\na", "a", id="what-follows-an-empty-item-is-none"),
        pytest.param("> a\n> b", "a b", id="quotation"),
        pytest.param("```sh\nls <a>\n\nx\n```", "ls <a>\n\nx", id="fence"),
        pytest.param("    a <b>", "a <b>", id="indented-code"),
        pytest.param("| a | b |\n|---|--:|\n| `c` | |\n\ne", "a | b\nc | \ne", id="table"),
        pytest.param("[a](https://e.org) <https://e.org>", "a https://e.org", id="links"),
        pytest.param("[[mitigation:no-setuid]] [[mitigation:no-setuid|x]]", "No setuid x", id="mentions"),
        pytest.param("[[mitigation:gone]]", "[[mitigation:gone]]", id="unknown-mention"),
        pytest.param("<b>x</b> &amp; &lt;", "<b>x</b> & <", id="html"),
        pytest.param("# a\n\n---\n\nb", "# a\nb", id="no-headings-and-no-rules"),
        pytest.param("l'un : « a »", "l’un\u00a0: «\u00a0a\u00a0»", id="typeset"),
        pytest.param("`a : b`", "a : b", id="code-is-not-typeset"),
    ],
)
def test_plain_text(markdown: str, text: str) -> None:
    assert to_text(markdown, "fr", resolve) == text


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1, max_size=4))
def test_plain_text_of_plain_paragraphs_is_a_line_for_each(words: list[str]) -> None:
    assert to_text("\n\n".join(words), "fr", resolve) == "\n".join(words)


# --- for any text ----------------------------------------------------------------------------------

TAGS = {
    *("a", "abbr", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "code": {"class"},
    "ol": {"start"},
    "td": {"style"},
    "th": {"style"},
}
PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            '"',
            "'",
            "&",
            "`",
            "*",
            "_",
            "[",
            "]",
            "(",
            ")",
            "!",
            "#",
            "|",
            "\\",
            "\n",
            "\n\n",
            "    ",
            "- ",
            "> ",
        ),
        *(
            "script",
            "<script>",
            "</script>",
            "onclick=",
            "javascript:",
            "data:",
            "https://e.org",
            "[a](",
            "<a ",
            "&#x3c;",
        ),
        *("[[mitigation:no-setuid]]", "[[state:evil|", "```", "|-|-|", "a", " ", "[a]: ", "\x00", "\u2028", "LSM"),
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))


class Elements(HTMLParser):
    """What a browser would see of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def assert_harmless(html: str) -> None:
    """Only the elements and attributes of prose, and links to the web or to entries alone."""
    for tag, attributes in Elements(html).found:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES.get(tag, set())
        if "href" in attributes:
            href = attributes["href"] or ""
            assert href == "" or href.startswith(("https://", "http://", "mailto:", "../no-setuid/", 'x" onclick="'))
        assert attributes.get("style") in (None, "text-align:left", "text-align:right", "text-align:center")


@given(TEXTS)
@example("<a href=javascript:x>")
@example("[a](javascript&colon;alert(1))")
@settings(max_examples=400)
def test_no_text_becomes_more_than_prose(text: str) -> None:
    assert_harmless(to_html(text, "fr", resolve, {"LSM": '"><script>'}))
    assert_harmless(inline(text, "fr", resolve))


def test_the_test_above_sees_what_is_harmful() -> None:
    for html in ("<script>", "<p onclick=x>", '<a href="javascript:x">', "<!-- x -->", "<img>", '<td style="x">'):
        with pytest.raises(AssertionError):
            assert_harmless(html)


@pytest.mark.parametrize(
    "piece",
    [
        *("[", "[]", "[a](", "![", "*a ", "*a_", "`", "` ", "<", "<a ", "<!--", "<http://a", "&", "> ", "- "),
        *("[a]: b\n", "[[", "[[a:b", "\\", "|a", "a\n", "~"),
    ],
)
def test_the_longest_text_of_an_entry_is_rendered_in_a_second(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    started = time.process_time()
    to_html(text, "fr", resolve)
    inline(text, "fr", resolve)
    to_text(text, "fr", resolve)
    assert time.process_time() - started < 1
