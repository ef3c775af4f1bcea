"""Look at the pictures of one run and encode them, in worker processes."""

from collections.abc import Collection, Iterable, Iterator
from functools import partial

from site_builder.build.work import fill_batch, look_batch
from site_builder.build.workers import Workers
from site_builder.errors import ContentError, EnvironmentFault
from site_builder.pictures.facts import Variant
from site_builder.pictures.order import Order, Original
from site_builder.pictures.seen import Seen, Unfit
from site_builder.pictures.store import forget_others
from site_builder.reports import Progress

LOOK_BATCH = 4
"""Files; a picture can take a second to decode."""


class Darkroom:
    """Where the pictures of one run are made.

    `store` is the folder that keeps them. A run that does not `fill` it writes nothing there; what
    it cannot do without, it encodes for itself.
    """

    def __init__(self, store: str, workers: Workers, progress: Progress, fills: bool) -> None:
        self.store = store
        self._fills = fills
        self._workers = workers
        self._progress = progress

    def look_at(self, files: list[str]) -> Iterator[Seen | Unfit]:
        """Yield what is to be known of files, given by their absolute paths, in their order."""
        self._progress.start("looking at pictures", len(files))
        batches = (files[at : at + LOOK_BATCH] for at in range(0, len(files), LOOK_BATCH))
        for results in self._workers.map(look_batch, batches, alone=len(files) <= LOOK_BATCH):
            yield from results
            self._progress.advance(len(results))

    def encode(self, wanted: Iterable[tuple[Original, Variant]]) -> None:
        """Make the store have these files. Raises ContentError and EnvironmentFault."""
        if not self._fills:
            return
        originals: dict[bytes, Original] = {}
        variants: dict[bytes, dict[Variant, None]] = {}
        for original, variant in wanted:
            originals.setdefault(original.digest, original)
            variants.setdefault(original.digest, {})[variant] = None
        orders = [[Order(one, tuple(variants[digest]))] for digest, one in originals.items()]
        self._progress.start("encoding pictures", len(orders))
        problems = []
        for results in self._workers.map(
            partial(fill_batch, self.store), orders, alone=len(orders) < 2
        ):
            for result in results:
                if isinstance(result, OSError):
                    reason = result.strerror or str(result)
                    raise EnvironmentFault(f"cannot write {result.filename}: {reason}")
                if result:
                    problems.append(result)
            self._progress.advance(len(results))
        if problems:
            raise ContentError(problems)

    def forget_others(self, digests: Collection[bytes]) -> None:
        """Let the store keep only what was made of pictures with these digests."""
        if self._fills:
            forget_others(self.store, digests)
