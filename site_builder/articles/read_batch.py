"""Take sources from bytes to Articles: the work that a worker process does for many at once.

In: names of sources with what is known of them. Out: an Article, encoded, or Problems for each. The
results depend on the bytes and the rules alone.
"""

from site_builder.articles.article import Encoded, Refused, encode
from site_builder.articles.read import read_bytes, read_source
from site_builder.articles.source import Rules, SourceFault, digest_of
from site_builder.articles.validate import RefusedFault, validate
from site_builder.build.markup import MarkupFault, render_markdown
from site_builder.errors import Problem


def read_all(
    root: str, rules: Rules, sources: list[tuple[str, bytes]]
) -> list[Encoded | Refused | None]:
    """Read, render and validate sources, given with their last known digests.

    For each, return the article, its Problems, or None where its bytes are those of the digest.
    """
    results: list[Encoded | Refused | None] = []
    for name, known in sources:
        try:
            data = read_bytes(root, name)
            if known and digest_of(data) == known:
                results.append(None)
                continue
            source = read_source(name, data)
            rendered = render_markdown(source.body, rules)
            results.append(encode(validate(source, rendered, rules)))
        except RefusedFault as fault:
            problems = tuple(fault.problems)
            results.append(Refused(name, problems, fault.sources_named, fault.media_named))
        except SourceFault as fault:
            results.append(Refused(name, tuple(fault.problems)))
        except MarkupFault as fault:
            problem = Problem(name, source.body_line, fault.what, fault.hint)
            results.append(Refused(name, (problem,)))
    return results
