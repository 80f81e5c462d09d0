"""The longer scripts of the workflows, run against stand-ins for the command lines of GitHub and Docker."""

import json
import shutil
import subprocess
import sys
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.workflows.scripts import ROOT, program, run, script, write

RECORD, DOCKERFILE = "terraform/environments/dev/image.json", "images/approval/Dockerfile"
OLD, NEW = "sha256:" + "b" * 64, "sha256:" + "a" * 64

# Lists the folders of the commit, and writes down every change; --jq is left to the real jq.
GH = """\
#!{python}
import json, os, subprocess, sys
fields, jq, url, rest = {{}}, None, None, iter(sys.argv[2:])
for argument in rest:
    if argument == "-f":
        key, _, value = next(rest).partition("=")
        fields[key] = value
    elif argument == "--jq":
        jq = next(rest)
    elif argument == "--method":
        next(rest)
    elif argument != "--silent":
        url = argument
if fields:
    with open(os.environ["CHANGES"], "a") as changes:
        print(json.dumps([url, fields]), file=changes)
    answer = {{"html_url": "the pull request"}}
else:
    with open(os.environ["FOLDERS"]) as folders:
        answer = json.load(folders)[url]
if jq:
    subprocess.run(["jq", "-r", jq], input=json.dumps(answer), text=True, check=True)
"""
DOCKER = """\
#!/bin/sh
if [ "$1" = pull ]; then echo "$3"; else echo "python@{digest}"; fi
"""


def record(digest: str) -> str:
    url = "registry.test/modelgate-approval"
    return json.dumps({"repository_url": url, "digest": digest, "image_uri": f"{url}@{digest}", "kind": "container"})


def dockerfile(digest: str) -> str:
    return f"ARG BASE_IMAGE=python:3.13-slim@{digest}\nFROM ${{BASE_IMAGE}}\nARG BASE_IMAGE\n"


def blob(text: str) -> str:
    """The name that git gives to a file's content."""
    command = ["git", "hash-object", "--stdin"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    code: int
    output: str
    summary: str
    changes: dict[str, dict[str, str]]


def pin(folder: Path, *, built: dict[str, str], committed: dict[str, str]) -> Outcome:
    """Run the step with the files *built* beside it, on a commit that holds the files *committed*."""
    if not shutil.which("jq"):
        pytest.skip("jq is not installed; GitHub's runners have it")
    program(folder / "gh", GH.format(python=sys.executable))
    for path, text in built.items():
        write(folder / path, text)
    folders = {
        f"repos/acme/gate/contents/{parent}?ref=c0de": [
            {"path": path, "sha": blob(text)} for path, text in committed.items() if Path(path).parent == parent
        ]
        for parent in (Path(RECORD).parent, Path(DOCKERFILE).parent)
    }
    write(folder / "folders.json", json.dumps(folders))
    write(folder / "changes", "")
    ran = run(
        script("image", "pin", "Open a pull request"),
        folder,
        GH_REPO="acme/gate",
        GITHUB_SHA="c0de",
        GITHUB_RUN_ID="7",
        GITHUB_RUN_ATTEMPT="1",
        FOLDERS=str(folder / "folders.json"),
        CHANGES=str(folder / "changes"),
    )
    summary = folder / "summary"
    return Outcome(
        code=ran.returncode,
        output=ran.stdout + ran.stderr,
        summary=summary.read_text() if summary.exists() else "",
        changes=dict(map(json.loads, (folder / "changes").read_text().splitlines())),
    )


@pytest.mark.parametrize("earlier", [{}, {RECORD: record(OLD)}], ids=["first image", "another image"])
def test_a_new_image_is_pinned_by_a_pull_request(tmp_path: Path, earlier: dict[str, str]) -> None:
    """A branch from the commit that was built, the build's record on it, a pull request, and its checks started."""
    built = {RECORD: record(NEW), DOCKERFILE: dockerfile(OLD)}
    outcome = pin(tmp_path, built=built, committed={DOCKERFILE: dockerfile(OLD), **earlier})

    assert (outcome.code, outcome.summary) == (0, "the pull request\n"), outcome.output
    assert outcome.changes.pop("repos/acme/gate/git/refs") == {"ref": "refs/heads/image/dev-7-1", "sha": "c0de"}
    commit = outcome.changes.pop(f"repos/acme/gate/contents/{RECORD}")
    assert b64decode(commit["content"]).decode() == record(NEW)
    assert (commit["branch"], commit.get("sha")) == ("image/dev-7-1", blob(record(OLD)) if earlier else None)
    proposal = outcome.changes.pop("repos/acme/gate/pulls")
    assert (proposal["base"], proposal["head"], NEW in proposal["body"]) == ("main", "image/dev-7-1", True)
    dispatch = outcome.changes.pop("repos/acme/gate/actions/workflows/pull-request.yml/dispatches")
    assert dispatch == {"ref": "image/dev-7-1"}
    assert outcome.changes == {}


def test_a_new_base_is_pinned_with_its_image(tmp_path: Path) -> None:
    """The pull request of the weekly run carries the base it built on, so that the next build keeps it."""
    committed = {RECORD: record(OLD), DOCKERFILE: dockerfile(OLD)}
    outcome = pin(tmp_path, built={RECORD: record(NEW), DOCKERFILE: dockerfile(NEW)}, committed=committed)

    commit = outcome.changes[f"repos/acme/gate/contents/{DOCKERFILE}"]
    assert (b64decode(commit["content"]).decode(), commit["sha"]) == (dockerfile(NEW), blob(dockerfile(OLD)))
    assert f"repos/acme/gate/contents/{RECORD}" in outcome.changes


def test_the_pinned_image_needs_no_pull_request(tmp_path: Path) -> None:
    """A build that gave the image that is pinned already changes nothing."""
    files = {RECORD: record(NEW), DOCKERFILE: dockerfile(NEW)}
    outcome = pin(tmp_path, built=files, committed=files)

    assert (outcome.code, outcome.changes) == (0, {}), outcome.output
    assert outcome.summary == f"{NEW} is pinned already.\n"


@pytest.mark.parametrize("digest", ["latest", "", "sha256:abc", NEW + "; rm", NEW + "\nlatest"])
def test_a_record_without_a_digest_is_refused(tmp_path: Path, digest: str) -> None:
    """Nothing is proposed from a record that does not name an image by its digest, and the step says why."""
    outcome = pin(tmp_path, built={RECORD: record(digest), DOCKERFILE: dockerfile(OLD)}, committed={})

    assert (outcome.code, outcome.changes) == (1, {})
    assert "names no digest" in outcome.output


def test_the_newest_base_keeps_its_tag(tmp_path: Path) -> None:
    """The weekly run replaces the digest of the base by the one that its tag names today, and nothing else."""
    program(tmp_path / "docker", DOCKER.format(digest=NEW))
    write(tmp_path / DOCKERFILE, dockerfile(OLD))
    ran = run(script("image", "build", "Take what the tag"), tmp_path)

    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / DOCKERFILE).read_text() == dockerfile(NEW)


