"""The MkDocs plugin: adds the knowledge's pages, and builds French beside English. It delegates.

The only module that imports mkdocs.
"""

from __future__ import annotations

from pathlib import Path
from subprocess import Popen
from typing import Any

from mkdocs.config import config_options as options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as SitePage
from mkdocs.structure.toc import AnchorLink, TableOfContents

from threatbase.analysis.book import read_book
from threatbase.export.site import api_files
from threatbase.knowledge import KnowledgeBase
from threatbase.models import Language
from threatbase.pages import Page, build_pages, counts, front_matter, link_mentions, markdown_name, narrative_history
from threatbase.problems import errors
from threatbase.report import as_text, summary
from threatbase.rules import examine
from threatbase.schema import schema_files
from threatbase.translation import finish_build, start_build

log = get_plugin_logger(__name__)


class ThreatbaseConfig(Config):
    """The options of the plugin; `translation` is the configuration of the other language."""

    knowledge = options.Dir(default="threats", exists=True)
    language = options.Choice(("en", "fr"), default="en")
    translation = options.Optional(options.File(exists=True))
    watch = options.ListOfItems(options.Dir(exists=True), default=[])


class ThreatbasePlugin(BasePlugin[ThreatbaseConfig]):
    """Adds the generated pages of one language, and starts the build of the other one."""

    knowledge: KnowledgeBase
    language: Language
    pages: dict[str, Page]
    other: Popen[str] | None = None
    serving = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keeps the plugin between the builds of a preview."""
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> None:
        """Loads and checks the knowledge: errors stop the build before anything is written."""
        self.language = "fr" if self.config.language == "fr" else "en"
        # Not repo_url: with it, the theme asks the forge's API for stars from every reader's browser.
        config.edit_uri = f"{config.extra['repository']}/edit/main/docs/{self.language}/"
        self.knowledge, problems = examine(Path(self.config.knowledge))
        if errors(problems):
            raise Abort(f"The knowledge has problems:\n{as_text(errors(problems))}")
        if problems and self.config.translation:
            log.info("%s in the knowledge; `threatbase check` lists them", summary(problems))

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Starts the other language, and adds a file for every generated page and schema."""
        cache = Path(config.config_file_path).parent / ".cache"
        # Computed once, before the other language starts; a preview shows older answers rather than wait.
        compute = bool(self.config.translation) and not self.serving
        book = read_book(self.knowledge, cache / "answers.json", compute=compute)
        if self.config.translation:
            self.other = start_build(self.config.translation, Path(config.site_dir) / "fr", strict=config.strict)
        pages = build_pages(self.knowledge, self.language, cache / f"diagrams.{self.language}.json", book)
        self.pages = {markdown_name(page): page for page in pages}
        for name, page in self.pages.items():
            files.append(File.generated(config, name, content=front_matter(page)))
        published = {f"schemas/{name}": text for name, text in schema_files().items()}
        if compute:
            published |= api_files(self.knowledge, cache / "api.json")
        for name, text in published.items():
            files.append(File.generated(config, name, content=text))
        return files

    def on_page_markdown(self, markdown: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Turns the mentions of hand-written pages into links."""
        if page.file.src_uri in self.pages:
            return markdown
        return link_mentions(markdown, page.url, self.knowledge, self.language)

    def on_page_content(self, html: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Puts the generated body, its table of contents and its edit link in place."""
        generated = self.pages.get(page.file.src_uri)
        if generated is None:
            return html + narrative_history(page.file.src_uri, page.url, self.knowledge, self.language)
        page.toc = TableOfContents([AnchorLink(title, anchor, 2) for anchor, title in generated.headings])
        repository = config.extra["repository"]
        page.edit_url = f"{repository}/edit/main/{generated.source}" if generated.source else None
        return generated.html

    def on_page_context(self, context: Any, *, page: SitePage, config: MkDocsConfig, nav: Any) -> Any:
        """Tells the theme where the same page stands in the other language, and what it is."""
        context["threatbase_other"] = f"fr/{page.url}" if self.language == "en" else f"../{page.url}"
        context["threatbase_page"] = self.pages.get(page.file.src_uri)
        context["threatbase_counts"] = counts(self.knowledge) if page.is_homepage else {}
        return context

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Waits for the other language, and fails with it."""
        succeeded, said = finish_build(self.other) if self.other else (True, "")
        if not succeeded:
            raise Abort(f"The build of {self.config.translation} failed:\n{said}")
        if said:
            log.info("The build of %s says:\n%s", self.config.translation, said)

    def on_build_error(self, *, error: Exception) -> None:
        """Ends the build of the other language when this one failed."""
        if self.other:
            self.other.terminate()

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Rebuilds both languages when the knowledge or a page changes."""
        for folder in (self.config.knowledge, *self.config.watch):
            server.watch(folder)
        return server
