"""Programs that measure site_builder beside other generators; no part of the package."""
