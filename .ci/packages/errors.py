"""What can go wrong, in a sentence."""


class PackagingError(Exception):
    """Something that keeps a package from being made, and what to do about it."""
