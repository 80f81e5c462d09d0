"""A decision proved again: the signature, every object as it is stored, and the judgement made from the objects.

What is compared is what the record says. That no other approved version should have been looked back on, and that no
newer bundle had judged the group, was compared by the update step before it signed; it is not compared again.
"""

from collections.abc import Iterator
from dataclasses import replace

from modelgate.contracts.arns import ExecutionArn, ModelPackageArn
from modelgate.contracts.digests import same_digest
from modelgate.contracts.facts import Fact
from modelgate.contracts.gate import Gate
from modelgate.contracts.layout import extra_report_key
from modelgate.contracts.subject import Artifact, ArtifactState, Subject
from modelgate.contracts.uris import S3Uri
from modelgate.decide import judge
from modelgate.errors import ContentError, PolicyError, SignatureError
from modelgate.evidence.checked import Checked, Verification, differs, proved, unchecked
from modelgate.evidence.differences import fact_differences, judgement_differences
from modelgate.evidence.envelope import Sealed, Verifier, verify_signature
from modelgate.evidence.evaluated import reread_evaluations
from modelgate.evidence.exhibits import ExhibitKind, Exhibits, artifact_exhibit, exhibits_of, has_copy
from modelgate.evidence.proof import refuse_contradiction
from modelgate.evidence.record import EvidenceRecord, Outcome, outcome_of
from modelgate.evidence.reread import Desk, Seen, reread_document, reread_prior, reread_report, reread_review
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.policy.matching import matching
from modelgate.policy.model import Bundle, Policy
from modelgate.reports.kinds import EXTRA
from modelgate.reports.together import facts_together

SIGNATURE, RECORD, FACTS, JUDGEMENT = "signature", "record", "facts", "judgement"
_EXTRA = f"{EXTRA}."


def verify(
    sealed: Sealed,
    exhibits: Exhibits,
    verifier: Verifier | None,
    *,
    key: str | None = None,
    seen: Seen = lambda _: None,
) -> Verification:
    """Compare everything that the record of *sealed* says with what *exhibits* holds, and judge again from that.

    *verifier* knows the trusted keys; None where nobody gave any. *key* is where the record lay in the evidence store,
    *seen* hears of the bytes as they are read.

    Raises:
        ContentError: the record judged nothing, or names an object without address, version or digest.
        InfrastructureError: a service did not answer.
    """
    record, desk = sealed.record, Desk(exhibits=exhibits, verifier=verifier, seen=seen)
    keyid, signature = _signature(sealed, verifier)
    package = ModelPackageArn.parse(record.subject.package_arn)
    listed = exhibits_of(record)
    of_kind = {kind: [one for one in listed if one.kind is kind] for kind in ExhibitKind}
    gate_exhibit, bundle_exhibit, keys_exhibit, *evaluations = of_kind[ExhibitKind.DOCUMENT]
    gate_checked, gate = reread_document(desk, gate_exhibit, Gate.from_json)
    bundle_checked, bundle = reread_document(desk, bundle_exhibit, Bundle.from_json)
    keys_checked, keys = reread_document(desk, keys_exhibit, SigningKeys.from_json)
    artifacts, facts = _artifacts(desk, record.subject)
    policy = None if bundle is None else _governing(bundle, record.subject)
    checked = (
        signature,
        _record(record, key),
        gate_checked if gate is None else _gate(gate_checked, gate, record),
        bundle_checked if bundle is None else _bundle(bundle_checked, bundle, record),
        keys_checked if keys is None else _keys(keys_checked, keys, keyid),
        *reread_evaluations(desk, record, evaluations),
        *artifacts,
        *(
            reread_prior(desk, package, prior, exhibit, policy, record.subject.group)
            for prior, exhibit in zip(record.subject.history, of_kind[ExhibitKind.DECISION], strict=True)
        ),
        *(
            reread_review(desk, package, review, exhibit)
            for review, exhibit in zip(record.subject.reviews, of_kind[ExhibitKind.REVIEW], strict=True)
        ),
        _facts(record.subject, facts),
        _judgement(record, bundle, facts),
    )
    return Verification(record=record, digest=sealed.digest, keyid=keyid, checked=checked)


def _signature(sealed: Sealed, verifier: Verifier | None) -> tuple[str | None, Checked]:
    if verifier is None:
        named = ", ".join(signed.keyid for signed in sealed.signatures)
        return None, unchecked(SIGNATURE, f"no trusted keys were given; its signatures name {named}")
    try:
        keyid = verify_signature(sealed, verifier)
    except SignatureError as error:
        return None, differs(SIGNATURE, str(error))
    return keyid, proved(SIGNATURE, f"signed by the key {keyid}")


