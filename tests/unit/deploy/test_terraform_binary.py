"""Which Terraform runs, and where it finds the provider."""

from pathlib import Path

import pytest

from deploy.terraform import binary
from deploy.terraform.errors import DeployError


def terraform(folder: Path, answer: str) -> None:
    """Put a program called terraform into *folder* that says *answer*."""
    folder.mkdir(exist_ok=True)
    program = folder / "terraform"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)


def mirror(folder: Path) -> Path:
    """Make *folder* a mirror of the registry."""
    (folder / binary.REGISTRY / binary.PROVIDER).mkdir(parents=True)
    return folder


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a mirror and out of the registry's reach."""
    for name in ("TF_PLUGIN_MIRROR", "XDG_DATA_HOME", "XDG_DATA_DIRS", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(binary, "_ADD_ONS", tmp_path / "add-ons")
    monkeypatch.setattr(binary, "_registry_answers", lambda: False)
    return tmp_path


def test_a_new_enough_terraform_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one on PATH counts, pre-releases included."""
    terraform(tmp_path, '{"terraform_version": "1.12.0-rc1"}')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    assert binary.find_terraform() == str(tmp_path / "terraform")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ('{"terraform_version": "1.9.8"}', "is Terraform 1.9.8; install 1.11 or newer"),
        ("OpenSomething", "does not tell its version"),
    ],
)
def test_an_unfit_terraform_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, said: str) -> None:
    """State locking without a table needs 1.11."""
    terraform(tmp_path, answer)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    with pytest.raises(DeployError, match=said):
        binary.find_terraform()


def test_no_terraform_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(DeployError, match=r"no terraform on PATH; install Terraform 1\.11 or newer"):
        binary.find_terraform()


def test_the_named_mirror_wins(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person's word goes before what is found."""
    mirror(bare / "add-ons/some")
    named = mirror(bare / "named")
    monkeypatch.setenv("TF_PLUGIN_MIRROR", str(named))

    assert binary.find_mirror() == named


@pytest.mark.parametrize("place", ["home/.terraform.d/plugins", "home/.local/share/terraform/plugins", "add-ons/some"])
def test_a_mirror_is_found_where_mirrors_usually_are(bare: Path, place: str) -> None:
    """Folders that do not mirror the registry do not count."""
    (bare / "add-ons/other").mkdir(parents=True)
    found = mirror(bare / place)

    assert binary.find_mirror() == found


def test_a_mirror_takes_its_provider_out_of_direct_installation(bare: Path) -> None:
    """With a plain `direct` beside it, init would still ask the registry, and fail."""
    found = mirror(bare / "add-ons/some")

    text = binary.write_configuration(bare / "out").read_text()

    assert f'path    = "{found}"' in text
    assert text.count('"hashicorp/aws"') == 2
    assert 'exclude = ["hashicorp/aws"]' in text


def test_without_a_mirror_the_registry_is_asked(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what it gives is kept for the next root."""
    monkeypatch.setattr(binary, "_registry_answers", lambda: True)

    text = binary.write_configuration(bare / "out").read_text()

    assert "direct {}" in text
    assert "filesystem_mirror" not in text


def test_without_mirror_and_registry_one_sentence_says_what_to_do(bare: Path) -> None:
    """Before Terraform gives pages of errors."""
    with pytest.raises(DeployError, match="no local mirror was found; connect to the network, or name a folder"):
        binary.write_configuration(bare / "out")
