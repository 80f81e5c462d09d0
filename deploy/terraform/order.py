"""The order of the roots, and what each of plan, apply and destroy does with them.

Bootstrap comes first, in every account at once; then the image is built (not here); then governance, which pins the
public keys that bootstrap made, and the products, side by side: they refer to each other by names only. The
organization has no place in the order: it is applied by itself, by whoever runs the management account.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from deploy.paths import LOCAL
from deploy.terraform import account as accounts
from deploy.terraform.binary import find_terraform
from deploy.terraform.errors import DeployError
from deploy.terraform.inputs import variables
from deploy.terraform.kept import adopt_evidence_store, delete_packages, evidence_store, forget_evidence_store
from deploy.terraform.run import Run, Say, prepare
from deploy.terraform.signing_keys import pin_signing_keys, plan_with_signing_keys
from deploy.terraform.values import GOVERNANCE, ORGANIZATION, Environment, Target

PROD = "prod"
# Roots that hold the bucket of their own state, and what of them a destroy takes.
_ADOPT_THEIR_BUCKET = {"bootstrap": "module.image_repository", ORGANIZATION: "module.service_control_policies"}
Confirm = Callable[[str], bool]
Result = TypeVar("Result")


def apply_root(name: str, root: str, *, say: Say, confirm: Confirm | None = None) -> None:
    """
    Apply the targets that *root* names in environment *name*, each with a saved plan and an empty second plan.

    *confirm* is shown each plan and may refuse it; without it, plans are applied as they are.

    Raises:
        DeployError: a target was refused or failed; the others ran to their end.
    """
    environment = Environment.read(name)
    targets = environment.targets(root)
    _refuse_an_embedded_organization(environment, targets)
    find_terraform()
    _each(targets, lambda target: _apply(environment, target, say, confirm))


def apply(name: str, *, say: Say, confirm: Confirm | None = None) -> None:
    """
    Apply every root of environment *name* in order.

    Raises:
        DeployError: a root was refused or failed, or there is no image for governance yet.
    """
    apply_root(name, "bootstrap", say=say, confirm=confirm)
    apply_after_image(name, say=say, confirm=confirm)


def apply_after_image(name: str, *, say: Say, confirm: Confirm | None = None) -> None:
    """
    Apply governance and every product, side by side; bootstrap and image come before.

    Raises:
        DeployError: a root was refused or failed, or there is no image for governance yet.
    """
    environment = Environment.read(name)
    find_terraform()
    (governance,) = environment.targets(GOVERNANCE)
    variables(environment, governance)  # refuses before anything is applied
    _each((governance, *environment.targets("product")), lambda target: _apply(environment, target, say, confirm))


def plan(name: str, root: str | None = None, *, say: Say) -> dict[str, str]:
    """
    Return the plan of each target, to read; nothing changes.

    Raises:
        DeployError: a target was refused or failed.
    """
    environment = Environment.read(name)
    targets = environment.targets(root)
    _refuse_an_embedded_organization(environment, targets)
    find_terraform()
    return dict(_each(targets, lambda target: _plan(environment, target, say)))


def destroy(name: str, root: str | None = None, *, say: Say, confirm: Confirm | None = None) -> list[str]:
    """
    Destroy environment *name*, products and governance first, and return a sentence on each thing that is kept.

    Raises:
        DeployError: the environment must not be destroyed, or a target failed.
    """
    environment = Environment.read(name)
    _refuse_to_destroy(environment)
    if confirm is not None and not confirm(f"This destroys environment {name}."):
        raise DeployError("nothing was destroyed, because it was not confirmed")
    find_terraform()
    targets = environment.targets(root)
    later = [target for target in targets if target.root == "bootstrap"]
    sooner = [target for target in targets if target.root != "bootstrap"]
    kept: list[str] = []
    for wave in (sooner, later):
        for sentences in _each(wave, lambda target: _destroy(environment, target, say)):
            kept += sentences
    return kept


def outputs(name: str, root: str, *, say: Say = lambda _: None) -> dict[str, dict[str, Any]]:
    """Return the outputs of each applied target that *root* names, by the target's name."""
    environment = Environment.read(name)
    return dict(
        _each(environment.targets(root), lambda target: (target.name, _enter(environment, target, say).outputs()))
    )


