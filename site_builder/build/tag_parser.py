"""Take the start tag of an HTML element apart."""

from html.parser import HTMLParser

from site_builder.articles.source import Attributes


class _Tag(HTMLParser):
    """Keeps the attributes of the first tag."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Attributes] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Keep the first attribute of each name, as browsers do."""
        first: dict[str, str | None] = {}
        for name, value in attrs:
            first.setdefault(name, value)
        self.found.append(tuple(first.items()))


def attributes_of(tag: str) -> Attributes:
    """Return the attributes of a start tag, () where the text is not one that is whole."""
    parser = _Tag()
    parser.feed(tag)
    return parser.found[0] if len(parser.found) == 1 else ()
