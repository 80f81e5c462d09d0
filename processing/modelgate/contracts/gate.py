"""The gate document: which groups are under the gate, and where their evidence may come from.

Terraform writes it from the environment's values, stores it in the artifact store and pins it by digest in the
pipeline definition and in the Lambdas' environment. Nothing in it comes from a producer.

    {"schema": "modelgate/gate/v1",
     "artifact_store": "<bucket>", "evidence_store": "<bucket>", "governance_account": "222222222222",
     "products": {"333333333333": {"name": "lending", "bucket": "<bucket>"}},
     "groups": {"loan-approval": {"team": "lending", "account": "333333333333", "tags": {"policy": "credit"},
                                  "mode": "enforce", "risk_tier": "high", "problem_type": "binary",
                                  "policy_digest": "sha256:…"}}}

``risk_tier``, ``problem_type``, ``policy_digest``, ``evaluation`` may be absent, and so may two more beside ``groups``:
``"revert_unproved": true`` has approvals without proof set back to pending, ``"canaries": ["<package ARN>", …]`` names
packages known to be bad, which must never be approved. A group with a ``policy_digest`` is judged by the
bundle of that digest instead of the pipeline's: a new bundle reaches one group after the other. The models of a group
with an ``evaluation`` are asked and scored by the generative pipeline before they are judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.digests import is_digest
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.contracts.uris import MAX_KEY_BYTES, S3Uri
from modelgate.errors import InvalidArnError, PinError, UnmappedUriError, UnreadableJsonError

SCHEMA = "modelgate/gate/v1"
MAX_GATE_BYTES = 10_000_000

_LIMITS = Limits(size=MAX_GATE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product account and its one evidence bucket."""

    account: str
    name: str
    bucket: str


class Mode(StrEnum):
    """Whether a verdict becomes a package's status, or is only recorded (shadow)."""

    ENFORCE = "enforce"
    SHADOW = "shadow"


class RiskTier(StrEnum):
    """How much harm a model of the group can do; a high tier is never approved without a person."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ProblemType(StrEnum):
    """What the models of a group do."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"
    GENERATIVE = "generative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A model package group under the gate, and the account whose team may register in it.

    *evaluation* names what its models are asked, for a group of models that write text.
    """

    name: str
    team: str
    account: str
    tags: Mapping[str, str]
    mode: Mode = Mode.ENFORCE
    risk_tier: RiskTier | None = None
    problem_type: ProblemType | None = None
    policy_digest: str | None = None
    evaluation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The gate document, parsed."""

    governance_account: str
    artifact_store: str
    evidence_store: str
    products: Mapping[str, Product]
    groups: Mapping[str, Group]
    revert_unproved: bool = False
    canaries: tuple[ModelPackageArn, ...] = ()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Gate":
        """Parse the pinned document.

        Raises:
            PinError: it is not a gate document of a known schema, or names an unknown account or group.
        """
        try:
            document = read_object(text, _LIMITS)
            if document["schema"] != SCHEMA:
                raise PinError(f"gate document has schema {document['schema']!r}, this code reads {SCHEMA!r}")
            gate = cls(
                governance_account=_text(document["governance_account"]),
                artifact_store=_text(document["artifact_store"]),
                evidence_store=_text(document["evidence_store"]),
                products={a: _product(a, p) for a, p in document["products"].items()},
                groups={n: _group(n, g) for n, g in document["groups"].items()},
                revert_unproved=_flag(document.get("revert_unproved", False)),
                canaries=tuple(map(ModelPackageArn.parse, _list(document.get("canaries", [])))),
            )
        except (KeyError, TypeError, AttributeError, ValueError, InvalidArnError, UnreadableJsonError) as error:
            raise PinError(f"gate document cannot be read ({error!r}); apply the governance root again") from error
        for group in gate.groups.values():
            if group.account not in gate.products:
                raise PinError(f"group {group.name!r} names account {group.account}, which has no product entry")
        for canary in gate.canaries:
            if canary.group not in gate.groups or canary.account != gate.governance_account:
                raise PinError(f"the canary {canary} is in no group of this gate, so nothing would judge it")
        return gate

    def account_of_bucket(self, bucket: str) -> str | None:
        """The product account that owns *bucket*, or None when no product does."""
        return next((p.account for p in self.products.values() if p.bucket == bucket), None)

    def stored(self, account: str, source: S3Uri) -> S3Uri:
        """Where the copy of *source*, owned by *account*, lives in the artifact store.

        Raises:
            UnmappedUriError: *source* is neither in the account's bucket nor already its copy in the store.
        """
        product = self.products.get(account)
        if product is None:
            raise UnmappedUriError(f"{source} was registered for account {account}, which is no product account")
        prefix = f"{account}/{product.bucket}/"
        if source.bucket == self.artifact_store and source.key.startswith(prefix):
            return source
        if source.bucket != product.bucket:
            raise UnmappedUriError(
                f"{source} lies outside {product.name}'s bucket {product.bucket!r}; "
                "upload it there and register that address"
            )
        key = prefix + source.key
        if len(key.encode()) > MAX_KEY_BYTES:
            raise UnmappedUriError(f"{source} has a key too long to be copied to {prefix!r}; shorten it")
        return S3Uri.of(self.artifact_store, key)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{ascii(value)[:100]} is not a text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{ascii(value)[:100]} is neither true nor false")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{ascii(value)[:100]} is not a list")
    return value


def _product(account: str, entry: Mapping[str, Any]) -> Product:
    return Product(account=account, name=_text(entry["name"]), bucket=_text(entry["bucket"]))


def _group(name: str, entry: Mapping[str, Any]) -> Group:
    tier, problem = entry.get("risk_tier"), entry.get("problem_type")
    digest, evaluation = entry.get("policy_digest"), entry.get("evaluation")
    if digest is not None and not is_digest(digest):
        raise ValueError(f"group {name!r} has the policy_digest {digest!a}, which is no digest")
    return Group(
        name=name,
        team=_text(entry["team"]),
        account=_text(entry["account"]),
        tags={tag: _text(value) for tag, value in entry["tags"].items()},
        mode=Mode(entry["mode"]),
        risk_tier=None if tier is None else RiskTier(tier),
        problem_type=None if problem is None else ProblemType(problem),
        policy_digest=digest,
        evaluation=None if evaluation is None else _text(evaluation),
    )
