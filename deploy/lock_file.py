"""Lock files of requirements, entry by entry: a pin, a condition where there is one, its hashes, who asks for it."""

from collections.abc import Iterator

from packaging.requirements import Requirement

LINUX = {
    "implementation_name": "cpython",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "sys_platform": "linux",
}


def entries(lock: str) -> dict[str, str]:
    """Each pin with its condition (``numpy==2.5.5 ; python_full_version >= '3.12'``), and all lines of its entry."""
    return {text.partition("\n")[0].removesuffix("\\").strip(): text for text in _texts(lock)}


def for_python(lock: str, python: str) -> str:
    """The entries that count for CPython *python* (``3.13``) on 64-bit Linux; pip would ask the Python that runs it."""
    environment = LINUX | {"python_version": python, "python_full_version": f"{python}.0"}
    found = ((Requirement(pin).marker, text) for pin, text in entries(lock).items())
    return "".join(text for marker, text in found if marker is None or marker.evaluate(environment))


def _texts(lock: str) -> Iterator[str]:
    text = ""
    for line in lock.splitlines(keepends=True):
        if line.startswith("#"):
            continue
        if text and not line[0].isspace():
            yield text
            text = ""
        text += line
    if text:
        yield text
