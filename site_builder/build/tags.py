"""Write the start tag of an HTML element."""

from collections.abc import Iterable
from html import escape


def written(tag: str, attributes: Iterable[tuple[str, str | None]]) -> str:
    """Return a start tag."""
    pairs = (name if value is None else f'{name}="{escape(value)}"' for name, value in attributes)
    return f"<{' '.join((tag, *pairs))}>"
