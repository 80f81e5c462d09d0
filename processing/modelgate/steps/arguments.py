"""What the pipeline definition hands to all of its steps."""

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from modelgate.contracts.arns import ExecutionArn, ModelPackageArn
from modelgate.contracts.check_report import Binding, Runtime
from modelgate.contracts.digests import is_digest, same_digest
from modelgate.contracts.layout import GENERATIVE
from modelgate.errors import BindingError
from modelgate.steps.package_digest import package_digest

_TEXTS = {
    "--model-package-arn": "the package to judge",
    "--model-package-group-name": "its group, which must agree with the ARN",
    "--bucket": "the artifact store, which must equal --artifact-store",
    "--execution-arn": "the running pipeline execution",
    "--artifact-store": "the artifact store pinned in the pipeline definition",
    "--gate-digest": "digest of the gate document",
    "--policy-digest": "digest of the policy bundle of groups that have none of their own",
    "--image-digest": "digest of the image that runs this step",
    "--signing-keys-digest": "digest of the document of keys that sign evidence records",
}
_OF_AN_EVALUATION = {
    "--evaluations-digest": "digest of the document of evaluations, in the pipeline of models that write text",
    "--scoring-image-digest": "digest of the image that scores what they wrote",
    "--model-role-arn": "the role of an endpoint or a transform that is made to ask a model",
    "--model-key-arn": "the key that their disks and a transform's files are encrypted with",
    "--target-secret-arn": "the secret of AWS Secrets Manager with the key of the server that is asked",
}

_EXTRA_REPORT = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
_SECRET = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+", re.ASCII)


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint ends like any other refusal: in the exit message, not only on the log."""

    def error(self, message: str) -> NoReturn:
        raise BindingError(f"the step's arguments are wrong: {message}; apply the governance root again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The arguments, parsed and found to agree with each other.

    *extra_reports* are the names of the extra steps' reports, in the order of the definition. The last five are those
    of the pipeline of models that write text.
    """

    package: ModelPackageArn
    execution: ExecutionArn
    artifact_store: str
    gate_digest: str
    policy_digest: str
    image_digest: str
    signing_keys_digest: str
    runtime: Runtime
    extra_reports: tuple[str, ...] = ()
    evaluations_digest: str | None = None
    scoring_image_digest: str | None = None
    model_role_arn: str | None = None
    model_key_arn: str | None = None
    target_secret_arn: str | None = None

    @classmethod
    def parse(cls, prog: str, description: str, argv: Sequence[str] | None) -> "Arguments":
        """Parse *argv*; parameters only name the package, so each must agree with what is pinned.

        Raises:
            BindingError: arguments are missing or unknown, or contradict each other, or the code that runs.
            InvalidArnError: an ARN is none.
        """
        parser = _Parser(prog=prog, description=description, allow_abbrev=False)
        for name, text in _TEXTS.items():
            parser.add_argument(name, required=True, help=text)
        for name, text in _OF_AN_EVALUATION.items():
            parser.add_argument(name, help=text)
        parser.add_argument("--extra-report", action="append", default=[], help="name of an extra step's report")
        given = parser.parse_args(argv)
        arguments = cls(
            package=ModelPackageArn.parse(given.model_package_arn),
            execution=ExecutionArn.parse(given.execution_arn),
            artifact_store=given.artifact_store,
            gate_digest=_digest("--gate-digest", given.gate_digest),
            policy_digest=_digest("--policy-digest", given.policy_digest),
            image_digest=_digest("--image-digest", given.image_digest),
            signing_keys_digest=_digest("--signing-keys-digest", given.signing_keys_digest),
            runtime=_runtime(os.environ.get("MODELGATE_RUNTIME", Runtime.CONTAINER)),
            extra_reports=_names(given.extra_report),
            evaluations_digest=_optional("--evaluations-digest", given.evaluations_digest),
            scoring_image_digest=_optional("--scoring-image-digest", given.scoring_image_digest),
            model_role_arn=given.model_role_arn,
            model_key_arn=given.model_key_arn,
            target_secret_arn=_secret(given.target_secret_arn),
        )
        _require_equal("--model-package-group-name", given.model_package_group_name, arguments.package.group)
        _require_equal("--bucket", given.bucket, arguments.artifact_store)
        _require_whole(arguments)
        _require_running(arguments)
        return arguments

    def binding(self, *, policy_digest: str, policy_bundle_version: int) -> Binding:
        """What a result of this run is bound to; the bundle is the one that its group is judged by."""
        return Binding(
            package_arn=str(self.package),
            execution_arn=str(self.execution),
            gate_digest=self.gate_digest,
            policy_digest=policy_digest,
            policy_bundle_version=policy_bundle_version,
            signing_keys_digest=self.signing_keys_digest,
            image_digest=self.image_digest,
            runtime=self.runtime,
            evaluations_digest=self.evaluations_digest,
            scoring_image_digest=self.scoring_image_digest,
        )


def ml_root() -> Path:
    """SageMaker's folder in a Processing container."""
    return Path(os.environ.get("MODELGATE_ML_ROOT", "/opt/ml"))


def _runtime(text: str) -> Runtime:
    known = [runtime.value for runtime in Runtime]
    if text not in known:
        raise BindingError(f"MODELGATE_RUNTIME is {text!a}; one of: {', '.join(known)}")
    return Runtime(text)


def _digest(name: str, text: str) -> str:
    if not is_digest(text):
        raise BindingError(f"{name} is {text!a}; expected sha256: and 64 hex digits")
    return text.lower()


def _secret(text: str | None) -> str | None:
    if text is not None and _SECRET.fullmatch(text) is None:
        # Not quoted: it might be the key.
        raise BindingError("--target-secret-arn is not the whole ARN of a secret; set openai_secret_arn in the values")
    return text


def _optional(name: str, text: str | None) -> str | None:
    return None if text is None else _digest(name, text)


def _names(given: list[str]) -> tuple[str, ...]:
    for name in given:
        if _EXTRA_REPORT.fullmatch(name) is None or given.count(name) != 1:
            raise BindingError(
                f"--extra-report is {name!a}; expected lower-case letters, digits and hyphens, each name once"
            )
    return tuple(given)


def _require_equal(name: str, given: str, expected: str) -> None:
    if given != expected:
        raise BindingError(f"{name} is {given!a}, but this run is about {expected!r}; start the pipeline by its event")


def _require_whole(arguments: Arguments) -> None:
    said = {
        "--evaluations-digest": arguments.evaluations_digest is not None,
        "--scoring-image-digest": arguments.scoring_image_digest is not None,
        f"--extra-report {GENERATIVE}": GENERATIVE in arguments.extra_reports,
    }
    lacking = [name for name, given in said.items() if not given]
    if lacking and len(lacking) < len(said):
        named = ", ".join(lacking)
        raise BindingError(f"the step's arguments lack {named}, which go with those given; apply the governance root")


def _require_running(arguments: Arguments) -> None:
    # A container cannot see its own digest; there the pipeline definition's ImageUri is the proof.
    if arguments.runtime is not Runtime.PROCESS:
        return
    pinned = {"--image-digest": arguments.image_digest, "--scoring-image-digest": arguments.scoring_image_digest}
    running = package_digest()
    for name, digest in pinned.items():
        if digest is not None and not same_digest(digest, running):
            raise BindingError(
                f"{name} is {digest}, but the installed package is {running}; apply the governance root again"
            )
