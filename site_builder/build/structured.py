"""What machines read of a page: JSON-LD in the vocabulary of schema.org.

In: a page, and its article if it has one. Out: JSON that can stand in a script element. Sources:
schema.org (NewsArticle, NewsMediaOrganization, BreadcrumbList), JSON-LD 1.1 (section 7.1,
"Restrictions for contents of JSON-LD script elements").
"""

from typing import Any

import msgspec

from site_builder.addresses import absolute
from site_builder.build.pages import ArticleView, PageInfo, PictureView, SiteInfo
from site_builder.config_organisation import POLICIES

_TYPES = {
    "news": "NewsArticle",
    "analysis": "AnalysisNewsArticle",
    "opinion": "OpinionNewsArticle",
    "background": "BackgroundNewsArticle",
    "explainer": "BackgroundNewsArticle",
    "reportage": "ReportageNewsArticle",
}
"""The type of each kind of article; schema.org has one for backgrounders and explainers."""

_Thing = dict[str, Any]

_encode = msgspec.json.Encoder().encode


class StructuredData:
    """Tells what the pages of one site are."""

    def __init__(self, site: SiteInfo) -> None:
        self._site = site
        self._organisation = msgspec.Raw(_encode(_organisation(site)))

    def of(self, article: ArticleView | None, page: PageInfo) -> str:
        """Return the JSON-LD of a page; nothing in it can end a script element."""
        things: list[_Thing | msgspec.Raw] = []
        if article:
            things.append(_article(article, page, self._site, self._organisation))
        if page.kind == "home":
            things += [_website(self._site), self._organisation]
        else:
            things.append(_trail(page, self._site))
        told = {"@context": "https://schema.org", "@graph": things}
        return _encode(told).decode().replace("<", "\\u003c")


def _article(
    article: ArticleView, page: PageInfo, site: SiteInfo, publisher: msgspec.Raw
) -> _Thing:
    return _thing(
        _TYPES[article.kind],
        headline=article.title,
        mainEntityOfPage=page.canonical,
        url=page.canonical,
        datePublished=article.date.isoformat(),
        dateModified=(article.updated or article.date).isoformat(),
        inLanguage=article.language,
        articleSection=[term.name for term in article.categories],
        author=[
            _thing("Person", name=term.name, url=absolute(site.url, term.url))
            for term in article.authors
        ],
        publisher=publisher,
        description=article.summary,
        dateline=article.dateline,
        image=_image(article.image, site) if article.image else None,
        keywords=[term.name for term in article.tags],
        wordCount=article.words,
        isAccessibleForFree=True,
        isBasedOn=[
            _thing("CreativeWork", name=source.title, url=source.url) for source in article.sources
        ],
        correction=[
            _thing("CorrectionComment", datePublished=one.date.isoformat(), text=one.text)
            for one in article.corrections
        ],
        identifier=_identifiers(article),
    )


def _identifiers(article: ArticleView) -> list[_Thing]:
    """Return the names of the edition, by which anyone can check its bytes."""
    edition = article.edition
    values = {"ipfs": edition.address, "sha256": edition.sha256} if edition else {}
    return [
        _thing("PropertyValue", propertyID=name, value=value)
        for name, value in values.items()
        if value
    ]


def _image(image: PictureView, site: SiteInfo) -> _Thing:
    return _thing(
        "ImageObject",
        url=absolute(site.url, image.url),
        width=_pixels(image.width),
        height=_pixels(image.height),
        caption=image.caption or image.alt,
        creditText=image.credit,
    )


def _pixels(number: int | None) -> _Thing | None:
    """Return a size; schema.org has no bare numbers there (unit: UN/CEFACT Recommendation 20)."""
    return _thing("QuantitativeValue", value=number, unitCode="E37") if number else None


def _website(site: SiteInfo) -> _Thing:
    return _thing(
        "WebSite",
        url=site.url,
        name=site.title,
        description=site.description,
        inLanguage=site.language,
        publisher={"@id": _id(site)},
    )


def _organisation(site: SiteInfo) -> _Thing:
    """Return the publisher, with all of its policies on each page: some readers see only one."""
    known = site.organisation
    return _thing(
        "NewsMediaOrganization",
        **{"@id": _id(site)},
        name=site.publisher,
        url=site.url,
        logo=_thing("ImageObject", url=absolute(site.url, known.logo)) if known.logo else None,
        sameAs=list(known.same_as),
        **{
            POLICIES[key]: absolute(site.url, address) if address.startswith("/") else address
            for key, address in known.policies.items()
        },
    )


def _id(site: SiteInfo) -> str:
    return f"{site.url}#organisation"


def _trail(page: PageInfo, site: SiteInfo) -> _Thing:
    """Return the way to a page from the home page, both included."""
    steps = [(site.title, site.url)]
    steps += [(term.name, absolute(site.url, term.url)) for term in page.trail]
    steps.append((page.title, page.canonical))
    return _thing(
        "BreadcrumbList",
        itemListElement=[
            _thing("ListItem", position=position, name=name, item=address)
            for position, (name, address) in enumerate(steps, start=1)
        ],
    )


def _thing(kind: str, **properties: Any) -> _Thing:
    """Return a thing of a type, without the properties that it does not have."""
    return {"@type": kind, **{name: value for name, value in properties.items() if value}}
