"""Render one job to bytes.

In: a job, the site and the theme. Out: bytes, or a Problem that names the template and its line.
Never touches a file, and reads nothing that the job does not hold.
"""

import re
from datetime import date, datetime
from functools import partial
from html import escape as escape_html
from typing import Any
from urllib.parse import urlsplit

import jinja2
import msgspec
from markupsafe import Markup

from site_builder.addresses import absolute, escape, relative
from site_builder.build.dates import long_date, month_name
from site_builder.build.pages import BodyLinks, PageInfo, PageJob, SiteInfo
from site_builder.build.theme import TEMPLATES, Theme
from site_builder.errors import Problem

_FILTERS = ("long_date", "iso")
_VIEW = re.compile(r"'site_builder\.[\w.]*?(\w+?)(?:View|Info)? object'")


class TemplateFault(Exception):
    """Carries the Problem of a template to the caller."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__()


def compile_all(theme: Theme) -> list[Problem]:
    """Compile every template; return a Problem for each that has a fault in its syntax."""
    environment = _environment(theme)
    environment.filters.update(dict.fromkeys(_FILTERS, str))
    problems = []
    for name in sorted(theme.templates):
        try:
            environment.get_template(name)
        except jinja2.TemplateError as error:
            problems.append(_problem(error, name))
    return problems


def _environment(theme: Theme) -> jinja2.Environment:
    def load(name: str) -> tuple[str, str, None] | None:
        template = theme.templates.get(name)
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
    )


class Renderer:
    """Renders the pages of one site with one theme."""

    def __init__(self, site: SiteInfo, theme: Theme) -> None:
        self.site = site
        self.assets = theme.assets
        self.environment = _environment(theme)
        language = site.language
        filters = (lambda day: long_date(day, language), _iso)
        self.environment.filters.update(zip(_FILTERS, filters, strict=True))
        self.environment.globals["site"] = site
        self.environment.globals["absolute"] = partial(absolute, site.url)
        self.environment.globals["month_name"] = partial(month_name, language=language)

    def page(self, job: PageJob) -> bytes:
        """Return a page as UTF-8. Raises TemplateFault."""
        origin = job.page.url
        values = dict(job.values)
        if job.body is not None:
            body = Markup(relative_body(job.body, origin))  # noqa: S704 - the author's own HTML
            values["article"] = msgspec.structs.replace(values["article"], body=body)
        link = self._missing_link if job.page.kind == "missing" else partial(relative, origin)
        try:
            template = self.environment.get_template(job.template)
            text: str = template.render(
                values, page=job.page, link=link, asset=lambda name: link(_asset(self.assets, name))
            )
        except Exception as error:  # a template can raise anything; all of it is the theme's fault
            raise TemplateFault(_problem(error, job.template, job.page)) from error
        return text.encode()

    def _missing_link(self, url: str) -> str:
        """Return the link of 404.html, which hosts serve at any depth (RFC 3986, section 4.2)."""
        return urlsplit(self.site.url).path + escape(url[1:])


def _asset(assets: dict[str, Any], name: str) -> str:
    if name not in assets:
        raise LookupError(f'there is no static file "{name}" in the theme')
    return str(assets[name].url)


def _iso(moment: date) -> str:
    """Return a moment as RFC 3339 has it, a day as `2025-08-20`."""
    return (
        moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()
    )


def relative_body(body: BodyLinks, origin: str) -> str:
    """Return a body whose references lead on from the page at `origin`."""
    pieces = [body.parts[0]]
    for target, suffix, part in zip(body.urls, body.suffixes, body.parts[1:], strict=True):
        reference = relative(origin, target) + suffix if target else suffix
        pieces += (escape_html(reference), part)
    return "".join(pieces)


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
