"""Names in S3 that more than one room knows.

Artifact store:  <account>/<bucket>/<key>                  copies of what producers uploaded
                 pinned/gate.json, pinned/policy-bundle.json   written by Terraform, every version kept
                 executions/<execution id>/checks/checks.json  what the check step found
Evidence store:  decisions/<group>/<version>/<execution id>.json   one decision, written once
                 decisions/<group>/<version>/<execution id>.conflict.json   it met another's status
                 pinned/<sha256 hex>.json                  the gate document and bundle a decision was made under
"""

GATE_KEY = "pinned/gate.json"
POLICY_BUNDLE_KEY = "pinned/policy-bundle.json"
CHECKS_FILE = "checks.json"

# Metadata of every copy in the artifact store (S3 user metadata, so lower case and ASCII).
META_SHA256 = "sha256"  # 64 hex digits: of the whole object
META_SOURCE_VERSION = "source-version-id"
META_SOURCE_SEQUENCER = "source-sequencer"  # orders copies of one key: right-pad with zeros, then compare as text


def decision_key(group: str, version: int, execution_id: str) -> str:
    """Where the evidence record of one run lives in the evidence store."""
    return f"decisions/{group}/{version}/{execution_id}.json"


def conflict_key(group: str, version: int, execution_id: str) -> str:
    """Where the evidence store notes that a recorded verdict met a status that somebody else had written."""
    return f"decisions/{group}/{version}/{execution_id}.conflict.json"


def pinned_copy_key(digest: str) -> str:
    """Where the evidence store keeps the pinned document with this ``sha256:…`` digest."""
    return f"pinned/{digest.removeprefix('sha256:')}.json"
