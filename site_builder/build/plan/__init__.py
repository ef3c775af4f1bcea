"""From the entries of an archive to the outputs of its site: which files, from which inputs."""
