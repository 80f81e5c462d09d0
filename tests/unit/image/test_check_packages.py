"""Which packages of custom checks go into an image, and what is refused before anything is built."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import check_packages
from deploy.check_packages import CheckPackageError, contents, named_packages
from deploy.image_inputs import DerivedInputs, Inputs, with_checks
from deploy.paths import ROOT
from deploy.progress import Progress

EXAMPLE = ROOT / "examples/custom_checks"
APPROVAL = Inputs(files={"Dockerfile": b"FROM x\n"}, base="base:1", base_identity="sha256:1", user="0:0")
POINTS = "[modelgate.checks]\nloss = acme_checks:loss\n"
MakeWheel = Callable[..., Path]


@pytest.fixture
def wheel(tmp_path: Path) -> MakeWheel:
    """Make a wheel with one module and the given files beside it."""

    def make(name: str = "acme_checks", *, needs: str = "", points: str = POINTS, **files: str) -> Path:
        path = tmp_path / f"{name}-1-py3-none-any.whl"
        info = f"{name}-1.dist-info"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{name}.py", "A = 1\n")
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{needs}")
            archive.writestr(f"{info}/entry_points.txt", points)
            for file, text in files.items():
                archive.writestr(file, text)
        return path

    return make


def listed(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, ...]:
    """What an environment with that list names."""
    (folder / "custom_checks.txt").write_text(text)
    monkeypatch.setattr(check_packages, "values_folder", lambda _: folder)
    monkeypatch.setattr(check_packages, "ROOT", folder)
    return named_packages("dev")


def test_only_the_local_environment_names_the_example() -> None:
    """A real environment starts without custom checks, and with the approval image as it is."""
    named = {name: named_packages(name) for name in ("local", "dev", "staging", "prod")}

    assert named == {"local": (EXAMPLE,), "dev": (), "staging": (), "prod": ()}


def test_a_list_holds_folders_wheels_and_comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One package a line, from the repository's root."""
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours/pyproject.toml").touch()
    (tmp_path / "acme-1-py3-none-any.whl").touch()

    found = listed(tmp_path, "# ours first\nours\n\nacme-1-py3-none-any.whl # theirs\n", monkeypatch)

    assert found == (tmp_path / "ours", tmp_path / "acme-1-py3-none-any.whl")


@pytest.mark.parametrize("line", ["nowhere", "custom_checks.txt"])
def test_a_line_that_names_no_package_is_refused(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line and what it should be are said."""
    with pytest.raises(CheckPackageError, match=rf"{line}, which is neither a folder with a pyproject\.toml nor a"):
        listed(tmp_path, line, monkeypatch)


def test_the_example_brings_its_code_and_its_entry_points_and_nothing_else() -> None:
    """As a wheel holds them, whatever lies about in the folder; twice the same bytes."""
    found = contents([EXAMPLE], Progress())

    assert {path.partition("/")[0] for path in found} == {"credit_checks", "credit_checks-1.0.dist-info"}
    assert found["credit_checks/saving.py"] == (EXAMPLE / "credit_checks/saving.py").read_bytes()
    assert (
        b"decision-saving = credit_checks.saving:decision_saving"
        in found["credit_checks-1.0.dist-info/entry_points.txt"]
    )
    assert contents([EXAMPLE], Progress()) == found


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"needs": "Requires-Dist: numpy>=2\n"}, "needs numpy, which the image does not have"),
        ({"points": "[console_scripts]\nloss = acme_checks:loss\n"}, "nothing registers a check under"),
        ({"name": "modelgate"}, "brings 'modelgate.py', which the gate has already"),
        ({"name": "json"}, "brings 'json.py', which Python has already"),
        ({"dateutil/tz.py": ""}, "brings 'dateutil', which python-dateutil has already"),
        ({"acme/fast.cpython-313-x86_64-linux-gnu.so": ""}, "holds compiled code"),
        ({"acme-1.data/scripts/acme": ""}, "which lies beside its packages"),
        ({"../outside.py": ""}, "which lies beside its packages"),
    ],
)
def test_what_an_image_must_not_take_is_refused(wheel: MakeWheel, asked: dict[str, str], reason: str) -> None:
    """Nothing takes the place of the gate, of Python or of what they need, and nothing is missing in a container."""
    with pytest.raises(CheckPackageError, match=reason):
        contents([wheel(**asked)], Progress())


def test_a_requirement_may_be_the_gate_the_images_own_an_extra_or_another_line(wheel: MakeWheel) -> None:
    """Whatever is there when the step runs is enough."""
    needs = "".join(
        f"Requires-Dist: {name}\n"
        for name in ("modelgate", "boto3", "Acme.Maths", "pytest; extra == 'tests'", "tomli; python_version < '3.11'")
    )

    found = contents([wheel(needs=needs), wheel("acme_maths", points="")], Progress())

    assert {"acme_checks.py", "acme_maths.py"} <= set(found)


def test_two_packages_that_bring_the_same_are_refused(wheel: MakeWheel) -> None:
    """Which one would count nobody could say."""
    with pytest.raises(
        CheckPackageError, match=r"other-1.*brings 'acme_checks\.py', which acme_checks-1.* has already"
    ):
        contents([wheel(), wheel("other", **{"acme_checks.py": ""})], Progress())


def test_a_package_that_cannot_be_built_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The build's last words are in the refusal."""
    monkeypatch.setattr(check_packages, "ROOT", tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/pyproject.toml").write_text("[project]\nname = 3\n")

    with pytest.raises(CheckPackageError, match="building broken failed"):
        contents([tmp_path / "broken"], Progress())


def test_without_checks_there_is_no_derived_image() -> None:
    """An environment that names none gets the approval image itself."""
    assert with_checks(APPROVAL, {}) is APPROVAL


def test_a_derived_image_is_built_on_the_approval_image_of_its_inputs() -> None:
    """Its tag changes with the approval image's and with every byte of a check."""
    derived = with_checks(APPROVAL, {"acme.py": b"A = 1\n"})
    others = [
        with_checks(APPROVAL, {"acme.py": b"A = 2\n"}),
        with_checks(APPROVAL, {"acme.py": b"A = 1\n", "acme-1.dist-info/METADATA": b""}),
        with_checks(Inputs(files={}, base="base:1", base_identity="sha256:2", user="0:0"), {"acme.py": b"A = 1\n"}),
    ]

    assert isinstance(derived, DerivedInputs)
    assert derived.arguments["APPROVAL_IMAGE"] == f"modelgate/approval:{APPROVAL.tag}"
    assert set(derived.files) == {"Dockerfile", "site/acme.py"}
    assert len({derived.tag, APPROVAL.tag, *(other.tag for other in others)}) == 5
