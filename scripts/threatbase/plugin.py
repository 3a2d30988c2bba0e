"""The MkDocs plugin: adds the knowledge's pages, and builds French beside English. It delegates.

The only module that imports mkdocs.
"""

from __future__ import annotations

import json
import posixpath
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import config_options as options
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as SitePage
from mkdocs.structure.toc import AnchorLink, TableOfContents

from threatbase.analysis.book import Book, read_book
from threatbase.bytecode import BYTECODE
from threatbase.checklist.formats.plain_data import schema_file as checklist_schema
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Language
from threatbase.pages import Page, build_pages, counts, link_mentions, markdown_name, narrative_history, searchable
from threatbase.preview import Preview, beside, clean, link_folder
from threatbase.problems import errors
from threatbase.report import as_text, summary
from threatbase.rules import examine
from threatbase.schema import schema_files
from threatbase.translation import Translator, finish_build, start_build

log = get_plugin_logger(__name__)


class ThreatbaseConfig(Config):
    """The options of the plugin; `translation` is the configuration of the other language."""

    knowledge = options.Dir(default="threats", exists=True)
    language = options.Choice(("en", "fr"), default="en")
    translation = options.Optional(options.File(exists=True))
    watch = options.ListOfItems(options.Dir(exists=True), default=[])