def _each(targets: Sequence[Target], work: Callable[[Target], Result]) -> list[Result]:
    """Do *work* on all targets side by side; each has an account, a state and a folder of its own."""
    if not targets:
        return []
    with ThreadPoolExecutor(max_workers=len(targets)) as pool:
        futures = [pool.submit(work, target) for target in targets]
    failures = [str(error) for future in futures if (error := future.exception()) is not None]
    unexpected = [e for future in futures if (e := future.exception()) is not None and not isinstance(e, DeployError)]
    if unexpected:
        raise unexpected[0]
    if failures:
        raise DeployError("\n".join(dict.fromkeys(failures)))  # what stops all of them is said once
    return [future.result() for future in futures]


def _apply(environment: Environment, target: Target, say: Say, confirm: Confirm | None) -> None:
    account = accounts.enter(environment, target)
    variables(environment, target)
    if target.root in _ADOPT_THEIR_BUCKET:
        accounts.ensure_state_bucket(environment, target, account)
    if target.root == GOVERNANCE:
        pin_signing_keys(environment, account, say)
    run = _prepare(environment, target, account, say)
    if target.root == GOVERNANCE:
        adopt_evidence_store(environment, run, account)
    if run.plan().empty:
        return
    if confirm is not None and not confirm(run.show()):
        raise DeployError(f"{target.name}: nothing was applied, because the plan was not confirmed")
    run.apply()
    run.require_empty_plan()
    say(f"{target.name}: applied, the second plan is empty")


def _plan(environment: Environment, target: Target, say: Say) -> tuple[str, str]:
    run = _enter(environment, target, say)
    run.plan()
    return target.name, run.show()


def _destroy(environment: Environment, target: Target, say: Say) -> list[str]:
    account = accounts.enter(environment, target)
    if not accounts.state_bucket_exists(environment, target, account):
        say(f"{target.name}: nothing to destroy")
        return []
    run = _prepare(environment, target, account, say)
    kept = []
    only = _ADOPT_THEIR_BUCKET.get(target.root)
    if only is not None:
        kept.append(f"{target.name}: state bucket {environment.state_bucket(target)}, which holds the states")
    if target.root == "bootstrap" and target.of == GOVERNANCE:
        kept.append(f"{target.name}: the keys of signing_keys, which verify what was decided")
    if target.root == GOVERNANCE:
        delete_packages(environment, account)
        if environment.name != LOCAL and forget_evidence_store(run):
            kept.append(f"{target.name}: evidence store {evidence_store(environment)} and its key, under Object Lock")
    run.plan(destroy=True, only=only)
    run.apply()
    return kept


def _enter(environment: Environment, target: Target, say: Say) -> Run:
    return _prepare(environment, target, accounts.enter(environment, target), say)


def _prepare(environment: Environment, target: Target, account: accounts.Account, say: Say) -> Run:
    if not accounts.state_bucket_exists(environment, target, account):
        first = target.root if target.root in _ADOPT_THEIR_BUCKET else "bootstrap"
        raise DeployError(
            f"{target.name}: account {target.account} has no state bucket yet; "
            f"run `make apply ENV={environment.name} ROOT={first}` first"
        )
    if target.root == GOVERNANCE:
        plan_with_signing_keys(environment, account, say)
    return prepare(environment, target, account, say)


def _refuse_an_embedded_organization(environment: Environment, targets: Sequence[Target]) -> None:
    if environment.name == LOCAL and any(target.root == ORGANIZATION for target in targets):
        raise DeployError("the embedded AWS has no organisation; its policies are proved on the plan, by the tests")


def _refuse_to_destroy(environment: Environment) -> None:
    if environment.name == PROD:
        raise DeployError("prod is never destroyed from here: its decisions are evidence that must stay")
    if environment.on_destroy != "empty":
        raise DeployError(
            f'{environment.name} keeps its content (on_destroy = "{environment.on_destroy}"); to destroy it, set '
            f'on_destroy = "empty" in terraform/environments/{environment.name}/platform.tfvars and apply that first'
        )
