"""After the verdicts: an approval that nothing proves is found and set back, and a decision proves itself."""

import base64
import json
import subprocess
import time
from collections.abc import Iterator

from modelgate.contracts.package import APPROVED
from modelgate.contracts.uris import S3Uri
from modelgate.evidence.registry_text import META_EVIDENCE

from deploy.progress import Progress
from local.demo.governance import Governance
from local.demo.table import Row
from local.demo.watch import Awaited, arrivals
from local.platform import Platform

SECONDS = 120.0
KEYS = "signing-keys.json"


class Afterword:
    """What an auditor sees of the platform."""

    def __init__(self, platform: Platform, governance: Governance, progress: Progress) -> None:
        """Let the audit look once, before anything is there: what people approve from now on has to be proved."""
        self._platform, self._governance, self._progress = platform, governance, progress
        self._audit()

    def rows(self, *, approved: str, rejected: str) -> Iterator[Row]:
        """Show it on a package that the gate approved, and on one that it rejected."""
        yield self._set_back(rejected)
        yield self._proved(approved)
        yield self._tampered(approved)

    def _set_back(self, arn: str) -> Row:
        self._progress.say(f"somebody with a broad role approves {arn} by hand")
        sagemaker, began = self._platform.client("sagemaker"), time.monotonic()
        sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus=APPROVED)
        looked = self._governance.modelgate(
            "audit", "--json", "--governance-account", self._platform.governance_account
        )
        found = [each for each in json.loads(looked.stdout)["findings"] if each["model_package_arn"] == arn]
        for finding in found:
            self._progress.say(f"the audit finds {finding['kind']}: {finding['sentence']}")
        self._audit()
        self._progress.say(f"alarms: {', '.join(self._alarms()) or 'none'}")
        waiting = {arn: Awaited(at=began, unless=("approved", "reverted"))}
        again = dict(arrivals(sagemaker, waiting, seconds=SECONDS)).get(arn)
        verdict = f"set back, then {again.verdict}" if found and again else "not set back" if found else "not found"
        return Row(
            package="approved by hand",
            story="a rejected package is approved past the gate; the audit has it judged again",
            expected="set back, then rejected",
            verdict=verdict,
            reasons="\n".join(f"{finding['kind']}: {finding['sentence']}" for finding in found),
            seconds=again.seconds if again else None,
        )

    def _proved(self, arn: str) -> Row:
        done = self._governance.modelgate("verify", arn)
        return _verified("proved", "modelgate verify of an approved package", done)

    def _tampered(self, arn: str) -> Row:
        package = self._platform.client("sagemaker").describe_model_package(ModelPackageName=arn)
        place = S3Uri.parse(package["CustomerMetadataProperties"][META_EVIDENCE])
        stored = self._platform.client("s3").get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
        taken = self._platform.folder / "decision.json"
        taken.write_bytes(_tampered(stored))
        done = self._governance.modelgate("verify", taken, "--keys", self._platform.folder / KEYS)
        return _verified("not proved", "the same record, taken home, with one word changed", done)

    def _audit(self) -> None:
        """Run the deployed function now, not when its schedule comes."""
        self._platform.client("lambda").invoke(FunctionName=f"{self._platform.prefix}-audit", Payload=b"{}")

    def _alarms(self) -> list[str]:
        """Names of the audit's alarms that have gone off, once the alarms had a moment to look."""
        cloudwatch, prefix = self._platform.client("cloudwatch"), f"{self._platform.prefix}-audit"
        for _ in range(20):
            found = cloudwatch.describe_alarms(AlarmNamePrefix=prefix, StateValue="ALARM")["MetricAlarms"]
            names = [alarm["AlarmName"] for alarm in found if not alarm["AlarmName"].endswith("-missing")]
            if names:
                return names
            time.sleep(0.5)
        return []


def _verified(expected: str, story: str, done: "subprocess.CompletedProcess[str]") -> Row:
    verdict = {0: "proved", 1: "not proved"}.get(done.returncode, f"exit code {done.returncode}")
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    said = "\n".join(lines if len(lines) < 3 else (lines[1], lines[-1]))  # of the signature, and of the whole
    return Row(package="proof", story=story, expected=expected, verdict=verdict, reasons=said, seconds=None)


def _tampered(record: bytes) -> bytes:
    """Change one word of what was signed, so that it is still a record like any other."""
    envelope = json.loads(record)
    changed = base64.b64decode(envelope["payload"]).replace(b"Approved by policy", b"Approved by nobody", 1)
    return json.dumps({**envelope, "payload": base64.b64encode(changed).decode()}).encode()