def _record(record: EvidenceRecord, key: str | None) -> Checked:
    """That the record does not contradict itself; the judgement is looked at apart."""
    try:
        refuse_contradiction(record, key)
    except ContentError as error:
        return differs(RECORD, str(error))
    if record.subject.as_of != record.report.checked_at:
        return differs(RECORD, f"judged was as of {record.subject.as_of[:100]!a}, at {record.report.checked_at}")
    outcome = outcome_of(record.judgement, record.subject.group)
    if record.outcome not in (outcome, Outcome.CONFLICT):
        return differs(RECORD, f"it says {record.outcome} where {record.judgement.verdict} leads to {outcome}")
    return proved(RECORD, f"decision {record.decision_id} says {record.outcome}, at {record.decided_at}")


def _gate(checked: Checked, gate: Gate, record: EvidenceRecord) -> Checked:
    wrong = tuple(_gate_differences(gate, record))
    return differs(checked.what, *wrong) if wrong else checked


def _gate_differences(gate: Gate, record: EvidenceRecord) -> Iterator[str]:
    subject = record.subject
    if gate.groups.get(subject.group.name) != subject.group:
        yield f"it has another entry for group {subject.group.name[:100]!a} than the record"
    for artifact in subject.artifacts:
        if (stored := _stored(gate, record, artifact)) != artifact.stored_uri:
            yield f"it maps {artifact.name} to {stored}, the record to {artifact.stored_uri}"
        elif _is_extra(artifact) and artifact.uri != stored:
            yield f"{artifact.name} of this run lies at {stored}, the record says {artifact.uri}"
        pinned = artifact.state is ArtifactState.PINNED
        if pinned and artifact.content_digest and not same_digest(artifact.content_digest, artifact.digest or ""):
            yield f"{artifact.name} was registered as {artifact.content_digest}, judged was {artifact.digest}"


def _stored(gate: Gate, record: EvidenceRecord, artifact: Artifact) -> str | None:
    if _is_extra(artifact):
        execution = ExecutionArn.parse(record.report.binding.execution_arn)
        return f"s3://{gate.artifact_store}/{extra_report_key(execution.id, artifact.name.removeprefix(_EXTRA))}"
    try:
        return str(gate.stored(record.subject.group.account, S3Uri.parse(artifact.uri)))
    except ContentError:
        return None


def _is_extra(artifact: Artifact) -> bool:
    return artifact.name.startswith(_EXTRA)


def _bundle(checked: Checked, bundle: Bundle, record: EvidenceRecord) -> Checked:
    if bundle.version != record.report.binding.policy_bundle_version:
        said = f"it is version {bundle.version}, recorded was {record.report.binding.policy_bundle_version}"
        return differs(checked.what, said)
    return checked


def _keys(checked: Checked, keys: SigningKeys, keyid: str | None) -> Checked:
    if keyid is not None and keyid not in keys.keys:
        return differs(checked.what, f"the key {keyid} signed, and is not among those that the run pinned")
    return checked


def _artifacts(desk: Desk, subject: Subject) -> tuple[list[Checked], list[tuple[Artifact, tuple[Fact, ...]]] | None]:
    """Each artifact compared; and the facts of all reports, None unless every one of them could be read."""
    checked: list[Checked] = []
    read: list[tuple[Artifact, tuple[Fact, ...]]] = []
    whole = True
    for artifact in filter(has_copy, subject.artifacts):
        one, facts = reread_report(desk, artifact, artifact_exhibit(artifact))
        checked.append(one)
        whole = whole and facts is not None
        read.append((artifact, facts or ()))
    return checked, read if whole else None


def _facts(subject: Subject, read: list[tuple[Artifact, tuple[Fact, ...]]] | None) -> Checked:
    if read is None:
        return unchecked(FACTS, "not every report could be read again, so the facts are those of the record")
    together = facts_together(read, subject.group)
    wrong = fact_differences(subject.facts, together)
    return differs(FACTS, *wrong) if wrong else proved(FACTS, f"{len(together)} facts, as the reports have them")


def _judgement(
    record: EvidenceRecord, bundle: Bundle | None, read: list[tuple[Artifact, tuple[Fact, ...]]] | None
) -> Checked:
    if bundle is None:
        return unchecked(JUDGEMENT, "without the policy bundle it cannot be judged again")
    subject = record.subject
    if read is not None:
        subject = replace(subject, facts=facts_together(read, subject.group))
    try:
        again = judge(subject, bundle)
    except (ContentError, PolicyError, ValueError, TypeError, KeyError) as error:  # a time that is none, and the like
        return differs(JUDGEMENT, f"what the record holds cannot be judged: {error}")
    wrong = judgement_differences(record.judgement, again)
    if wrong:
        return differs(JUDGEMENT, *wrong)
    basis = "the facts of the record" if read is None else "the evidence"
    return proved(JUDGEMENT, f"judged again from {basis}: {again.verdict}, {len(again.results)} results alike")


def _governing(bundle: Bundle, subject: Subject) -> Policy | None:
    policies = matching(bundle, subject.group, subject.metadata)
    return policies[0] if len(policies) == 1 else None
