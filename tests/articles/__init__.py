"""Tests of `site_builder/articles/`."""
