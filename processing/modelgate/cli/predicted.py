"""A predicted verdict: what the gate would say of a package now, and what had to be assumed to say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelgate.cli.documents import document_of
from modelgate.cli.printing import cell, console, plain
from modelgate.cli.verdict import VERDICT_STYLES, judgement_document, show_judgement
from modelgate.contracts.gate import Mode
from modelgate.contracts.results import Judgement
from modelgate.contracts.subject import Subject
from modelgate.decide import judge
from modelgate.policy.matching import matching
from modelgate.policy.model import Bundle, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """*policy* is the one that governs; None where none or more than one does."""

    subject: Subject
    bundle_version: int
    policy: Policy | None
    judgement: Judgement
    assumed: tuple[str, ...]

    def document(self) -> Mapping[str, Any]:
        """What ``--json`` prints."""
        return {
            "package_arn": self.subject.package_arn,
            "group": document_of(self.subject.group),
            "bundle_version": self.bundle_version,
            "as_of": self.subject.as_of,
            **judgement_document(self.judgement, self.policy),
            "artifacts": document_of(self.subject.artifacts),
            "assumed": list(self.assumed),
        }

    def show(self) -> None:
        """Print it for a reader."""
        screen, judgement = console(), self.judgement
        screen.print(cell(f"{judgement.verdict}{self._by()}", VERDICT_STYLES[judgement.verdict]))
        show_judgement(judgement, self.policy)
        if not any(result.sentence in judgement.reasons for result in judgement.results):
            for reason in judgement.reasons:  # such as that no policy governs, or that a person decides
                screen.print(plain(reason), soft_wrap=True)
        for use in judgement.waivers:
            screen.print(plain(use.sentence), soft_wrap=True)
        if self.subject.group.mode is Mode.SHADOW:
            screen.print("the group is in shadow mode: such a verdict is only recorded", soft_wrap=True)
        for assumption in self.assumed:
            screen.print(cell(f"assumed: {assumption}", "dim"), soft_wrap=True)

    def _by(self) -> str:
        policy = "" if self.policy is None else f", by policy {self.policy.name} v{self.policy.version}"
        return f"{policy} of bundle v{self.bundle_version}" if policy else f", bundle v{self.bundle_version}"


def predict(subject: Subject, bundle: Bundle, assumed: tuple[str, ...]) -> Prediction:
    """Judge *subject* as the step does."""
    policies = matching(bundle, subject.group, subject.metadata)
    return Prediction(
        subject=subject,
        bundle_version=bundle.version,
        policy=policies[0] if len(policies) == 1 else None,
        judgement=judge(subject, bundle),
        assumed=assumed,
    )
