"""What is judged: a package, its evidence as pinned, and the facts read from it. Enough to judge it again later."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from modelgate.contracts.facts import Fact
from modelgate.contracts.gate import Group
from modelgate.contracts.package import Container
from modelgate.contracts.review import Review


class ArtifactState(StrEnum):
    """How far an artifact got: only a pinned one can support an approval."""

    PINNED = "pinned"
    NOT_ARRIVED = "not_arrived"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file the package names, and the version of its copy that was judged.

    *content_digest* is the team's word, *digest* ours. *arrived_at* is when the copy was stored, by the store's clock.
    *problem* says why a refused one was refused, or what lies in the place of one that has not arrived.
    """

    name: str
    uri: str
    content_digest: str | None
    stored_uri: str | None
    version_id: str | None
    digest: str | None
    size: int | None
    arrived_at: str | None = None
    state: ArtifactState
    problem: str | None

    @property
    def is_report(self) -> bool:
        """Whether the gate reads it; model files are pinned, never opened."""
        return not self.name.startswith("Model.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """An approved version of the same group, newest first, with those of its facts that changes are measured from.

    *record_digest* is the SHA-256 of its evidence record, as its approval was noted.
    """

    version: int
    decision_id: str
    record_digest: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One package version with everything that decides its verdict, policy apart.

    *registration* is the digest of the whole registration, as `ModelPackage` has it; empty where there is none, as in
    the cases of a policy. *as_of* is the time of the judgement (ISO 8601, UTC): ages and waivers count from it.
    *metadata* is what the team registered beside the model, our own entries left out. *newest_bundle* is the highest
    version of a policy bundle that has judged the group; None when none has.
    """

    package_arn: str
    creation_time: str
    registration: str
    package_status: str
    group: Group
    containers: tuple[Container, ...]
    artifacts: tuple[Artifact, ...]
    facts: tuple[Fact, ...]
    as_of: str
    metadata: Mapping[str, str]
    history: tuple[Prior, ...] = ()
    reviews: tuple[Review, ...] = ()
    newest_bundle: int | None = None
