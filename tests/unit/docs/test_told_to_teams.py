"""What product teams read on their page is what the gate writes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from modelgate.cli.cases.run import run_cases
from modelgate.cli.cases.subjects import subject_of
from modelgate.contracts.gate import Gate, Product, RiskTier
from modelgate.contracts.subject import ArtifactState, Subject
from modelgate.contracts.uris import S3Uri
from modelgate.decide import judge
from modelgate.errors import UnmappedUriError, UnreadableReportError
from modelgate.evaluate import evaluate
from modelgate.evidence.registry_text import describe
from modelgate.reports.read import read_report

from tests.unit.checks.report_data import quality
from tests.unit.checks.rules import review
from tests.unit.checks.subjects import artifact, bundle, check, policy, subject
from tests.unit.docs.policy_pages import ROOT, examples

TEAMS = ROOT / "docs" / "product-teams.md"
PAGES = (ROOT / "docs" / "policy-checks.md", ROOT / "docs" / "waivers.md", ROOT / "policies" / "README.md")


def quoted() -> list[str]:
    """What the tables of the page say that a description says."""
    page = TEAMS.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?`) \| [^|]+ \| [^|]+ \|$", page.partition("## What the answer means")[2], re.MULTILINE)
    return [phrase for row in rows for phrase in re.findall(r"`([^`]+)`", row)]


@cache
def told() -> str:
    """Descriptions and sentences of all packages of the pages, and of some that no page has."""
    return "\n".join([*_descriptions(), *_of_people_and_policies(), *_of_files()])


def _descriptions() -> Iterator[str]:
    for example in (example for page in PAGES for example in examples(page)):
        for block in example.cases:
            with TemporaryDirectory() as folder:
                policies = example.bundle(Path(folder) / "policies")
                file = Path(folder) / "cases.yaml"
                file.write_text(block.text, encoding="utf-8")
                for case in run_cases(file, policies):
                    if case.judgement is not None:
                        yield describe(case.judgement, subject_of(case.case, policies), "s3://record")
                        yield from (result.sentence for result in case.judgement.results)


def _of_people_and_policies() -> Iterator[str]:
    """A package that people decide on; one that no policy governs, or two; and one judged by an older bundle."""
    held, once = subject(quality(auc=0.9)), bundle(check("model_quality", metric="auc", low=0.8))
    held = replace(held, group=replace(held.group, risk_tier=RiskTier.HIGH))
    [only] = once.policies
    for verdict in ("approve", "reject"):
        decided = replace(held, reviews=(review(held, once, verdict),))
        yield describe(judge(decided, once), decided, "s3://record")
    for policies in ((), (only, replace(only, name="another"))):
        yield describe(judge(held, replace(once, policies=policies)), held, "s3://record")
    newer = replace(held, newest_bundle=once.version + 1)
    yield describe(judge(newer, once), newer, "s3://record")


def _of_files() -> Iterator[str]:
    """A file that was cut, and one in a foreign bucket."""
    with pytest.raises(UnreadableReportError) as cut:
        read_report("Bias.Report", b'{"post_training_bias_metrics": {')
    yield from evidence_sentences(subject({}, artifacts=(artifact("Bias.Report", **_refused(cut.value)),)))
    products = {"333333333333": Product(account="333333333333", name="lending", bucket="lending-bucket")}
    gate = Gate(governance_account="2" * 12, artifact_store="a", evidence_store="e", products=products, groups={})
    with pytest.raises(UnmappedUriError) as foreign:
        gate.stored("333333333333", S3Uri.parse("s3://elsewhere/bias.json"))
    yield str(foreign.value)


def evidence_sentences(judged: Subject) -> Iterator[str]:
    """What is said of the files of a package alone."""
    for result in evaluate(judged, policy()):
        yield result.sentence


def _refused(error: Exception) -> dict[str, Any]:
    return {"state": ArtifactState.REFUSED, "problem": str(error)}


@pytest.mark.parametrize("phrase", quoted())
def test_the_gate_says_what_the_page_quotes(phrase: str) -> None:
    """Each phrase of the tables stands, its gaps filled, in one description or result."""
    pattern = ".*".join(map(re.escape, phrase.split("…")))

    assert re.search(pattern, told()), phrase


def test_every_reason_is_looked_for() -> None:
    """A search that found no phrases would find all of them."""
    assert len(quoted()) > 20
