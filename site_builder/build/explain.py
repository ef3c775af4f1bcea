"""Say from what an output is made, and why a build would make it again.

In: the plan and what earlier builds know. Out: an Explanation. Nothing is rendered.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from site_builder.addresses import path_of
from site_builder.build.output import Made, Output, all_inputs
from site_builder.errors import EnvironmentFault, nearest


class Explanation(NamedTuple):
    """`inputs` has each input with what became of it since the file was made.

    `reasons` says why the file would be made again; it is empty where it would be left alone.
    """

    path: str
    inputs: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]


def explain_output(
    place: str,
    folders: tuple[str, ...],
    outputs: Mapping[str, Output],
    made: Mapping[str, Made],
    present: Mapping[str, tuple[int, int]],
    remembered: Callable[[str], dict[str, bytes]],
) -> Explanation:
    """Explain the output that `place` names: its path, with one of `folders` or not, or its url.

    Raises EnvironmentFault where the site has none.
    """
    path = _find(place, folders, outputs)
    output = outputs[path]
    now, then = all_inputs(output), remembered(path)
    known = made.get(path)
    if known is None or not known[0]:
        inputs = [(name, "") for name in now]
        return Explanation(path, tuple(inputs), ("no build has made it yet",))
    inputs = [(name, _state(digest, then.get(name))) for name, digest in now.items()]
    inputs += [(name, "gone") for name in then if name not in now]
    reasons = []
    if known[0] != output.fingerprint:
        reasons += [f"{name}: {state}" for name, state in inputs if state != "unchanged"]
        reasons = reasons or ["its inputs are not those it was made from"]
    if path not in present:
        reasons.append("the file is missing")
    elif present[path] != known[1:]:
        reasons.append("the file was changed since it was made")
    return Explanation(path, tuple(inputs), tuple(reasons))


def _state(now: bytes, then: bytes | None) -> str:
    if then is None:
        return "new"
    return "unchanged" if now == then else "changed"


def _find(place: str, folders: tuple[str, ...], outputs: Mapping[str, Output]) -> str:
    shown = place.removeprefix("./")
    for folder in folders:
        shown = shown.removeprefix(folder)
    shown = shown.lstrip("/")
    for path in (shown, path_of(f"/{shown}"), path_of(f"/{shown}/".replace("//", "/"))):
        if path in outputs:
            return path
    hint = nearest(shown, outputs) if len(outputs) < 5000 else ""
    raise EnvironmentFault(f"the site has no file {shown or place}. {hint}".strip())
