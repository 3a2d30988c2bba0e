"""The MkDocs plugin: loads the knowledge, adds its pages, and builds French beside English.

The only module that imports mkdocs. It delegates everything else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents

from threatbase.knowledge import KnowledgeBase
from threatbase.models import Language
from threatbase.pages import Page, alternates, build_pages, front_matter, link_mentions, markdown_name
from threatbase.problems import errors
from threatbase.report import as_text, summary
from threatbase.rules import examine
from threatbase.schema import schema_files

log = get_plugin_logger(__name__)


class ThreatbaseConfig(Config):
    """The options of the plugin."""

    knowledge = config_options.Dir(default="threats", exists=True)
    language = config_options.Choice(("en", "fr"), default="en")
    translation = config_options.Optional(config_options.File(exists=True))
    watch = config_options.ListOfItems(config_options.Dir(exists=True), default=[])


class ThreatbasePlugin(BasePlugin[ThreatbaseConfig]):
    """Adds the generated pages of one language, and starts the build of the other one."""

    def __init__(self) -> None:
        self._pages: dict[str, Page] = {}
        self._knowledge: KnowledgeBase
        self._translation: subprocess.Popen[bytes] | None = None

    @property
    def _language(self) -> Language:
        return "fr" if self.config.language == "fr" else "en"

    def on_config(self, config: MkDocsConfig) -> None:
        """Loads and checks the knowledge: errors stop the build before anything is written."""
        self._knowledge, problems = examine(Path(self.config.knowledge))
        if errors(problems):
            raise Abort(f"The knowledge has problems:\n{as_text(errors(problems))}")
        if problems and self.config.translation:
            log.info("%s in the knowledge; `threatbase check` lists them", summary(problems))

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Starts the other language, and adds a file for every generated page."""
        self._start_translation(config)
        cache = Path(config.config_file_path).parent / ".cache" / f"diagrams.{self._language}.json"
        pages = build_pages(self._knowledge, self._language, cache)
        self._pages = {markdown_name(page): page for page in pages}
        for name, page in self._pages.items():
            files.append(self._file(name, page, config))
        for name, text in schema_files().items() if self._language == "en" else ():
            files.append(File.generated(config, f"schemas/{name}", content=text))
        return files

    def _file(self, name: str, page: Page, config: MkDocsConfig) -> File:
        file = File.generated(config, name, content=front_matter(page))
        file.edit_uri = f"../../{page.source}" if page.source else ""
        return file

    def on_page_markdown(self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        """Turns the mentions of hand-written pages into links."""
        if page.file.src_uri in self._pages:
            return markdown
        return link_mentions(markdown, page.url, self._knowledge, self._language)

    def on_page_content(self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        """Puts the generated body and its table of contents in place."""
        generated = self._pages.get(page.file.src_uri)
        if generated is None:
            return html
        page.toc = TableOfContents([AnchorLink(title, anchor, 2) for anchor, title in generated.headings])
        return generated.html

    def on_page_context(self, context: Any, *, page: MkDocsPage, config: MkDocsConfig, nav: Any) -> Any:
        """Tells the theme where the same page stands in the other language, and where it moved."""
        generated = self._pages.get(page.file.src_uri)
        context["threatbase_other"] = f"fr/{page.url}" if self._language == "en" else f"../{page.url}"
        context["threatbase_page"] = generated
        config.extra["alternate"] = alternates(config.site_url or "", self._language, page.url)
        return context

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Waits for the other language, and fails with it."""
        process, self._translation = self._translation, None
        if process and process.wait() != 0:
            raise Abort(f"The build of {self.config.translation} failed")

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Rebuilds both languages when the knowledge or a page changes."""
        for folder in (self.config.knowledge, *self.config.watch):
            server.watch(folder)
        return server

    def _start_translation(self, config: MkDocsConfig) -> None:
        if self.config.translation:
            command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", self.config.translation]
            command += ["--site-dir", str(Path(config.site_dir) / "fr"), *(["--strict"] if config.strict else [])]
            self._translation = subprocess.Popen(command, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"})