def test_a_base_without_a_digest_stops_the_build(tmp_path: Path) -> None:
    """A Dockerfile whose base the step cannot read is left as it is, and the step says what it looked for."""
    program(tmp_path / "docker", DOCKER.format(digest=NEW))
    write(tmp_path / DOCKERFILE, "ARG BASE_IMAGE=python:3.13-slim\n")
    ran = run(script("image", "build", "Take what the tag"), tmp_path)

    assert ran.returncode != 0
    assert "has no line ARG BASE_IMAGE=" in ran.stderr
    assert (tmp_path / DOCKERFILE).read_text() == "ARG BASE_IMAGE=python:3.13-slim\n"


def test_the_real_dockerfile_has_the_line_that_is_replaced(tmp_path: Path) -> None:
    """The weekly run can renew the base of the image as it is in the repository."""
    program(tmp_path / "docker", DOCKER.format(digest=NEW))
    write(tmp_path / DOCKERFILE, (ROOT / DOCKERFILE).read_text())
    ran = run(script("image", "build", "Take what the tag"), tmp_path)

    assert ran.returncode == 0, ran.stderr
    assert f"@{NEW}\n" in (tmp_path / DOCKERFILE).read_text()


def test_a_plan_names_the_image_that_the_apply_will_promote(tmp_path: Path) -> None:
    """Staging's plan shows dev's digest in staging's own repository, though nothing is copied there yet."""
    write(tmp_path / RECORD, record(NEW))
    name_the_image = script("pull-request", "plan", "Name the image")
    ran = run(name_the_image, tmp_path, ENVIRONMENT="staging", REPOSITORY_URL="registry.test/staging-approval")

    assert ran.returncode == 0, ran.stderr
    assert json.loads((tmp_path / "build/staging/image.json").read_text()) == {
        "repository_url": "registry.test/staging-approval",
        "digest": NEW,
        "image_uri": f"registry.test/staging-approval@{NEW}",
        "kind": "container",
    }


def test_a_plan_without_a_repository_says_which_variable_is_missing(tmp_path: Path) -> None:
    """A GitHub environment that is not set up is named, with the variable to set."""
    write(tmp_path / RECORD, record(NEW))
    ran = run(script("pull-request", "plan", "Name the image"), tmp_path, ENVIRONMENT="prod", REPOSITORY_URL="")

    assert ran.returncode != 0
    assert "set the variable IMAGE_REPOSITORY_URL in the GitHub environment prod-plan" in ran.stderr


def test_no_text_of_a_plan_ends_its_code_block(tmp_path: Path) -> None:
    """Every line of the plan is indented in the job's summary, so that none is taken for markup."""
    write(tmp_path / "plan.txt", "~ resource\n```\n<b>bold</b>\n")
    show = script("pull-request", "plan", "Show the plan")
    ran = run(show, tmp_path, ENVIRONMENT="dev", RUNNER_TEMP=str(tmp_path))

    assert ran.returncode == 0, ran.stderr
    expected = "## Plan for dev\n\n    ~ resource\n    ```\n    <b>bold</b>\n"
    assert (tmp_path / "summary").read_text() == expected


@pytest.mark.parametrize(
    ("committed", "found", "code"),
    [("one key", "one key", 0), (None, "one key", 1), ("one key", "two keys", 1), (None, None, 0)],
    ids=["committed", "first apply", "new key", "no key yet"],
)
def test_an_apply_is_red_until_the_pin_of_the_signing_keys_is_committed(
    tmp_path: Path, committed: str | None, found: str | None, code: int
) -> None:
    """Otherwise each apply would trust whatever keys the account has that day."""
    pin_of_keys = tmp_path / "terraform/environments/dev/signing-keys.json"
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    if committed is not None:
        write(pin_of_keys, committed)
        subprocess.run(["git", "-C", str(tmp_path), "add", "."], check=True)
        author = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        subprocess.run(["git", "-C", str(tmp_path), *author, "commit", "--quiet", "-m", "pin"], check=True)
    if found is not None:
        write(pin_of_keys, found)
    answer = run(script("apply-environment", "apply", "Insist on the pin"), tmp_path, ENVIRONMENT="dev")

    assert answer.returncode == code
    assert ("::error::commit" in answer.stdout) == (code == 1)
    assert (tmp_path / "summary").exists() == (code == 1)
