"""What is wrong with a file that an article shows."""


class PictureFault(Exception):
    """A file that cannot be published: what is wrong, and what to do.

    `file` is its path below the archive's folder, where that is known.
    """

    def __init__(self, what: str, hint: str, file: str = "") -> None:
        self.what = what
        self.hint = hint
        self.file = file
        super().__init__(what)
