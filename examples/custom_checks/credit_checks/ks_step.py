"""An extra step of the pipeline: the Kolmogorov-Smirnov statistic, from a curve that custom checks do not see.

It writes ``report.json``, which joins the evidence as ``Extra.ks``. A report that holds no curve gives null, which no
policy lets pass; trouble of a service ends the step, and the pipeline tries again.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from modelgate.aws.clients import Clients, clients_for
from modelgate.aws.objects import Bucket
from modelgate.aws.registry import describe_package
from modelgate.aws.store import find_copy, read_copy
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.gate import Gate
from modelgate.contracts.layout import GATE_KEY
from modelgate.contracts.uris import S3Uri
from modelgate.errors import ContentError, PinError, UnreadableReportError
from modelgate.reports.strict_json import MAX_BYTES, loads
from modelgate.steps.arguments import ml_root
from modelgate.steps.run import run


def ks_statistic(report: Mapping[str, Any]) -> float:
    """
    Compute the greatest distance between the score distributions of paid and unpaid loans, 0 to 1.

    It is the greatest of TPR - FPR over all cut-offs, so the ROC curve has it, whatever cut-off the model uses.

    Raises:
        UnreadableReportError: *report* has no such curve.
    """
    try:
        curve = report["binary_classification_metrics"]["receiver_operating_characteristic_curve"]
        points = list(zip(curve["true_positive_rates"], curve["false_positive_rates"], strict=True))
        if not points or not all(0 <= rate <= 1 for point in points for rate in point):
            raise ValueError("a rate lies between 0 and 1")
        return float(max(abs(hits - false_alarms) for hits, false_alarms in points))
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableReportError(f"it holds no ROC curve: {error!r}") from error


def quality_report(clients: Clients, arn: ModelPackageArn, store: Bucket) -> bytes:
    """
    Read the copy of the package's quality report that the gate will judge: by the digest that was registered.

    Raises:
        ContentError: the package names none, or it has not arrived or cannot be read.
    """
    document = store.read(GATE_KEY, max_bytes=MAX_BYTES)
    package = describe_package(clients.sagemaker, arn)
    if document is None or package is None:
        raise PinError(f"neither {store.uri(GATE_KEY)} nor {arn} may be missing; apply the governance root again")
    gate = Gate.from_json(document.data)
    named = next((report for report in package.reports if report.name == "ModelQuality.Statistics"), None)
    if named is None:
        raise ContentError(f"{arn} names no ModelQuality.Statistics")
    uri = gate.stored(gate.groups[arn.group].account, S3Uri.parse(named.uri))
    copy = find_copy(store.s3, uri, named.digest, owner=arn.account)
    if copy is None:
        raise ContentError(f"{named.uri} has not arrived")
    return read_copy(store.s3, copy, max_bytes=MAX_BYTES, owner=arn.account)


def step() -> str:
    """Write the report; return the sentence that the job ends with."""
    arn = ModelPackageArn.parse(os.environ["MODELGATE_MODEL_PACKAGE_ARN"])
    clients = clients_for(arn.region)
    store = Bucket(s3=clients.s3, name=os.environ["MODELGATE_ARTIFACT_STORE"], owner=arn.account)
    value, said = None, ""
    try:
        value = ks_statistic(loads(quality_report(clients, arn, store)))
    except ContentError as error:
        said = f": {error}"
    folder = ml_root() / "processing" / "output" / "report"
    folder.mkdir(parents=True, exist_ok=True)
    report = {"credit_metrics": {"ks_statistic": {"value": value}}}
    (folder / "report.json").write_text(json.dumps(report))
    return f"ks_statistic of {arn} is {value}{said}"


if __name__ == "__main__":
    sys.exit(run(step))
