"""Render one job to bytes.

In: a job, the site and the theme. Out: bytes, or a Problem that names the template and its line.
Never touches a file, and reads nothing that the job does not hold.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache, partial
from html import escape as escape_html
from typing import Any
from urllib.parse import urlsplit

import jinja2
import msgspec
from jinja2.bccache import Bucket
from markupsafe import Markup

from site_builder.addresses import absolute, escape, root_of
from site_builder.build.dates import long_date, month_name
from site_builder.build.jobs import BodyLinks, EditionJob, PageJob
from site_builder.build.pages import PageInfo, PictureView, SiteInfo, Term
from site_builder.build.pictures import BODY_SIZES, picture_element
from site_builder.build.security import content_policy
from site_builder.build.structured import StructuredData
from site_builder.build.theme import TEMPLATES, Look
from site_builder.errors import Problem

_ROOT = "\x02"
"""Stands for the way to the site's root while a page is rendered, so that what pages have in common
can be kept. No text of an archive may have this character."""

EDITION_TEMPLATE = "edition.html"

_LAZY = (("loading", "lazy"), ("decoding", "async"))
_EAGER = (("fetchpriority", "high"),)

_FILTERS = ("link", "links", "asset", "absolute", "long_date", "iso", "time")
_VIEW = re.compile(r"'site_builder\.[\w.]*?(\w+?)(?:View|Info)? object'")


class TemplateFault(Exception):
    """Carries the Problem of a template to the caller."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__()


def compile_all(look: Look) -> tuple[list[Problem], dict[str, bytes]]:
    """Compile every template; return a Problem for each that has a fault, and what came of them.

    The second depends on the templates and on the versions of Python and Jinja alone.
    """
    compiled: dict[str, bytes] = {}
    environment = _environment(look, compiled)
    environment.filters.update(dict.fromkeys(_FILTERS, _late(str)))
    problems = []
    for name in sorted(look.templates):
        try:
            environment.get_template(name)
        except jinja2.TemplateError as error:
            problems.append(_problem(error, name))
    return problems, compiled


def _late(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that Jinja applies while rendering, to constants too.

    What it made of them while compiling would be part of the template, and kept with it.
    """
    return jinja2.pass_context(lambda _, *values, **options: function(*values, **options))


class _Compiled(jinja2.BytecodeCache):
    """Templates that are compiled already, by Jinja's names for them."""

    def __init__(self, codes: dict[str, bytes]) -> None:
        self.codes = codes

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket; Jinja checks that source and version are those of the code."""
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what Jinja compiled."""
        self.codes[bucket.key] = bucket.bytecode_to_string()


def _environment(look: Look, compiled: dict[str, bytes]) -> jinja2.Environment:
    def load(name: str) -> tuple[str, str, None] | None:
        template = look.templates.get(name)
        return (template.text, template.file, None) if template else None

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_Compiled(compiled),
    )


class Renderer:
    """Renders the pages of one site with one theme."""

    def __init__(self, site: SiteInfo, look: Look, compiled: dict[str, bytes]) -> None:
        self.site = site
        self.environment = _environment(look, dict(compiled))
        self._templates: dict[str, jinja2.Template] = {}
        language = site.language
        filters: dict[str, Callable[..., Any]] = {
            "link": link_to,
            "links": _links,
            "asset": lambda name: link_to(_asset(look.assets, name)),
            "absolute": partial(absolute, site.url),
            "long_date": lambda day: long_date(day, language),
            "iso": _iso,
            "time": lru_cache(maxsize=4096)(partial(_time, language=language)),
        }
        self.environment.filters.update(
            {name: _late(function) for name, function in filters.items()}
        )
        month = partial(month_name, language=language)
        told = StructuredData(site)
        self.environment.globals.update(
            site=site,
            month_name=month,
            picture=_picture,
            once=_once(),
            structured_data=lambda article, page: Markup(told.of(article, page)),  # noqa: S704 - made to stand in a script element
            content_policy=Markup(content_policy(look.templates)),  # noqa: S704 - has no double quote
        )

    def page(self, job: PageJob) -> bytes:
        """Return a page as UTF-8. Raises TemplateFault."""
        values = dict(job.values)
        if job.body is not None:
            body = Markup(linked_body(job.body))  # noqa: S704 - the author's own HTML
            values["article"] = msgspec.structs.replace(values["article"], body=body)
        text = self._render(job.template, values, job.page)
        everywhere = job.page.kind == "missing"  # hosts serve 404.html at any depth
        root = urlsplit(self.site.url).path if everywhere else root_of(job.page.url)
        return text.replace(_ROOT, root).encode()

    def edition(self, job: EditionJob, page: PageJob, body: str, picture: str) -> bytes:
        """Return an edition as UTF-8, all its links absolute. Raises TemplateFault.

        `page` is its article's.
        `body` is the article's, its links made by `linked_body`; `picture` what shows its image.
        """
        html = Markup(body)  # noqa: S704 - the author's own HTML
        values = {
            "article": msgspec.structs.replace(page.values["article"], body=html),
            "picture": picture,
            "revision": job.revision,
            "previous": job.previous,
        }
        text = self._render(EDITION_TEMPLATE, values, page.page)
        return text.replace(_ROOT, self.site.url).encode()

    def _template(self, name: str) -> jinja2.Template:
        """Return a template. Its globals are one dict: rendering copies them each time."""
        template = self._templates.get(name)
        if template is None:
            template = self._templates[name] = self.environment.get_template(name)
            template.globals = dict(template.globals)
        return template

    def _render(self, name: str, values: dict[str, Any], page: PageInfo) -> str:
        try:
            return self._template(name).render(values, page=page)
        except Exception as error:  # a template can raise anything; all of it is the theme's fault
            raise TemplateFault(_problem(error, name, page)) from error


