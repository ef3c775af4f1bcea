"""Turn an article, as the cache keeps it, into what its page and its edition show.

In: an ArticleJob. Out: the PageJob to render. It is done where the page is rendered, so that
bodies pass through the process that plans without being taken apart there.
"""

from collections.abc import Mapping

import msgspec

from site_builder.addresses import normal_url
from site_builder.articles.article import Article, Body, Entry, Notice, decode_article
from site_builder.articles.media import Media
from site_builder.build.jobs import ArticleJob, BodyLinks, BodyPicture, PageJob
from site_builder.build.pages import ArticleView, EditionView, NoticeView, SourceView
from site_builder.build.pictures import file_url, picture_view

WORDS_A_MINUTE = 230


def article_page(job: ArticleJob) -> PageJob:
    """Return the page of an article."""
    article = decode_article(job.article)
    values = {
        "article": _article_view(job, article),
        "previous": job.previous,
        "next": job.next,
        "related": job.related,
    }
    body = body_links(article.entry, article.body, job.links, job.media)
    return PageJob("article.html", job.page, values, body)


def with_edition(page: PageJob, edition: EditionView) -> PageJob:
    """Return the page of an article with what it says of its edition."""
    article = msgspec.structs.replace(page.values["article"], edition=edition)
    return msgspec.structs.replace(page, values={**page.values, "article": article})


def _article_view(job: ArticleJob, article: Article) -> ArticleView:
    """Return an article as templates see it, without its body."""
    return ArticleView(
        **msgspec.structs.asdict(job.card),
        standfirst=article.standfirst,
        dateline=article.dateline,
        tags=job.tags,
        sources=tuple(SourceView(link.title, link.url) for link in article.sources),
        corrections=tuple(notice_of(correction) for correction in article.corrections),
        words=article.words,
        minutes=max(1, round(article.words / WORDS_A_MINUTE)),
        extra=article.extra,
        edition=job.edition,
        body=None,
    )


def body_links(entry: Entry, body: Body, links: Mapping[str, str], media: Media) -> BodyLinks:
    """Return a body with the site url of each of its references, and with its pictures.

    `links` has the urls of the sources that the entry names, `media` the files.
    """
    urls = []
    pictures = {}
    for number, reference in enumerate(body.references):
        if reference.kind == "source":
            urls.append(links.get(reference.target, ""))  # a missing one is reported by the plan
        elif reference.kind in ("media", "picture"):
            urls.append(file_url(media, entry, reference.target))
            if reference.kind == "picture":
                view = picture_view(media, entry, reference.target)
                pictures[number] = BodyPicture(view, reference.attributes)
        else:
            urls.append(normal_url(reference.target) if reference.kind == "url" else "")
    suffixes = tuple(one.suffix for one in body.references)
    return BodyLinks(body.parts, tuple(urls), suffixes, pictures)


def notice_of(notice: Notice) -> NoticeView:
    """Return a dated remark as templates see it."""
    return NoticeView(notice.date, notice.text)
