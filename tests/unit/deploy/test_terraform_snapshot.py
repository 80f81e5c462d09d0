"""What a run reads is what it read first, whatever happens in the work tree meanwhile."""

from pathlib import Path

import pytest

from deploy.terraform import snapshot


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a module, a root that has been initialised by hand, and a build."""
    for name in ("terraform/modules/store/main.tf", "terraform/roots/product/.terraform.lock.hcl", "build/a.zip"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first")
    (tmp_path / "terraform/roots/product/.terraform").mkdir()
    (tmp_path / "terraform/roots/product/.terraform/provider").write_text("large")
    monkeypatch.setattr(snapshot, "ROOT", tmp_path)
    return tmp_path


def taken(repository: Path) -> Path:
    return snapshot.take(repository / "work", [repository / "terraform", repository / "build/a.zip"])


def test_a_copy_is_laid_out_as_the_repository_and_keeps_the_lock_file(repository: Path) -> None:
    """Relative paths of modules and builds, and the locked provider, hold in it."""
    copy = taken(repository)
    found = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}

    assert found == {"terraform/modules/store/main.tf", "terraform/roots/product/.terraform.lock.hcl", "build/a.zip"}


def test_a_build_or_a_module_that_changes_during_a_run_does_not_change_its_copy(repository: Path) -> None:
    """The next run gets a copy of its own."""
    before = taken(repository)
    (repository / "build/a.zip").write_text("second")
    (repository / "terraform/modules/store/main.tf").write_text("second")
    after = taken(repository)

    assert (before / "build/a.zip").read_text() == "first"
    assert (before / "terraform/modules/store/main.tf").read_text() == "first"
    assert (after / "build/a.zip").read_text() == "second"


def test_the_same_content_is_copied_once(repository: Path) -> None:
    """Runs side by side share it, and nothing half written is left."""
    assert taken(repository) == taken(repository)
    assert len(list((repository / "work").iterdir())) == 1


def test_old_copies_go(repository: Path) -> None:
    """A workspace does not grow with every edit."""
    for number in range(9):
        (repository / "build/a.zip").write_text(str(number))
        latest = taken(repository)

    assert len(list((repository / "work").iterdir())) == 5
    assert (latest / "build/a.zip").read_text() == "8"
