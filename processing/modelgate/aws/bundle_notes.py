"""Which policy bundles have judged a group, as the update step noted them in the evidence store."""

import re

from modelgate.aws.objects import Bucket
from modelgate.contracts.layout import bundles_prefix

_KEY = re.compile(r"bundles/[^/]+/(?P<version>[0-9]{9})\.json", re.ASCII)


def noted_bundles(evidence: Bucket, group: str) -> tuple[int, ...]:
    """The versions of the bundles that have judged *group*, the highest last.

    Raises:
        InfrastructureError: S3 did not answer.
    """
    matches = (_KEY.fullmatch(listed.key) for listed in evidence.list(bundles_prefix(group)))
    return tuple(sorted(int(match["version"]) for match in matches if match))
