"""Programs besides Python that some tests need.

Such a test asks here for its program. Where it is missing the test is skipped, or fails when
SITE_BUILDER_ALL_PROGRAMS is set, as it is where a change is let in: there nothing may go untried.
"""

import os
import shutil

import pytest

ALL_PROGRAMS = "SITE_BUILDER_ALL_PROGRAMS"


def needs_program(name: str) -> str:
    """Return the path of a program; without it the test ends here."""
    found = shutil.which(name)
    if found is None:
        if os.environ.get(ALL_PROGRAMS):
            pytest.fail(f"the program {name} is missing, and {ALL_PROGRAMS} is set", pytrace=False)
        pytest.skip(f"the program {name} is missing")
    return found
