"""Does the evidence that a record pins satisfy its policy? A second opinion, naive on purpose.

Nothing of the gate is used here: it reads the envelope, the stored bytes and the numbers by itself.
"""

import base64
import hashlib
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256

from tests.stateful.policies import HIGHEST_DI, LEAST_AUC, LOWEST_DI
from tests.stateful.s3 import FakeS3
from tests.unit.signing_made_up import TestSigner


def predicate(envelope: bytes) -> dict[str, Any]:
    """What the record says."""
    statement = json.loads(base64.b64decode(json.loads(envelope)["payload"]))
    return dict(statement["predicate"])


def objection(envelope: bytes, s3: FakeS3, signer: TestSigner, image: str | None) -> str | None:
    """Why this record does not justify the approval of a package that ran *image*; None when it does."""
    outer = json.loads(envelope)
    payload, kind = base64.b64decode(outer["payload"]), outer["payloadType"]
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    try:
        signature = base64.b64decode(outer["signatures"][0]["sig"])
        signer.private.public_key().verify(signature, signed, ECDSA(SHA256()))
    except InvalidSignature:
        return "nobody signed it"
    record = predicate(envelope)
    if record["outcome"] != "approved":
        return f"its outcome is {record['outcome']}"
    if image not in (None, record["report"]["subject"]["containers"][0]["image_digest"]):
        return f"approved was a package with the image {image}"
    bytes_of = {}
    for artifact in record["report"]["subject"]["artifacts"]:
        if artifact["state"] != "pinned":
            return f"{artifact['name']} is {artifact['state']}"
        bucket, key = artifact["stored_uri"].removeprefix("s3://").split("/", 1)
        versions = [v for v in s3.buckets[bucket].keys[key] if v.id == artifact["version_id"]]
        body = versions[0].body if versions else None
        if body is None or f"sha256:{hashlib.sha256(body).hexdigest()}" != artifact["digest"]:
            return f"{artifact['name']} is not what was pinned"
        bytes_of[artifact["name"]] = body
    least = LEAST_AUC[record["report"]["binding"]["policy_bundle_version"]]
    try:
        return _quality(bytes_of["ModelQuality.Statistics"], least) or _bias(bytes_of["Bias.Report"])
    except (ValueError, KeyError, TypeError, AssertionError, RecursionError) as error:
        return f"a report cannot be read: {error!r}"


def _quality(body: bytes, least: float) -> str | None:
    auc = json.loads(body, object_pairs_hook=_plain)["binary_classification_metrics"]["auc"]["value"]
    return None if type(auc) is float and least <= auc <= 1 else f"the AUC is {auc!r}"


def _bias(body: bytes) -> str | None:
    facets = json.loads(body, object_pairs_hook=_plain)["post_training_bias_metrics"]["facets"]
    values = [m["value"] for groups in facets.values() for group in groups for m in group["metrics"]]
    bad = [value for value in values if type(value) is not float or not LOWEST_DI <= value <= HIGHEST_DI]
    return None if values and not bad else f"the impact is {bad}"


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs), "a key twice"
    return dict(pairs)
