"""Names of groups and features in policies: ``*`` matches any text, every other character only itself."""

from fnmatch import fnmatchcase


def fits(name: str, pattern: str) -> bool:
    """Whether *name* fits *pattern*, in the same case."""
    return fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))
