"""A decision as a person would tell it: what was judged, by which policy, the verdict, why, and what to change."""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Console

from modelgate.cli.decision.told import Told
from modelgate.cli.printing import cell, console, plain
from modelgate.cli.verdict import VERDICT_STYLES, results_table, show_advice
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.results import Severity, Status, Verdict
from modelgate.contracts.subject import Artifact, ArtifactState
from modelgate.evidence.record import Outcome

_WOULD = {Verdict.APPROVE: "approved", Verdict.REJECT: "rejected", Verdict.HOLD: "held for people"}
_SHOWN = 12  # hexadecimal digits of a digest: enough to tell two apart


def tell(told: Told, *, everything: bool) -> None:
    """Print the decision; with *everything* also each result and each digest in full."""
    screen, judgement = console(), told.record.judgement
    screen.print(cell(headline(told), VERDICT_STYLES[judgement.verdict]), soft_wrap=True)
    for line in _facts(told, everything=everything):
        screen.print(plain(line), soft_wrap=True)
    _why(screen, told, everything=everything)
    _section(screen, "Waivers", [use.sentence for use in judgement.waivers])
    _section(screen, "Reviews", list(_reviews(told)))
    _section(screen, "Evidence", [_artifact(one, everything=everything) for one in told.record.subject.artifacts])
    if told.others:
        _section(screen, "Other decisions on this version, newest first", told.others)


def headline(told: Told) -> str:
    """Who was judged, what became of it, and when."""
    record = told.record
    arn = ModelPackageArn.parse(record.subject.package_arn)
    verdict = _WOULD[record.judgement.verdict]
    what = f"{arn.group} version {arn.version}"
    when = _day(record.decided_at)
    if record.outcome is Outcome.SHADOW:
        return f"{what} would have been {verdict} on {when}; its group is in shadow mode, so this was only recorded"
    if record.outcome is Outcome.CONFLICT or told.conflict is not None:
        status = told.conflict or record.registry_status
        return f"{what} would have been {verdict} on {when}, but somebody had made it {status} already; that stands"
    with_waiver = any(result.status is Status.WAIVED for result in record.judgement.results)
    return f"{what} was {verdict}{' with waiver' if with_waiver and verdict == 'approved' else ''} on {when}"


def _facts(told: Told, *, everything: bool) -> Iterator[str]:
    record, subject, judgement = told.record, told.record.subject, told.record.judgement
    binding = record.report.binding
    yield f"  package   {subject.package_arn}, registered {_day(subject.creation_time)} by team {subject.group.team}"
    policy = f"{judgement.policy} v{judgement.policy_version}" if judgement.policy else "none governs it"
    bundle = f"bundle v{binding.policy_bundle_version} ({_short(binding.policy_digest, everything=everything)})"
    yield f"  policy    {policy}, {bundle}"
    yield f"  decision  {record.decision_id}, recorded at {told.place} ({_short(told.digest, everything=everything)})"
    for prior in subject.history:
        yield f"  compared  with approved version {prior.version} (decision {prior.decision_id})"
    if everything:
        yield f"  image     {binding.image_digest} ({binding.runtime})"
        yield f"  gate      {binding.gate_digest}"
        yield f"  signers   {binding.signing_keys_digest}"
        if binding.evaluations_digest is not None:
            yield f"  asked     {binding.evaluations_digest}"
            yield f"  scorer    {binding.scoring_image_digest}"
        yield f"  as given  {subject.registration}"
        yield f"  basis     {judgement.basis}"


def _why(screen: Console, told: Told, *, everything: bool) -> None:
    judgement = told.record.judgement
    results = judgement.results
    if everything and results:
        measured = [result for result in results if result.observed is not None or result.bound is not None]
        screen.print(results_table(measured))
    notable = [result for result in results if result.status is not Status.PASS]
    notable.sort(key=lambda result: result.severity is Severity.WARN)
    said = {result.sentence for result in results} | {f"warning: {result.sentence}" for result in results}
    screen.print("Why")
    for reason in judgement.reasons:
        if reason not in said:  # a person's word, or a reason that no check gave
            screen.print(f"  {plain(reason)}", soft_wrap=True)
    show_advice(screen, notable, told.policy, indent="  ")
    passed = [result for result in results if result.status is Status.PASS]
    if passed:
        checks = len({result.check for result in passed})
        screen.print(f"  {len(passed)} results of {checks} checks passed{'' if everything else '; --all lists them'}")


def _reviews(told: Told) -> Iterator[str]:
    judgement = told.record.judgement
    for review in told.record.subject.reviews:
        record = review.record
        counted = "" if review.id == judgement.review else "; it did not decide this verdict"
        yield f"{review.reviewer} said {record.verdict} on {_day(record.reviewed_at)}: {record.reason}{counted}"


def _artifact(artifact: Artifact, *, everything: bool) -> str:
    if artifact.state is ArtifactState.NOT_ARRIVED:
        return f"{artifact.name}  {artifact.uri}  has not arrived"
    if artifact.state is ArtifactState.REFUSED:
        return f"{artifact.name}  {artifact.uri}  refused: {artifact.problem}"
    digest = _short(artifact.digest or "", everything=everything)
    return f"{artifact.name}  {artifact.stored_uri}  version {artifact.version_id}  {digest}"


def _section(screen: Console, title: str, lines: "list[str] | tuple[str, ...]") -> None:
    if lines:
        screen.print(title)
    for line in lines:
        screen.print(f"  {plain(line)}", soft_wrap=True)


def _short(digest: str, *, everything: bool) -> str:
    algorithm, _, digits = digest.partition(":")
    return digest if everything or len(digits) <= _SHOWN else f"{algorithm}:{digits[:_SHOWN]}…"


def _day(moment: str) -> str:
    try:
        return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M %Z}".rstrip()
    except ValueError:
        return moment