def link_to(url: str) -> str:
    """Return the link to a site url, with a mark for the way from the page to the site's root."""
    return _ROOT + escape(url[1:])


def _links(terms: Iterable[Term], last: str = ", ") -> Markup:
    """Return terms as links, separated by commas; `last` stands before the last of several."""
    written = [f'<a href="{link_to(term.url)}">{escape_html(term.name)}</a>' for term in terms]
    if len(written) > 1:
        written[-2:] = [f"{written[-2]}{escape_html(last)}{written[-1]}"]
    return Markup(", ".join(written))  # noqa: S704 - escaped above


def _time(moment: date, language: str) -> Markup:
    """Return a day in words, with the moment for machines."""
    words = escape_html(long_date(moment, language))
    return Markup(f'<time datetime="{_iso(moment)}">{words}</time>')  # noqa: S704 - escaped above


def _once() -> Callable[..., Any]:
    """Return the function `once` of templates: call a macro, and remember what it returned.

    Only for macros that see nothing but their arguments and the site. What is least used is
    forgotten first.
    """

    @lru_cache(maxsize=4000)
    def call(macro: Any, value: Any, options: tuple[tuple[str, Any], ...]) -> Any:
        return macro(value, **dict(options))

    return lambda macro, value, **options: call(macro, value, tuple(options.items()))


def _asset(assets: dict[str, str], name: str) -> str:
    if name not in assets:
        raise LookupError(f'there is no static file "{name}" in the theme')
    return assets[name]


def _iso(moment: date) -> str:
    """Return a moment as RFC 3339 has it, a day as `2025-08-20`."""
    return (
        moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()
    )


def linked_body(body: BodyLinks) -> str:
    """Return a body with its references as links and its pictures in all their forms."""
    pieces = [body.parts[0]]
    for number, (target, suffix, part) in enumerate(
        zip(body.urls, body.suffixes, body.parts[1:], strict=True)
    ):
        if number in body.pictures:
            shown = body.pictures[number]
            attributes = dict(_LAZY) | dict(shown.attributes)
            element = picture_element(shown.picture, attributes.items(), BODY_SIZES, link_to)
            pieces += (element, part)
        else:
            pieces += (escape_html(link_to(target) + suffix if target else suffix), part)
    return "".join(pieces)


def _picture(image: PictureView, sizes: str = BODY_SIZES, lazy: bool = True) -> Markup:
    """Return a picture as an element; one that is not `lazy` is what a page is opened for."""
    when = _LAZY if lazy else _EAGER
    return Markup(picture_element(image, (("alt", image.alt), *when), sizes, link_to))  # noqa: S704 - escaped there


def _problem(error: Exception, name: str, page: PageInfo | None = None) -> Problem:
    """Say which template and line are at fault."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        file = error.filename or f"theme/{TEMPLATES}/{error.name or name}"
        return Problem(file, error.lineno, f"is no valid template: {error.message}")
    if isinstance(error, jinja2.TemplateNotFound):
        file = f"theme/{TEMPLATES}/{error.name or name}"
        hint = f"it is used by theme/{TEMPLATES}/{name}" if error.name != name else ""
        return Problem(file, 0, "there is no such template", hint)
    file, line = f"theme/{TEMPLATES}/{name}", 0
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename.startswith(f"theme/{TEMPLATES}/"):
            file, line = code.co_filename, step.tb_lineno
        step = step.tb_next
    what = _VIEW.sub(lambda found: found[1].lower(), str(error))
    hint = f"while rendering {page.url}" if page else ""
    if not isinstance(error, jinja2.UndefinedError):
        what = f"fails: {what or type(error).__name__}"
    return Problem(file, line, what, hint)
