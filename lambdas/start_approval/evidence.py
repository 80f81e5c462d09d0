"""Which evidence a package names, and what of it has not arrived in the artifact store."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelgate.aws.store import find_copy
from modelgate.contracts.digests import is_digest
from modelgate.contracts.gate import Gate
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.uris import S3Uri
from modelgate.errors import ContentError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A copy that the judgement needs, with the content digest that the team registered, if it did."""

    uri: S3Uri
    digest: str | None


def expected_evidence(gate: Gate, account: str, description: Mapping[str, Any]) -> tuple[Expected, ...]:
    """The copies that the described package of *account* needs.

    What can never arrive is left out, whether a location outside the team's bucket, a digest that is none, or a
    registration that cannot be read: waiting would not help, and the check step refuses it, with the reason.
    """
    try:
        package = ModelPackage.from_describe(description)
    except ContentError:
        return ()
    expected = {}
    for artifact in (*package.artifacts, *package.recorded_answers):
        try:
            uri = gate.stored(account, S3Uri.parse(artifact.uri))
        except ContentError:
            continue
        if artifact.digest is not None and not is_digest(artifact.digest):
            continue
        expected[uri, artifact.digest] = Expected(uri=uri, digest=artifact.digest)
    return tuple(expected.values())


def not_arrived(s3: "S3Client", expected: Iterable[Expected], *, owner: str) -> tuple[Expected, ...]:
    """Those of *expected* that have no copy yet.

    Raises:
        InfrastructureError: S3 did not answer.
    """
    return tuple(one for one in expected if find_copy(s3, one.uri, one.digest, owner=owner) is None)


def judged_change(change: str, missing: Iterable[Expected], *, settling: bool) -> str:
    """What a claim answers: the change, or the change judged without some of its evidence or of the registry's work.

    So the same change is judged once with all evidence, however many requests find it complete, and again when
    something arrives that an earlier run had to do without.
    """
    lines = sorted(f"{one.uri} {one.digest}" for one in missing) + ["the registry's validation"] * settling
    if not lines:
        return change
    return f"{change} without {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"
