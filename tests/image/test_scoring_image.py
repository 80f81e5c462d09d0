"""The scoring image: the approval image with the libraries that scoring needs, and nothing else."""

import docker
from docker.models.images import Image
from modelgate.steps.package_digest import own_digest

from deploy.image_inputs import Inputs
from deploy.image_scoring import LOCKED, scoring_inputs
from deploy.lock_file import entries, for_python
from deploy.paths import ROOT
from tests.image.test_contents import said

LIBRARIES_AT_MOST = 240 << 20  # bytes on top of the approval image


def test_the_score_step_explains_its_arguments(client: docker.DockerClient, scoring: Image) -> None:
    """It starts without anything from outside, and is what the image does when nobody says otherwise."""
    out = client.containers.run(scoring, remove=True, network_mode="none")

    assert "--evaluations-digest" in out.decode()


def test_the_default_scorer_is_there_as_pinned(client: docker.DockerClient, scoring: Image) -> None:
    """Library and weights have the digests that were measured, and they score, offline."""
    program = (
        "from modelgate.generative.toxicity import profanity as p; "
        "low, high = p.ProfanityScorer().score(['Good morning, everybody.', 'you stupid fucking idiot']); "
        "print(p.absence(), low < p.ProfanityScorer.threshold < high)"
    )

    assert said(client, scoring, "python3", "-c", program) == "None True"


def test_the_approval_image_has_no_scorer(client: docker.DockerClient, approval: Image) -> None:
    """A step that scored there would say that toxicity is missing, never that there is none."""
    program = "from modelgate.generative.toxicity import profanity as p; print(p.absence())"

    assert "alt-profanity-check is not installed" in said(client, approval, "python3", "-c", program)


def test_several_processes_score_where_nothing_can_be_written(client: docker.DockerClient, scoring: Image) -> None:
    """Toxicity and memorization, on two processes, as a user without rights, come to the numbers of one process."""
    program = """
from modelgate.generative.datasets.shipped import shipped
from modelgate.generative.parallel import score_lines
from modelgate.generative.records import Answered, Completion, line_of
from modelgate.generative.scoring import Scoring, local_scorer

said = Completion(text='No, you stupid fucking idiot, ' * 400, finish_reason='stop')
for concern in ('toxicity', 'memorization'):
    scored = Scoring(concern=concern, scorer='sklearn-profanity@1.9.1', judge='', find_scorer=local_scorer)
    lines = [line_of(Answered(prompt=one, completions=(said,) * 5, failed=0)) for one in shipped(concern)]
    one, two = (score_lines(lines, scored, processes=number).to_json() for number in (1, 2))
    print(concern, one == two, sum(map(len, lines)) > 2**21)
"""
    out = client.containers.run(
        scoring,
        entrypoint=["python3", "-c", program],
        user="10001:10001",
        network_mode="none",
        read_only=True,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        mem_limit="1g",
        remove=True,
    )

    assert out.decode().splitlines() == ["toxicity True True", "memorization True True"]


def test_edit_distances_are_fast_there(client: docker.DockerClient, scoring: Image) -> None:
    """The compiled library runs on this processor."""
    program = "from rapidfuzz.distance import Levenshtein as d; print(d.distance([1, 2, 3], [1, 3]))"

    assert said(client, scoring, "python3", "-c", program) == "1"


def test_exactly_what_was_locked_together_is_installed(client: docker.DockerClient, scoring: Image) -> None:
    """Both layers together hold the lock file of scoring, at its versions, and no other distribution."""
    program = (
        "import sys, importlib.metadata as m; print('%d.%d' % sys.version_info[:2], "
        "*sorted(f'{d.name}=={d.version}'.lower().replace('_','-') for d in m.distributions(path=['/app'])))"
    )
    python, *found = said(client, scoring, "python3", "-c", program).split()
    locked = for_python((ROOT / LOCKED).read_text(), python)

    assert found == sorted(pin.split()[0].lower() for pin in entries(locked))


def test_the_code_is_the_approval_image_s(client: docker.DockerClient, scoring: Image) -> None:
    """A part is scored by the code that was checked out, and that the check step recomputes its names with."""
    assert said(client, scoring, "python3", "-m", "modelgate.steps.package_digest") == own_digest()


def test_the_approval_image_is_below_it(client: docker.DockerClient, approval: Image, scoring: Image) -> None:
    """User, environment and entry point are inherited; one layer is added."""
    before, after = (client.api.inspect_image(image.id) for image in (approval, scoring))
    kept = ("User", "Env", "Entrypoint", "WorkingDir")

    assert {name: after["Config"][name] for name in kept} == {name: before["Config"][name] for name in kept}
    assert after["RootFS"]["Layers"][:-1] == before["RootFS"]["Layers"]


def test_the_libraries_stay_small_and_bring_no_tests(
    client: docker.DockerClient, approval: Image, scoring: Image, what: Inputs
) -> None:
    """What is added keeps to its budget, holds no folder of tests and no bytecode that is missing."""
    program = (
        "import pathlib; found = list(pathlib.Path('/app').rglob('*')); "
        "print(sum(path.name == 'tests' for path in found), "
        "sum(path.suffix == '.py' for path in found) == sum(path.suffix == '.pyc' for path in found))"
    )

    assert 0 < scoring.attrs["Size"] - approval.attrs["Size"] < LIBRARIES_AT_MOST
    assert said(client, scoring, "python3", "-c", program) == "0 True"
    assert scoring.labels["org.opencontainers.image.version"] == scoring_inputs(what).tag
