"""The scripts of the workflows on policies, run on a history of policies and against a stand-in for GitHub's API."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.workflows.scripts import program, run, script, write

VENV = Path(sys.executable).parents[1]
POLICY = """\
policy: loans
version: 1
owner: model-risk
description: Made up.
match: {groups: [loans]}
evidence: {required: [ModelQuality], content_digest: required}
checks:
  - {id: auc, kind: model_quality, metric: auc, min: 0.70, reason: Made up.}
"""
MARKER = "<!-- what a change of the policies would do -->"

# Answers with the comments there are, one page after the other, and writes down what is sent.
GH = """\
#!{python}
import json, os, sys
arguments = sys.argv[1:]
if "--input" in arguments:
    with open(arguments[arguments.index("--input") + 1]) as body, open(os.environ["SENT"], "a") as sent:
        url = next(argument for argument in arguments if argument.startswith("repos/"))
        print(json.dumps([arguments[arguments.index("--method") + 1], url, json.load(body)]), file=sent)
else:
    assert "--paginate" in arguments
    with open(os.environ["COMMENTS"]) as comments:
        for page in json.load(comments):
            print(json.dumps(page))
"""
MODELGATE = """\
#!/bin/sh
printf '%s' "$REPLAYED"
exit "$CODE"
"""
AWS = """\
#!/bin/sh
echo "$@" >> "$CALLS"
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=someone", "-c", "user.email=someone@example.test"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """A checkout with policies, and a change of them on top, which the test makes."""
    write(tmp_path / "policies" / "bundle.yaml", "version: 1\n")
    write(tmp_path / "policies" / "loans.yaml", POLICY)
    (tmp_path / ".venv").symlink_to(VENV)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "policies")
    git(tmp_path, "commit", "--quiet", "--message", "before")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def commit(checkout: Path) -> None:
    git(checkout, "commit", "--quiet", "--all", "--message", "after")


def steps(checkout: Path, *starts: str) -> subprocess.CompletedProcess[str]:
    """Run the steps of the job that compares, those whose names begin so, one after the other."""
    return run("\n".join(script("policy", "compare", start) for start in starts), checkout)


def test_a_looser_bound_is_said_and_bundled(change: Path) -> None:
    """The page of the run says which bound moved, as text that cannot end its block; the bundle is there to replay."""
    edit(change / "policies" / "bundle.yaml", "version: 1", "version: 2")
    edit(change / "policies" / "loans.yaml", "version: 1", "version: 2")
    edit(change / "policies" / "loans.yaml", "min: 0.70", "min: 0.65")
    commit(change)
    ran = steps(change, "Lint", "Say what", "Build the bundle")

    assert ran.returncode == 0, ran.stderr
    told = (change / "summary").read_text().splitlines()
    assert told[0] == "### What becomes stricter, and what looser"
    assert any("loans: auc" in line and "0.65" in line for line in told)
    assert all(line.startswith("    ") for line in told[2:])
    assert json.loads((change / "build" / "policy-bundle.json").read_text())["version"] == 2


def test_a_version_that_does_not_grow_is_refused(change: Path) -> None:
    """The diff is on the page all the same, and no bundle is left for the replay."""
    edit(change / "policies" / "loans.yaml", "min: 0.70", "min: 0.65")
    commit(change)
    ran = steps(change, "Say what", "Build the bundle")

    assert ran.returncode == 1
    assert "write version: 2" in ran.stderr
    assert "0.65" in (change / "summary").read_text()
    assert not (change / "build" / "policy-bundle.json").exists()


def test_a_fault_ends_the_job_with_its_place(change: Path) -> None:
    """A misspelt key is named with file and line."""
    edit(change / "policies" / "loans.yaml", "min: 0.70", "mim: 0.70")
    ran = steps(change, "Lint")

    assert ran.returncode == 1
    assert "policies/loans.yaml:" in ran.stderr
    assert "did you mean 'min'?" in ran.stderr


def replay(folder: Path, *, says: str, code: int) -> subprocess.CompletedProcess[str]:
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / "build").mkdir()
    program(folder / ".venv" / "bin" / "modelgate", MODELGATE)
    return run(script("policy", "replay", "Replay"), folder, REPLAYED=says, CODE=str(code))


@pytest.mark.parametrize("code", [0, 1])
def test_flips_are_for_people_to_judge(tmp_path: Path, code: int) -> None:
    """The job passes whether verdicts stay or flip, and its page shows what was found."""
    ran = replay(tmp_path, says="### 3 decisions", code=code)

    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "summary").read_text() == "### 3 decisions"


@pytest.mark.parametrize(("says", "code"), [("", 1), ("half a", 4), ("", 70)])
def test_a_replay_that_failed_fails(tmp_path: Path, says: str, code: int) -> None:
    """A bundle that cannot be read ends with 1 as well, and says nothing on stdout; trouble has codes of its own."""
    assert replay(tmp_path, says=says, code=code).returncode == code


def test_an_archive_that_is_not_set_up_is_named(tmp_path: Path) -> None:
    """Both jobs that need the archive say which variable is missing, and where."""
    for workflow, job, step in (("policy", "replay", "Fetch"), ("decisions", "pack", "Add")):
        ran = run(script(workflow, job, step), tmp_path, ARCHIVE="")

        assert ran.returncode != 0
        assert "set the variable DECISION_ARCHIVE in the GitHub environment prod-" in ran.stderr


def test_the_archive_is_fetched_before_it_is_added_to(tmp_path: Path) -> None:
    """What the archive has is not packed again, and only after a complete run is anything written back."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program(tmp_path / ".venv" / "bin" / "modelgate", AWS)
    program(tmp_path / "aws", AWS)
    add = script("decisions", "pack", "Add")
    ran = run(add, tmp_path, ARCHIVE="s3://archive/decisions", CALLS=str(tmp_path / "calls"))

    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "calls").read_text().splitlines() == [
        "s3 sync --only-show-errors s3://archive/decisions build/decisions",
        "pack build/decisions",
        "s3 sync --only-show-errors build/decisions s3://archive/decisions",
    ]


