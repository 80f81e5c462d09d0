"""Names in S3 that more than one room knows.

Artifact store:  <account>/<bucket>/<key>                  copies of what producers uploaded
                 pinned/gate.json, pinned/policy-bundle.json   written by Terraform, every version kept
                 pinned/policy-bundle-next.json            the bundle of groups that have the next one already
                 pinned/signing-keys.json                  the public keys that records are signed with
                 pinned/evaluations.json                   what models that write text are asked, and how
                 pinned/prompts/<evaluation>/<concern>.jsonl   its prompts, whose digests it names
                 generative/answers/<key>.jsonl            answers to some prompts, written once by the collect step
                 generative/tallies/<key>.json             what their scoring counted, written once by the score step
                 executions/<execution id>/answers/collection.json   which answers were collected for the package
                 executions/<execution id>/answers/manifest.json     the same as SageMaker's list of input files
                 executions/<execution id>/reports/generative/report.json   what they come to, written by the check step
                 executions/<execution id>/checks/checks.json  what the check step found
                 executions/<execution id>/reports/<name>/report.json   what an extra step of the pipeline found
Evidence store:  decisions/<group>/<version>/<execution id>.json   one decision, signed, written once
                 decisions/<group>/<version>/<execution id>.conflict.json   it met another's status
                 pinned/<sha256 hex>.json                  the documents that were pinned for a decision
                 approved/<group>/<version, 9 digits>/<execution id>.json   an approval that took effect
                 bundles/<group>/<version, 9 digits>.json  a policy bundle that has judged the group
                 refusals/<group>/<version>/<execution id>.json   a check report that the update step refused
                 adopted/<group>.json                      what was approved before the gate watched the group
                 break-glass/<group>/<version>/<id>.json   a person sets a status past the gate
                 reverts/<group>/<version>/<execution id>.json   an approval without proof was set back to pending
                 reviews/<group>/<version>/<execution id>/<reviewer>.json   what a person said of a held decision
"""

GATE_KEY = "pinned/gate.json"
POLICY_BUNDLE_KEY = "pinned/policy-bundle.json"
NEXT_POLICY_BUNDLE_KEY = "pinned/policy-bundle-next.json"
SIGNING_KEYS_KEY = "pinned/signing-keys.json"
EVALUATIONS_KEY = "pinned/evaluations.json"
ANSWERS = "generative/answers/"
TALLIES = "generative/tallies/"
COLLECTION_FILE, MANIFEST_FILE = "collection.json", "manifest.json"
GENERATIVE = "generative"  # the name of the extra report of an evaluation
REVIEWS = "reviews/"
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


def refusal_key(group: str, version: int, execution_id: str) -> str:
    """Where the evidence store notes that a run's check report was refused."""
    return f"refusals/{group}/{version}/{execution_id}.json"


def approved_prefix(group: str) -> str:
    """Where the evidence store notes the approvals of a group; keys below it sort by version."""
    return f"approved/{group}/"


def approved_key(group: str, version: int, execution_id: str) -> str:
    """Where one approval is noted once it has taken effect."""
    return f"{approved_prefix(group)}{version:09d}/{execution_id}.json"


def bundles_prefix(group: str) -> str:
    """Where the evidence store notes which policy bundles have judged a group."""
    return f"bundles/{group}/"


def bundle_key(group: str, version: int) -> str:
    """Where it notes the bundle of one version; keys sort by version."""
    return f"{bundles_prefix(group)}{version:09d}.json"


def adoption_key(group: str) -> str:
    """Where the first audit of a group notes what was approved before."""
    return f"adopted/{group}.json"


def break_glass_prefix(group: str, version: int) -> str:
    """Where the uses of the break-glass role on one package version are recorded."""
    return f"break-glass/{group}/{version}/"


def break_glass_key(group: str, version: int, use: str) -> str:
    """Where one of them is recorded, before the status is written."""
    return f"{break_glass_prefix(group, version)}{use}.json"


def revert_key(group: str, version: int, execution_id: str) -> str:
    """Where the evidence store notes that a run set an approval without proof back."""
    return f"reverts/{group}/{version}/{execution_id}.json"


def reviews_prefix(group: str, version: int) -> str:
    """Where people's reviews of one package version lie."""
    return f"{REVIEWS}{group}/{version}/"


def review_key(group: str, version: int, execution_id: str, reviewer: str) -> str:
    """Where one person's review of one decision lies."""
    return f"{reviews_prefix(group, version)}{execution_id}/{reviewer}.json"


def prompts_key(evaluation: str, concern: str) -> str:
    """Where the prompts of one concern lie; new ones become another version, so that no run loses those it pins."""
    return f"pinned/prompts/{evaluation}/{concern}.jsonl"


def collection_key(execution_id: str) -> str:
    """Where the collect step of an execution says which answers it collected."""
    return f"executions/{execution_id}/answers/{COLLECTION_FILE}"


def transform_prefix(execution_id: str) -> str:
    """Where the requests and answers of the transform jobs of an execution lie."""
    return f"executions/{execution_id}/transform/"


def extra_report_key(execution_id: str, name: str) -> str:
    """Where an extra step of an execution leaves its report in the artifact store."""
    return f"executions/{execution_id}/reports/{name}/report.json"
