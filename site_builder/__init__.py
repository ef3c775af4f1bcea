"""A static site generator for a permanent news archive."""

__version__ = "0.1.0"
