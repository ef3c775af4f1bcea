"""What is stale, left over and not ours follows from the plan, the cache and the folder alone."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from site_builder.build.inspection import Inspection, OutputState
from site_builder.build.output import PAGE, Output, known_output
from site_builder.build.write import FileState

PATHS = [f"{name}/index.html" for name in "abcdef"]
FINGERPRINTS = st.sampled_from([b"1", b"2"])
STATES = st.sampled_from([(1, 1), (1, 2)])
MADE = st.one_of(st.tuples(FINGERPRINTS, STATES), st.just((b"", (0, 0))))
"""As a build left it, or as being written when a build was killed."""


def some(values: st.SearchStrategy) -> st.SearchStrategy:
    """Return values for some of the paths, in any order."""
    return st.lists(st.sampled_from(PATHS), unique=True).flatmap(
        lambda paths: st.fixed_dictionaries(dict.fromkeys(paths, values))
    )


@given(planned=some(FINGERPRINTS), made=some(MADE), present=some(STATES), owned=some(st.none()))
def test_what_differs_is_stale_and_what_has_no_place_is_left_over_or_not_ours(
    planned: dict[str, bytes],
    made: dict[str, tuple[bytes, FileState]],
    present: dict[str, FileState],
    owned: dict[str, None],
) -> None:
    recorded = {path: (fingerprint, *state) for path, (fingerprint, state) in made.items()}
    states = {path: state for path, (_, state) in made.items()}
    seen = Inspection(
        {
            path: present.get(path)
            for path in present.keys() | states.keys()
            if present.get(path) != states.get(path)
        },
        frozenset(owned.keys() - made.keys()),
        frozenset(made.keys() - owned.keys()),
    )
    outputs = {path: _output(path, fingerprint) for path, fingerprint in planned.items()}
    state = OutputState(recorded, seen)
    assert state.stale(outputs) == [
        output
        for path, output in outputs.items()
        if path not in made
        or made[path][0] != output.fingerprint
        or present.get(path) != states[path]
    ]
    assert state.left_over(outputs) == sorted(owned.keys() - planned.keys())
    assert state.not_ours() == present.keys() - owned.keys()
    for path in PATHS:
        assert state.has(path) == (path in present)
        assert state.owns(path) == (path in owned)
    strangers = present.keys() - owned.keys()
    as_recorded = owned.keys() == made.keys() and all(
        present.get(path) == states[path] for path in made
    )
    assert seen.is_as_recorded(strangers) == as_recorded


def _output(path: str, fingerprint: bytes) -> Output:
    return replace(known_output(path, PAGE, "text", b""), fingerprint=fingerprint)
