"""Engines: the places that store blocks for us, each behind the interface in `engine`."""
