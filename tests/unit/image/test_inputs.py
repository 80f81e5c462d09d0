"""The tag of an image, and what is sent to the builder."""

import tarfile
from pathlib import Path

import pytest

from deploy.image_build import ImageBuildError, pinned_inputs
from deploy.image_inputs import Inputs, inputs

FILES = {"Dockerfile": b"FROM x\n", "modelgate/a.py": b"A = 1\n"}
INPUTS = Inputs(files=FILES, base="base:1", base_identity="sha256:1", user="0:0")


@pytest.mark.parametrize(
    "other",
    [
        Inputs(files=FILES | {"modelgate/a.py": b"A = 2\n"}, base="base:1", base_identity="sha256:1", user="0:0"),
        Inputs(files=FILES | {"modelgate/b.py": b""}, base="base:1", base_identity="sha256:1", user="0:0"),
        Inputs(files=FILES, base="base:1", base_identity="sha256:2", user="0:0"),
        Inputs(files=FILES, base="base:1", base_identity="sha256:1", user="10001:10001"),
    ],
    ids=["other bytes", "another file", "another base", "another user"],
)
def test_other_inputs_have_another_tag(other: Inputs) -> None:
    """Whatever changes the image changes its tag."""
    assert other.tag != INPUTS.tag


def test_the_tag_does_not_depend_on_names_of_the_base_or_on_order() -> None:
    """The same bytes have the same tag, whatever the base is called here."""
    same = Inputs(files=dict(reversed(FILES.items())), base="other:2", base_identity="sha256:1", user="0:0")

    assert same.tag == INPUTS.tag


def test_the_context_is_the_listed_files_and_the_wheels(tmp_path: Path) -> None:
    """Nothing else of the checkout reaches the builder, and no file carries a time or an owner."""
    (tmp_path / "one-1.0-py3-none-any.whl").write_bytes(b"wheel")
    (tmp_path / "notes.txt").write_text("not a wheel")

    with tarfile.open(fileobj=INPUTS.context(tmp_path)) as archive:
        members = archive.getmembers()

    assert [member.name for member in members] == ["Dockerfile", "modelgate/a.py", "wheels/one-1.0-py3-none-any.whl"]
    assert {(member.mtime, member.uid, member.mode) for member in members} == {(0, 0, 0o644)}


def test_the_working_tree_gives_code_without_leftovers() -> None:
    """The image gets the package and its requirements; no bytecode, no tests, no credentials."""
    found = inputs(base="b", base_identity="i", user="0:0").files

    assert {"Dockerfile", "requirements.txt", "modelgate/steps/check.py", "modelgate/py.typed"} <= set(found)
    assert all(path.startswith("modelgate/") or "/" not in path for path in found)
    assert not any("__pycache__" in path for path in found)


def test_a_base_without_a_digest_is_refused() -> None:
    """A base that could change under its name is refused with the form to use."""
    with pytest.raises(ImageBuildError, match="'python:3' is not pinned; give it as name:tag@sha256:…"):
        pinned_inputs("python:3", user="0:0")
