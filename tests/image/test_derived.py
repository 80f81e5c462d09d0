"""The derived image: the approval image with custom checks, and nothing else."""

import docker
import pytest
from docker.models.images import Image
from modelgate.steps.package_digest import package_digest

from deploy.image_build import build
from deploy.image_inputs import AnyInputs, DerivedInputs
from deploy.progress import Progress
from tests.image.test_contents import said


def test_a_policy_reaches_the_check_by_its_name(client: docker.DockerClient, derived: Image) -> None:
    """The entry point leads to the function, as the check step looks it up."""
    program = "from modelgate.checks.custom import _function as f; print(f('decision-saving').__module__)"

    assert said(client, derived, "python3", "-c", program) == "credit_checks.saving"


def test_the_approval_image_has_no_custom_checks(client: docker.DockerClient, approval: Image) -> None:
    """A policy that names one holds its packages there, with the reason."""
    program = "from importlib.metadata import entry_points as e; print(list(e(group='modelgate.checks')))"

    assert said(client, approval, "python3", "-c", program) == "[]"


def test_the_code_of_the_image_is_that_of_the_working_tree(client: docker.DockerClient, derived: Image) -> None:
    """The gate's own code and the custom checks together have the digest that a step as a process would have here."""
    assert said(client, derived, "python3", "-m", "modelgate.steps.package_digest") == package_digest()


def test_the_extra_step_of_the_example_starts_in_it(client: docker.DockerClient, derived: Image) -> None:
    """One image serves both: it is imported with everything it needs, and ends for want of a package to look at."""
    program = "import credit_checks.ks_step as s; print(s.ks_statistic.__name__)"

    assert said(client, derived, "python3", "-c", program) == "ks_statistic"


def test_everything_but_the_copied_files_stays(
    client: docker.DockerClient, approval: Image, derived: Image, with_example: AnyInputs
) -> None:
    """The layers below are the approval image's; user, environment and entry point are inherited; one is added."""
    before, after = (client.api.inspect_image(image.id) for image in (approval, derived))
    kept = ("User", "Env", "Entrypoint", "Cmd", "WorkingDir")

    assert {name: after["Config"][name] for name in kept} == {name: before["Config"][name] for name in kept}
    assert after["RootFS"]["Layers"][:-1] == before["RootFS"]["Layers"]
    assert isinstance(with_example, DerivedInputs)
    listing = (
        "import pathlib; found = sorted(pathlib.Path('/app').rglob('*')); "
        "print(*(path for path in found if 'credit_checks' in str(path) and path.is_file()))"
    )
    copied = sorted(f"/app/{path.removeprefix('site/')}" for path in with_example.files if path != "Dockerfile")
    assert sorted(said(client, derived, "python3", "-c", listing).split()) == copied


def test_it_is_built_once(
    client: docker.DockerClient, derived: Image, with_example: AnyInputs, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same checks on the same image are found by their tag, in this engine as in the repository."""
    assert build(client, with_example, Progress()).id == derived.id
    assert "is already built" in capsys.readouterr().err
