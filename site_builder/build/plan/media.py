"""Plan the files that articles show: copies, and of pictures the forms in which they are published.

No picture made of pixels is published as it is: its metadata may say where it was taken.
"""

from collections.abc import Iterator
from functools import partial

import msgspec

from site_builder.addresses import media_url, path_of
from site_builder.articles.article import Entry
from site_builder.articles.media import Medium
from site_builder.articles.source import ARTICLES
from site_builder.build.jobs import CopyJob, PictureJob
from site_builder.build.output import ASSET, Inputs, Load, Output, fingerprint_of, output
from site_builder.build.published import Published
from site_builder.pictures.facts import (
    VECTOR,
    Facts,
    Variant,
    variant_url,
    variants_of,
    widest,
)
from site_builder.pictures.order import Original
from site_builder.pictures.store import maker


class PictureFileRecipe(msgspec.Struct, frozen=True, gc=False):
    """The recipe of a published file of a picture."""

    original: Original
    variant: Variant

    def inputs(self) -> Inputs:
        """Return the inputs."""
        return (("file", self.original.digest), ("encoder", maker()))

    def shown(self) -> tuple[Entry, ...]:
        """Return nothing: each input stands for itself."""
        return ()

    def make(self, _: Load) -> PictureJob:
        """Return the job of the file."""
        return PictureJob(self.original, self.variant)


def plan_media(published: Published, articles_folder: str) -> Iterator[tuple[Entry, Output]]:
    """Yield the files that articles show or link to, each once, with the article.

    `articles_folder` is the absolute path of `articles/`.
    """
    for entry in published.entries:
        if not entry.media_named:
            continue
        planned: dict[str, Output] = {}
        shown = {mention.target for mention in entry.media_named if mention.shown}
        for file in sorted({mention.target for mention in entry.media_named}):
            known = published.media.get(file)
            if known is None:
                continue
            url = media_url(entry.source, entry.url, file)
            original = original_of(known, articles_folder, file)
            if original is None or original.facts.kind == VECTOR:
                make = partial(_copy_job, f"{articles_folder}/{file}")
                yield entry, output(path_of(url), ASSET, (("file", known.digest),), make)
                continue
            for variant in _wanted(original.facts, file in shown):
                path = path_of(variant_url(url, known.digest, variant))
                recipe = PictureFileRecipe(original, variant)
                planned[path] = Output(path, ASSET, fingerprint_of(recipe.inputs()), recipe)
        yield from ((entry, one) for one in planned.values())  # equal paths are equal bytes


def original_of(known: Medium, articles_folder: str, file: str) -> Original | None:
    """Return a picture, None for any other file."""
    if known.facts is None:
        return None
    return Original(f"{articles_folder}/{file}", f"{ARTICLES}/{file}", known.digest, known.facts)


def _wanted(facts: Facts, shown: bool) -> Iterator[Variant]:
    """Yield the files of a picture: of one that is linked to and not shown, the widest alone."""
    if not shown:
        yield widest(facts)
        return
    for group in variants_of(facts):
        yield from group


def _copy_job(file: str, _: Load) -> CopyJob:
    return CopyJob(file)
