"""
Build the policy bundle that Terraform pins.

    python -m deploy.policies [ENV]

It is that of `policies/`. The local environment's has what only this machine shows besides; see `local.policy_bundle`.
"""

import os
import sys
from collections.abc import Sequence

from modelgate.contracts.digests import sha256_of
from modelgate.errors import PolicyError
from modelgate.policy import bundle

from deploy.paths import LOCAL, ROOT
from deploy.terraform.inputs import policy_bundle
from local import policy_bundle as local_policies


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the bundle and print its digest; on any fault write nothing."""
    environment = next(iter(sys.argv[1:] if arguments is None else arguments), "")
    path = policy_bundle(environment)
    try:
        data = local_policies.build() if environment == LOCAL else bundle.build(ROOT / "policies")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except (PolicyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{sha256_of(data)}  {os.path.relpath(path, ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