class GeneratedPage(SitePage):
    """A page that is HTML already: nothing of it is Markdown to be read and rendered."""

    def __init__(self, generated: Page, file: File, config: MkDocsConfig) -> None:
        super().__init__(None, file, config)
        self.generated = generated

    def read_source(self, config: MkDocsConfig) -> None:
        """Takes title, description and the like from the page."""
        self.meta, self.markdown = self.generated.meta, ""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Takes the body and its table of contents."""
        self.content = self.generated.html
        self.toc = TableOfContents([AnchorLink(title, anchor, 2) for anchor, title in self.generated.headings])
        source, repository = self.generated.source, config.extra["repository"]
        self.edit_url = f"{repository}/edit/main/{source}" if source else None
        self.present_anchor_ids = {anchor for anchor, _ in self.generated.headings}


class ThreatbasePlugin(BasePlugin[ThreatbaseConfig]):
    """Adds the generated pages of one language, and starts the build of the other one."""

    knowledge: KnowledgeBase
    language: Language
    pages: dict[str, Page]
    book: Book
    parts: dict[tuple[str, str, str], str]
    unchanged: set[str]
    other: Popen[str] | None = None
    translator: Translator | None = None
    preview: Preview | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keeps the plugin between the builds of a preview."""
        self.preview = Preview() if command == "serve" and not dirty else None

    def on_config(self, config: MkDocsConfig) -> None:
        """Loads and checks the knowledge: errors stop the build before anything is written."""
        self.parts = {}
        self.language = "fr" if self.config.language == "fr" else "en"
        # Not repo_url: with it, the theme asks the forge's API for stars from every reader's browser.
        config.edit_uri = f"{config.extra['repository']}/edit/main/docs/{self.language}/"
        if self.preview:
            theme = (Path(folder) for folder in self.config.watch if "docs/fr" not in folder)
            self.preview.forget_if_changed([Path(config.config_file_path), *theme])
        self.knowledge, problems = examine(Path(self.config.knowledge), self.preview.recall if self.preview else None)
        if errors(problems):
            raise Abort(f"The knowledge has problems:\n{as_text(errors(problems))}")
        if problems and self.config.translation:
            log.info("%s in the knowledge; `threatbase check` lists them", summary(problems))

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Takes the last build of a preview out of the way, before MkDocs empties the folder."""
        if self.preview:
            self.preview.set_aside(Path(config.site_dir))

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Starts the other language, and adds a file for every generated page and schema."""
        cache = Path(config.config_file_path).parent / ".cache"
        # Computed once, before the other language starts; a preview shows older answers rather than wait.
        compute = bool(self.config.translation) and not self.preview
        book = read_book(self.knowledge, cache / "answers.json", compute=compute)
        if self.config.translation and self.preview:
            self.translator = self.translator or Translator(self.config.translation, beside(Path(config.site_dir)))
            self.translator.start()
        elif self.config.translation:
            self.other = start_build(self.config.translation, Path(config.site_dir) / "fr", strict=config.strict)
        if self.preview:
            book = {name: found for name, found in book.items() if name != "levels"}  # no checklists, no links to them
        pages = build_pages(
            self.knowledge,
            self.language,
            cache / f"diagrams.{self.language}.json",
            book,
            self.preview.memory if self.preview else None,
        )
        self.pages = {markdown_name(page): page for page in pages}
        self.unchanged = self.preview.unchanged(Path(config.site_dir), self.pages) if self.preview else set()
        for name, page in self.pages.items():
            if name in self.unchanged:
                continue
            file = File.generated(config, name, content="")
            file.page = GeneratedPage(page, file, config)
            files.append(file)
        published = {f"schemas/{name}": text for name, text in (schema_files() | checklist_schema()).items()}
        if compute:
            from threatbase.export.site import api_files  # takes a tenth of a second

            published |= api_files(self.knowledge, cache / "api.json")
        for name, text in published.items():
            files.append(File.generated(config, name, content=text))
        self.book = book
        return files

    def on_page_markdown(self, markdown: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Turns the mentions of hand-written pages into links."""
        if page.file.src_uri in self.pages:
            return markdown
        return link_mentions(markdown, page.url, self.knowledge, self.language)

    def on_page_content(self, html: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Adds the block “Then and now” to a hand-written page."""
        if page.file.src_uri in self.pages:
            return html
        return html + narrative_history(page.file.src_uri, page.url, self.knowledge, self.language)

    @event_priority(100)
    def _for_search(self, context: Any, *, page: SitePage, config: MkDocsConfig, nav: Any) -> Any:
        """Shows the search index headings, paragraphs and items alone: the rest costs as much as rendering it."""
        if page.file.src_uri in self.pages:
            page.content = searchable(page.content or "")
        return context

    @event_priority(-100)
    def _for_theme(self, context: Any, *, page: SitePage, config: MkDocsConfig, nav: Any) -> Any:
        """Tells the theme where the same page stands in the other language, and what it is."""
        context["threatbase_other"] = f"fr/{page.url}" if self.language == "en" else f"../{page.url}"
        generated = self.pages.get(page.file.src_uri)
        page.content = generated.html if generated else page.content
        context["threatbase_page"] = generated
        context["threatbase_counts"] = counts(self.knowledge) if page.is_homepage else {}
        return context

    on_page_context = CombinedEvent(_for_search, _for_theme)

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Gives templates the means to render a part once for many pages."""
        env.globals["threatbase_once"] = self.once
        env.bytecode_cache = BYTECODE
        return env

    def once(self, name: str, page: SitePage | None, base: str, render: Callable[[], str]) -> str:
        """A part of the theme that is the same on every page in a folder."""
        place = (name, posixpath.dirname(page.url.rstrip("/")) if page else "", base)
        if place not in self.parts:
            self.parts[place] = render()
        return self.parts[place]

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Waits for the other language, and fails with it."""
        site = Path(config.site_dir)
        if self.preview:
            self.preview.put_back(site, self.pages, self.unchanged)
        else:
            from threatbase.checklist.ready import put_checklists  # takes a tenth of a second

            cache = Path(config.config_file_path).parent / ".cache" / f"checklists.{self.language}"
            put_checklists(site, self.knowledge, self.book, self.language, cache)
        succeeded, said = finish_build(self.other) if self.other else (True, "")
        if self.translator:
            succeeded, said = self.translator.finish()
            link_folder(site / "fr", beside(site))
        if not succeeded:
            raise Abort(f"The build of {self.config.translation} failed:\n{said}")
        if said:
            log.info("The build of %s says:\n%s", self.config.translation, said)

    def on_build_error(self, *, error: Exception) -> None:
        """Ends the build of the other language when this one failed."""
        if self.other:
            self.other.terminate()
        if self.preview:
            self.preview.failed()
        if self.translator:
            self.translator.finish()

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Rebuilds both languages when the knowledge or a page changes."""
        for folder in (self.config.knowledge, *self.config.watch):
            server.watch(folder)
        return server

    def on_shutdown(self) -> None:
        """Ends what the preview started."""
        if self.translator:
            self.translator.end()
        if self.preview:
            clean(self.preview.site)


def build_on_demand(file: str, site: str) -> None:
    """Builds one language whenever a line comes in, and answers whether it succeeded: the work of `Translator`."""
    started = False
    for _ in sys.stdin:
        try:
            config = load_config(file, site_dir=site)
            if not started:
                config.plugins.on_startup(command="serve", dirty=False)
                started = True
            build(config, serve_url=config.site_url)
            answer = True, ""
        except (Exception, SystemExit) as error:
            answer = False, str(error)
        print(json.dumps(answer), flush=True)
