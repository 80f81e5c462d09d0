"""KMS with one signing key, CloudWatch as far as somebody counts there, and a bus that findings are told to."""
# ruff: noqa: N803 - arguments are named as the services name them

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from tests.stateful.s3 import refused
from tests.unit.signing_made_up import TestSigner

_PREHASHED = ECDSA(Prehashed(SHA256()))


@dataclass
class FakeKMS:
    """Signs digests with the key of *signer*, as the real service does."""

    signer: TestSigner

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> Any:
        self._expect(KeyId, MessageType, SigningAlgorithm)
        return {"KeyId": KeyId, "Signature": self.signer.private.sign(Message, _PREHASHED)}

    def verify(self, *, KeyId: str, Message: bytes, MessageType: str, Signature: bytes, SigningAlgorithm: str) -> Any:
        self._expect(KeyId, MessageType, SigningAlgorithm)
        try:
            self.signer.private.public_key().verify(Signature, Message, _PREHASHED)
        except InvalidSignature as error:
            raise refused("KMSInvalidSignatureException", "") from error
        return {"SignatureValid": True}

    def _expect(self, key: str, kind: str, algorithm: str) -> None:
        assert (kind, algorithm) == ("DIGEST", "ECDSA_SHA_256")
        if key != self.signer.arn:
            raise refused("NotFoundException", f"no key {key}")


@dataclass
class FakeCloudWatch:
    """The sums of all metrics."""

    counted: Counter[str] = field(default_factory=Counter)

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> Any:
        for metric in MetricData:
            self.counted[metric["MetricName"]] += int(metric["Value"])
        return {}


@dataclass
class FakeEvents:
    """*told* is every finding, the oldest first: kind and package."""

    told: list[tuple[str, str | None]] = field(default_factory=list)

    def put_events(self, *, Entries: list[dict[str, Any]]) -> Any:
        details = [json.loads(entry["Detail"]) for entry in Entries]
        self.told += [(detail["kind"], detail["model_package_arn"]) for detail in details]
        return {"FailedEntryCount": 0}
