"""From a file under `articles/` to an Article."""
