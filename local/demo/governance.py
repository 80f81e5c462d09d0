"""What people of the governance account do: read a decision, and review what is held with the command line."""

import subprocess
import sys

from modelgate.contracts.uris import S3Uri
from modelgate.evidence.envelope import open_envelope
from modelgate.evidence.record import EvidenceRecord

from local.platform import Platform

SESSION = "model-risk-desk"  # becomes the reviewer's name
REASON = "The committee has read the decision and the validation report; minutes of this morning, item 3."


class ReviewError(Exception):
    """The review was not written; the message is what the command said."""


class Governance:
    """A member of governance at the embedded AWS."""

    def __init__(self, platform: Platform) -> None:
        """Open the client once."""
        self._platform = platform
        self._s3 = platform.client("s3")

    def record(self, address: str) -> EvidenceRecord:
        """The evidence record at *address*."""
        place = S3Uri.parse(address)
        return open_envelope(self._s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()).record

    def approve(self, arn: str) -> None:
        """Approve the held package *arn* as a person would: with the reviewer role and ``modelgate review``.

        Raises:
            ReviewError: the command refused.
        """
        command = [sys.executable, "-m", "modelgate.cli", "review", arn, "--approve", "--reason", REASON, "--yes"]
        command += ["--prefix", self._platform.prefix]
        done = subprocess.run(command, env=self._reviewer(), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ReviewError(" ".join(done.stderr.split()) or f"exit code {done.returncode}")

    def modelgate(self, *words: object) -> "subprocess.CompletedProcess[str]":
        """What the command line says to governance."""
        command = [sys.executable, "-m", "modelgate.cli", *map(str, words)]
        environment = self._platform.instance.environment(self._platform.governance_account)
        environment["MODELGATE_PREFIX"] = self._platform.prefix
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def _reviewer(self) -> dict[str, str]:
        """The environment of a session of the reviewer role."""
        platform = self._platform
        role = f"arn:aws:iam::{platform.governance_account}:role/{platform.prefix}-reviewer"
        keys = platform.client("sts").assume_role(RoleArn=role, RoleSessionName=SESSION)["Credentials"]
        return platform.instance.environment(platform.governance_account) | {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }
