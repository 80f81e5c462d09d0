"""What the workflows promise about delivery: order, rights, and the commands that they call."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
GITHUB = ROOT / ".github"
FILES = sorted((GITHUB / "workflows").glob("*.yml"))


def workflow(name: str) -> dict[str, Any]:
    text = (GITHUB / "workflows" / f"{name}.yml").read_text()
    # Plain strings only, or `on` would become True.
    parsed: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings only
    return parsed


def jobs_that_run(name: str) -> list[tuple[str, dict[str, Any]]]:
    """The jobs with steps of their own; the others call a workflow that has them."""
    return [(key, job) for key, job in workflow(name)["jobs"].items() if "steps" in job]


def test_environments_are_applied_in_order() -> None:
    """Prod is applied only after staging, staging only after dev, each with the image of the one before."""
    jobs = workflow("apply")["jobs"]

    assert [(name, job.get("needs"), job["with"].get("promote-from")) for name, job in jobs.items()] == [
        ("dev", None, None),
        ("staging", "dev", "dev"),
        ("prod", "staging", "staging"),
    ]
    assert all(job["with"]["environment"] == name for name, job in jobs.items())


def test_an_older_commit_waits_for_its_turn() -> None:
    """Applies queue up and none is cut off half-way, so a merge cannot overtake or break the one before."""
    assert workflow("apply")["concurrency"] == {"group": "apply", "cancel-in-progress": "false"}


def test_the_image_is_promoted_before_it_is_applied() -> None:
    """The digest is in the environment's own repository before Terraform pins it."""
    commands = [step["run"] for step in workflow("apply-environment")["jobs"]["apply"]["steps"] if "run" in step]

    assert commands[:-1] == [
        "make install lambdas policies",
        'make promote FROM="$PROMOTE_FROM" TO="$ENVIRONMENT"',
        'make apply ENV="$ENVIRONMENT" YES=1',
    ]


def test_pull_requests_never_use_the_role_that_applies() -> None:
    """Code that nobody has reviewed runs only in the GitHub environments whose roles read."""
    jobs = [*jobs_that_run("pull-request"), *jobs_that_run("policy")]
    environments = {job["environment"] for _, job in jobs if "environment" in job}

    assert environments == {"${{ matrix.environment }}-plan", "prod-replay"}


def test_only_the_jobs_that_propose_and_comment_can_write() -> None:
    """No job that runs the repository's code holds a token that may write to the repository."""
    writers = {
        f"{path.stem}/{name}"
        for path in FILES
        for name, job in jobs_that_run(path.stem)
        if {right for right, level in job["permissions"].items() if level == "write"} - {"id-token"}
    }

    assert writers == {"image/pin", "policy/comment"}
    for writer in writers:
        name, _, job = writer.partition("/")
        assert not any("checkout" in step.get("uses", "") for step in workflow(name)["jobs"][job]["steps"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_workflows_start_without_rights_and_end_in_time(path: Path) -> None:
    """Rights are given job by job, and a job that hangs is stopped."""
    assert workflow(path.stem)["permissions"] == {}
    assert all("permissions" in job for job in workflow(path.stem)["jobs"].values())
    assert all(int(job["timeout-minutes"]) <= 60 for _, job in jobs_that_run(path.stem))


def test_credentials_arrive_after_the_packages_are_installed() -> None:
    """A package's installation never runs with AWS credentials."""
    for path in FILES:
        for _, job in jobs_that_run(path.stem):
            steps = [(step.get("run") or step["uses"]).partition("@")[0] for step in job["steps"]]
            if "aws-actions/configure-aws-credentials" in steps:
                before = steps[: steps.index("aws-actions/configure-aws-credentials")]
                assert any(step.startswith("make install") for step in before)


def test_accounts_are_variables() -> None:
    """No workflow names an AWS account or role."""
    assert not [path.name for path in FILES if re.search(r"\b\d{12}\b|arn:aws", path.read_text())]


def test_one_action_has_one_version() -> None:
    """Workflows and local actions agree on the commit of each action they use."""
    texts = [path.read_text() for path in [*FILES, *GITHUB.glob("actions/*/action.yml")]]
    pins = {use for text in texts for use in re.findall(r"uses: ([\w-]+/[\w-]+@[0-9a-f]{40} # v[\d.]+)$", text, re.M)}
    uses = sum(len(re.findall(r"uses: [^.]", text)) for text in texts)
    pinned = sum(len(re.findall(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v", text)) for text in texts)

    assert uses == pinned
    assert len({pin.partition("@")[0] for pin in pins}) == len(pins) == 6


def test_make_targets_exist() -> None:
    """Every make target that a workflow calls is one of the Makefile's."""
    lines = [line for path in FILES for line in re.findall(r"(?<!`)\bmake ([a-z ]+)", path.read_text())]
    called = {target for line in lines for target in line.split()}
    makefiles = [ROOT / "Makefile", *ROOT.glob("deploy/*.mk")]
    defined = {target for path in makefiles for target in re.findall(r"^([a-z-]+):", path.read_text(), re.M)}

    assert called == {"apply", "check", "image", "install", "lambdas", "plan", "policies", "promote"}
    assert called <= defined


def test_everything_to_set_up_is_documented() -> None:
    """The page on delivery names every variable, GitHub environment and workflow, and its policy is valid JSON."""
    page = (ROOT / "docs" / "ci.md").read_text()
    variables = {name for path in FILES for name in re.findall(r"vars\.(\w+)", path.read_text())}
    stages = list(workflow("apply")["jobs"])
    named = {job.get("environment", "") for path in FILES for _, job in jobs_that_run(path.stem)}
    plain = {name for name in named if name and "${{" not in name}
    names = variables | {*stages, *(f"{stage}-plan" for stage in stages)} | plain | {path.name for path in FILES}
    [policy] = re.findall(r"```json\n(.*?)```", page, re.S)

    assert {name for name in names if f"`{name}`" not in page} == set()
    assert json.loads(policy)["Statement"][0]["Action"] == "sts:AssumeRoleWithWebIdentity"
