"""Where the packages of a debootstrap base come from."""

import pytest

from deploy.base_image import mirror


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (
            "Types: deb\nURIs: https://mirror.example/debian/\nSuites: bookworm bookworm-updates\n",
            "https://mirror.example/debian",
        ),
        ("deb http://mirror.example/debian bookworm main\n", "http://mirror.example/debian"),
        ("deb [signed-by=/k.gpg arch=amd64] http://mirror.example/d trixie main\n", "http://mirror.example/d"),
        ("# deb http://mirror.example/debian bookworm main\n", None),
        ("deb http://archive.example/ubuntu noble main\n", None),
        ("Types: deb-src\nURIs: http://mirror.example/debian\nSuites: bookworm\n", None),
        ("Types: deb\nURIs: http://security.example/d\nSuites: bookworm-security\n", None),
        ("", None),
    ],
    ids=["deb822", "one line", "options", "comment", "another distribution", "sources only", "security", "none"],
)
def test_the_machines_debian_mirror_is_used(sources: str, expected: str | None) -> None:
    """The mirror that apt uses for Debian is taken in either format; without one, debootstrap knows its own."""
    assert mirror(sources) == expected
