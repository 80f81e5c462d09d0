"""The digest of the installed code covers whatever decides: the gate's own package and installed custom checks."""

from collections.abc import Callable
from pathlib import Path

import modelgate
import pytest
from modelgate.steps.package_digest import own_digest, package_digest

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a package with one custom check; called again, install another edition of it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(*, version: str = "1", point: str = "loss = made_up_checks.loss:loss", source: str = "A = 1\n") -> Path:
        package, info = tmp_path / "made_up_checks", tmp_path / "made_up_checks.dist-info"
        for folder in (package, info):
            folder.mkdir(exist_ok=True)
        (package / "__init__.py").write_text("")
        (package / "loss.py").write_text(source)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: made-up-checks\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[modelgate.checks]\n{point}\n")
        return package

    return write


def test_an_installed_check_changes_the_digest_and_not_that_of_the_gate_itself(install: Install) -> None:
    """With another check, another version of the code decides."""
    own, before = own_digest(), package_digest()

    install()

    assert package_digest() != before
    assert own_digest() == own


def test_data_of_the_gate_itself_counts_and_bytecode_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The texts that a judge is measured on decide as much as the code that reads them."""
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "labelled.jsonl").write_text("one\n")
    monkeypatch.setattr(modelgate, "__file__", str(tmp_path / "__init__.py"))
    before = own_digest()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "judge.pyc").write_bytes(b"compiled")

    assert own_digest() == before

    (tmp_path / "labelled.jsonl").write_text("other\n")

    assert own_digest() != before


@pytest.mark.parametrize(
    "change",
    [{"source": "A = 2\n"}, {"version": "2"}, {"point": "gain = made_up_checks.loss:loss"}],
    ids=["code", "version", "name"],
)
def test_another_edition_of_a_check_has_another_digest(install: Install, change: dict[str, str]) -> None:
    """Its code, its version, and the names by which policies reach it all count; installing it twice does not."""
    install()
    before = package_digest()
    install()

    assert package_digest() == before

    install(**change)

    assert package_digest() != before


def test_data_beside_a_check_counts_and_bytecode_does_not(install: Install) -> None:
    """A table of limits decides as much as the code that reads it; a cache is made by running."""
    package = install()
    before = package_digest()
    (package / "__pycache__").mkdir()
    (package / "__pycache__/loss.cpython-311.pyc").write_bytes(b"\0")

    assert package_digest() == before

    (package / "limits.json").write_text("{}")

    assert package_digest() != before


@pytest.mark.parametrize("point", ["loss = never_heard_of:loss", "loss = made_up_single:loss"])
def test_a_check_of_any_form_has_a_digest(install: Install, tmp_path: Path, point: str) -> None:
    """A package of one file counts by that file; one that cannot be found is for the step to refuse, not for this."""
    (tmp_path / "made_up_single.py").write_text("A = 1\n")
    install(point=point)
    before = package_digest()
    (tmp_path / "made_up_single.py").write_text("A = 2\n")

    assert (package_digest() == before) == ("never_heard_of" in point)
