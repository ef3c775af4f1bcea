"""Characters that no text of an archive may have."""

import re

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 (section 2.2) or HTML (13.2.3.5) cannot carry, and with them no feed."""
