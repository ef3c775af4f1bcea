"""What machines read of an article: JSON-LD in the vocabulary of schema.org.

In: an article as templates see it. Out: JSON that can stand in a script element. Sources:
schema.org/NewsArticle, JSON-LD 1.1 (section 7.1, "Restrictions for contents of JSON-LD script
elements").
"""

from typing import Any

import msgspec

from site_builder.addresses import absolute
from site_builder.build.pages import ArticleView, PageInfo, SiteInfo

_TYPES = {
    "analysis": "AnalysisNewsArticle",
    "opinion": "OpinionNewsArticle",
    "background": "BackgroundNewsArticle",
}


def structured_data(article: ArticleView, page: PageInfo, site: SiteInfo) -> str:
    """Return the JSON-LD of an article; nothing in it can end a script element."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(article.kind, "NewsArticle"),
        "headline": article.title,
        "mainEntityOfPage": page.canonical,
        "datePublished": article.date.isoformat(),
        "dateModified": (article.updated or article.date).isoformat(),
        "inLanguage": article.language,
        "articleSection": [term.name for term in article.categories],
        "author": [
            {"@type": "Person", "name": term.name, "url": absolute(site.url, term.url)}
            for term in article.authors
        ],
        "publisher": {
            "@type": "NewsMediaOrganization", "name": site.publisher, "url": site.url,
        },
        "description": article.summary,
        "keywords": [term.name for term in article.tags],
        "isBasedOn": [
            {"@type": "CreativeWork", "name": source.title, "url": source.url}
            for source in article.sources
        ],
        "correction": [
            {"@type": "CorrectionComment", "datePublished": one.date.isoformat(), "text": one.text}
            for one in article.corrections
        ],
    }  # fmt: skip
    if article.image:
        found["image"] = absolute(site.url, article.image.url)
    if article.edition:
        found["identifier"] = [_property("ipfs", article.edition.address)]
        if article.edition.sha256:
            found["identifier"].append(_property("sha256", article.edition.sha256))
    told = {key: value for key, value in found.items() if value}
    return msgspec.json.encode(told).decode().replace("<", "\\u003c")


def _property(name: str, value: str) -> dict[str, str]:
    return {"@type": "PropertyValue", "propertyID": name, "value": value}
