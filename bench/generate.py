"""Write the archive of the benchmark for one generator: `python -m bench.generate FOLDER`.

The text is the same for all; only front matter, folders and the site's own files differ. Equal
arguments give equal files.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.archive import Article, make_article

PEERS = Path(__file__).parent / "peers"
STYLE_SHEET = Path(__file__).parent.parent / "theme" / "static" / "site.css"


def site_builder_source(article: Article) -> str:
    """Return the article as site_builder reads it."""
    return _front_matter(article) + f"authors: [{article.author}]\n---\n{article.body}"


def hugo_source(article: Article) -> str:
    """Return the article as Hugo reads it, with three taxonomies."""
    return _front_matter(article) + f"authors: [{article.author}]\n---\n{article.body}"


def pelican_source(article: Article) -> str:
    """Return the article as Pelican reads it: with its first category only, which is its limit."""
    return (
        f"Title: {article.title}\nDate: {article.date.isoformat()}\n"
        f"Category: {article.categories[0]}\nTags: {', '.join(article.tags)}\n"
        f"Authors: {article.author}\nSummary: {article.summary}\n\n{article.body}"
    )


def eleventy_source(article: Article) -> str:
    """Return the article as Eleventy reads it; `tags` become collections by themselves."""
    return _front_matter(article) + f"authors: [{article.author}]\n---\n{article.body}"


def _front_matter(article: Article) -> str:
    return (
        f'---\ntitle: "{article.title}"\ndate: {article.date.isoformat()}\n'
        f"categories: [{', '.join(article.categories)}]\ntags: [{', '.join(article.tags)}]\n"
        f'summary: "{article.summary}"\n'
    )


@dataclass(frozen=True)
class Form:
    """How one generator wants its archive. `assets` is where the style sheet goes."""

    content: str
    source: Callable[[Article], str]
    assets: str


FORMS = {
    "site_builder": Form("articles", site_builder_source, ""),
    "hugo": Form("content/articles", hugo_source, "static/assets"),
    "pelican": Form("content", pelican_source, "theme/static"),
    "eleventy": Form("content", eleventy_source, "assets"),
}


def write_article(folder: Path, form: Form, article: Article) -> Path:
    """Write one article below the archive's `folder` and return its file."""
    file = folder / form.content / f"{article.date.year}" / f"{article.slug}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(form.source(article), encoding="utf-8")
    return file


def write_archive(folder: Path, generator: str, count: int, seed: int = 1) -> None:
    """Write `count` articles and the site's own files for one generator."""
    form = FORMS[generator]
    shutil.copytree(PEERS / generator, folder, dirs_exist_ok=True)
    if form.assets:
        (folder / form.assets).mkdir(parents=True, exist_ok=True)
        shutil.copy(STYLE_SHEET, folder / form.assets)
    for number in range(count):
        article = make_article(number, count, seed)
        seconds = article.date.timestamp()  # an archive grew; a cache distrusts files just written
        os.utime(write_article(folder, form, article), (seconds, seconds))


def main(arguments: list[str]) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the archive goes")
    parser.add_argument("--articles", type=int, required=True, metavar="N", help="how many")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="another text (default: 1)"
    )
    parser.add_argument("--for", dest="generator", choices=FORMS, default="site_builder")
    options = parser.parse_args(arguments)
    write_archive(options.folder, options.generator, options.articles, options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
