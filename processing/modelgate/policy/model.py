"""Policies as the steps use them: parsed from a bundle that was linted when it was built and is pinned by digest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.results import Bound
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.errors import ContentError, PolicyError

SCHEMA = "modelgate/policy-bundle/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which package groups a policy governs: the name fits a pattern (if any are given) and every tag is equal."""

    groups: tuple[str, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Reports the package must name (a family, or ``Family.Member``), and whether each needs a ContentDigest."""

    required: tuple[str, ...]
    content_digest_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check. *kind* names the code in `modelgate.checks`; which other fields it uses is up to that code.

    *facets* is None for all of them. *bound* is what the observed value must hold.
    """

    id: str
    kind: str
    metric: str | None
    facets: tuple[str, ...] | None
    features: tuple[str, ...]
    may_be_absent: bool
    bound: Bound
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one family of models must show."""

    name: str
    version: int
    owner: str
    match: Match
    evidence: Evidence
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """All policies of one version."""

    version: int
    policies: tuple[Policy, ...]

    def to_json(self) -> bytes:
        """The bundle file: the same policies give the same bytes."""
        return canonical({"schema": SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "Bundle":
        """Parse a bundle file.

        Raises:
            PolicyError: it is not a bundle of the schema this code reads; nobody is judged by it.
        """
        try:
            document: Any = json.loads(data)
            schema = document.pop("schema")
            if schema != SCHEMA:
                raise PolicyError(f"the policy bundle has schema {schema!a}, this code reads {SCHEMA!r}")
            return decode(cls, document)
        except (
            ArithmeticError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
            ContentError,
        ) as error:
            raise PolicyError(f"the policy bundle cannot be read ({error}); build it again") from error