def comment(
    folder: Path, *, comments: list[list[dict[str, Any]]], replayed: str | None, diff: str = "the diff\n"
) -> list[list[Any]]:
    """Run the step that comments; return what was sent to GitHub."""
    if not shutil.which("jq"):
        pytest.skip("jq is not installed; GitHub's runners have it")
    program(folder / "gh", GH.format(python=sys.executable))
    write(folder / "reports" / "1-diff.md", diff)
    if replayed is not None:
        write(folder / "reports" / "2-replay.md", replayed)
    write(folder / "comments.json", json.dumps(comments))
    write(folder / "sent", "")
    ran = run(
        script("policy", "comment", "Comment"),
        folder,
        GH_REPO="acme/gate",
        GITHUB_SERVER_URL="https://github.test",
        GITHUB_RUN_ID="7",
        PULL_REQUEST="12",
        REPLAY="skipped" if replayed is None else "success",
        COMMENTS=str(folder / "comments.json"),
        SENT=str(folder / "sent"),
    )

    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in (folder / "sent").read_text().splitlines()]


def _comment(number: int, body: str, author: str = "github-actions[bot]") -> dict[str, Any]:
    return {"id": number, "user": {"login": author}, "body": body}


def test_a_first_run_comments(tmp_path: Path) -> None:
    """Diff and flips in one comment, which says who wrote it; other people's comments are left alone."""
    others = [_comment(1, "looks good", "ada"), _comment(2, f"{MARKER} quoted", "ada"), _comment(3, "of another bot")]
    [[method, url, body]] = comment(tmp_path, comments=[others, []], replayed="2 verdicts flip\n")

    assert (method, url) == ("POST", "repos/acme/gate/issues/12/comments")
    assert body["body"] == (
        f"{MARKER}\nWritten by the code of this pull request, in [run 7](https://github.test/acme/gate/actions/runs/7).\n"
        "\nthe diff\n\n2 verdicts flip\n"
    )


def test_a_later_run_renews_its_comment(tmp_path: Path) -> None:
    """One comment a pull request, found on whatever page of them it stands."""
    pages = [[_comment(1, "looks good", "ada")], [_comment(5, f"{MARKER}\nold"), _comment(6, f"{MARKER}\nolder")]]
    [[method, url, body]] = comment(tmp_path, comments=pages, replayed="every verdict stays\n")

    assert (method, url) == ("PATCH", "repos/acme/gate/issues/comments/5")
    assert "every verdict stays" in body["body"]


def test_a_comment_says_that_nothing_was_replayed(tmp_path: Path) -> None:
    """Silence would look like a replay without flips."""
    [[_, _, body]] = comment(tmp_path, comments=[[]], replayed=None)

    assert body["body"].endswith("\nNo recorded decision was judged again (the job Replay: skipped).\n")


def test_text_of_a_pull_request_stays_text(tmp_path: Path) -> None:
    """Nothing in a report is run by the shell, breaks the request, or makes it too long for GitHub."""
    nasty = "$(touch hit) `touch hit` \"quoted\" 'too' \\n ${GH_TOKEN} ☃\n" * 4000
    [[_, _, body]] = comment(tmp_path, comments=[[]], replayed="never seen\n", diff=nasty)

    assert not (tmp_path / "hit").exists()
    assert "\n$(touch hit) `touch hit` \"quoted\" 'too' \\n ${GH_TOKEN} ☃\n" in body["body"]
    assert len(body["body"]) <= 60_000
