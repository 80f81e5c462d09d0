"""
Build the policy bundle that Terraform pins, and the evaluations of models that write text.

    python -m deploy.policies [ENV]

It is that of `policies/`. The local environment's has what only this machine shows besides; see `local.policy_bundle`.
"""

import os
import sys
from collections.abc import Sequence

from modelgate.contracts.digests import sha256_of
from modelgate.errors import PolicyError
from modelgate.policy import bundle

from deploy import evaluations
from deploy.paths import LOCAL, ROOT
from deploy.terraform.inputs import evaluations_file, policy_bundle
from local import policy_bundle as local_policies


def main(arguments: Sequence[str] | None = None) -> int:
    """Write both and print their digests; on any fault write nothing."""
    environment = next(iter(sys.argv[1:] if arguments is None else arguments), "")
    path = policy_bundle(environment)
    try:
        data = local_policies.build() if environment == LOCAL else bundle.build(ROOT / "policies")
        built = evaluations.write(environment)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except (PolicyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    asked = evaluations_file(environment)
    for digest, written in ((sha256_of(data), path), (sha256_of(built.evaluations.to_json()), asked)):
        sys.stdout.write(f"{digest}  {os.path.relpath(written, ROOT)}\n")
    for sentence in built.left_out:
        sys.stderr.write(f"{sentence}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
