"""From Articles and a theme to the files under `output/`."""
