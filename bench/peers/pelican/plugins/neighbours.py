"""Give each article the one before and after it, which Pelican itself does not."""

from itertools import pairwise
from typing import Any

from pelican import signals  # type: ignore[import-not-found]  # Pelican is installed apart


def _link(generator: Any) -> None:
    newest_first = generator.articles
    for newer, older in pairwise(newest_first):
        newer.prev_article = older
        older.next_article = newer


def register() -> None:
    """Ask Pelican to call us once all articles are read."""
    signals.article_generator_finalized.connect(_link)
