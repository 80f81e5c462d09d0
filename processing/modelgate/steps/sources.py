"""Where a package's answers come from, by the kind of target that the evaluation names; closed when all are had."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from modelgate.aws.bedrock_target import BedrockTarget
from modelgate.aws.clients import Clients, secrets_for
from modelgate.aws.endpoint_life import serve
from modelgate.aws.endpoint_target import EndpointTarget
from modelgate.aws.objects import Bucket
from modelgate.aws.registry import describe
from modelgate.aws.secrets import secret_text
from modelgate.aws.served_model import Serving, copy_in, served_containers
from modelgate.aws.store import find_copy, save_copy
from modelgate.aws.target_clients import bedrock_runtime, sagemaker_runtime
from modelgate.aws.transform_source import transform
from modelgate.contracts.digests import same_digest
from modelgate.contracts.layout import transform_prefix
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.registration import registration_digest
from modelgate.contracts.uris import S3Uri
from modelgate.errors import BindingError, ContentError, InfrastructureError, PinError
from modelgate.generative.asking import Asking
from modelgate.generative.attempts import Attempts
from modelgate.generative.budget import Spending
from modelgate.generative.collection import Model
from modelgate.generative.evaluation import TargetKind, TargetPlan
from modelgate.generative.naming import base_url, model_id, recorded_file
from modelgate.generative.openai_target import OpenAITarget
from modelgate.generative.recorded import Recorded
from modelgate.generative.target import Source, Target
from modelgate.steps.arguments import Arguments
from modelgate.steps.pinned import Pinned

MAX_RECORDED_BYTES = 4 * 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose answers are wanted, how they may be had, and what having them has taken."""

    arguments: Arguments
    clients: Clients
    pinned: Pinned
    package: ModelPackage
    model: Model
    plan: TargetPlan
    spending: Spending


@contextmanager
def source_of(wanted: Wanted) -> Iterator[Source]:
    """The source of *wanted*, until the block ends.

    Raises:
        ContentError: the package names no model that can be asked.
        PinError: the plan lacks what its kind needs.
        InfrastructureError: a service did not do its part, or recorded answers have not arrived.
    """
    plan, containers = wanted.plan, wanted.package.containers
    match plan.kind:
        case TargetKind.OPENAI:
            model, key = model_id(plan, containers), _key(wanted.arguments.target_secret_arn)
            target = OpenAITarget(base_url(plan), model, plan.pace, key, token_limit=plan.token_limit)
            yield _asking(target, wanted)
        case TargetKind.BEDROCK:
            client = bedrock_runtime(wanted.arguments.package.region, plan.pace)
            yield _asking(BedrockTarget(client, model_id(plan, containers), plan.pace), wanted)
        case TargetKind.RECORDED:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "recorded.jsonl"
                digest = _save_recorded(wanted, path)
                with path.open("rb") as file:
                    yield Recorded(file, digest)
        case TargetKind.ENDPOINT:
            sagemaker, serving = wanted.clients.sagemaker, _serving(wanted)
            client = sagemaker_runtime(wanted.arguments.package.region, plan.pace)
            with serve(sagemaker, _store(wanted), serving) as life:
                yield _asking(EndpointTarget(client, life, serving.machine, plan.pace), wanted)
        case TargetKind.TRANSFORM:
            prefix = transform_prefix(wanted.arguments.execution.id)
            with transform(
                wanted.clients.sagemaker, _store(wanted), _serving(wanted), plan.pace, wanted.spending, prefix=prefix
            ) as source:
                yield source


def _asking(target: Target, wanted: Wanted) -> Asking:
    return Asking(Attempts(target, wanted.plan.pace, wanted.spending))


def _key(secret_arn: str | None) -> str | None:
    """The key of the server that is asked, None where it asks for none; it is read by every run, so it can change."""
    if secret_arn is None:
        return None
    return secret_text(secrets_for(secret_arn.split(":")[3]), secret_arn)


def _store(wanted: Wanted) -> Bucket:
    return wanted.pinned.artifacts(wanted.clients.s3)


def _serving(wanted: Wanted) -> Serving:
    """The package's own model on the evaluation's machine."""
    arguments, machine = wanted.arguments, wanted.plan.machine
    if machine is None:
        raise PinError(f"the evaluation asks at an {wanted.plan.kind} and names no machine for it")
    if arguments.model_role_arn is None:
        raise BindingError(
            "the step's arguments lack --model-role-arn, so no model can be made; set `hosting` in the values and apply"
        )
    answer = describe(wanted.clients.sagemaker, arguments.package)
    if answer is None or registration_digest(answer) != wanted.package.registration:
        raise InfrastructureError(f"{arguments.package} was edited meanwhile; run the pipeline again")
    pinned = wanted.pinned
    containers = served_containers(answer, copy_in(_store(wanted), pinned.gate, pinned.group.account))
    files = tuple(one.model_data.digest for one in containers if one.model_data is not None)
    if files != wanted.model.model_data:  # the answers are kept under these digests, and judged with them
        raise InfrastructureError(f"a model file of {arguments.package} was uploaded again; run the pipeline again")
    return Serving(
        execution_id=arguments.execution.id,
        package_arn=str(arguments.package),
        containers=containers,
        role_arn=arguments.model_role_arn,
        machine=machine,
        kms_key=arguments.model_key_arn,
    )


def _save_recorded(wanted: Wanted, path: Path) -> str:
    """Save governance's copy of the answers that the package names; return their digest."""
    pinned, s3 = wanted.pinned, wanted.clients.s3
    recorded = recorded_file(wanted.package.containers)
    stored = pinned.gate.stored(pinned.group.account, S3Uri.parse(recorded.uri))
    owner = pinned.gate.governance_account
    copy = find_copy(s3, stored, recorded.digest, owner=owner)
    if copy is None:  # the right one may be under way, so nothing is said about the model
        raise InfrastructureError(
            f"the recorded answers with {recorded.digest} have not arrived at {stored}; run the pipeline again when so"
        )
    if copy.size > MAX_RECORDED_BYTES:
        raise ContentError(f"the recorded answers have {copy.size} bytes, at most {MAX_RECORDED_BYTES} are read")
    if not same_digest(save_copy(s3, copy, path, owner=owner), recorded.digest):
        raise InfrastructureError(f"{stored} version {copy.version_id} is not what the copier recorded; copy again")
    return recorded.digest
