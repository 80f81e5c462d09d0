"""The values of one environment, as far as deploying needs them, and the targets that follow from them."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import hcl2
from lark.exceptions import UnexpectedInput

from deploy.paths import ROOT, values_folder
from deploy.terraform.errors import DeployError

GOVERNANCE = "governance"
ORGANIZATION = "organization"
# What deploying uses before Terraform can refuse it; the rules are those of the roots' platform.tf.
_FORMATS = {
    "account": (r"[0-9]{12}", "an account id must have 12 digits, in quotes so that leading zeros stay"),
    "prefix": (r"[a-z][a-z0-9-]{1,18}[a-z0-9]", "prefix must be 3 to 20 lower-case letters, digits and hyphens"),
    "region": (r"[a-z]{2}(-[a-z]+)+-[0-9]", 'region must be a region\'s name, such as "eu-west-1"'),
}
# A value that a root does not declare is only a warning to Terraform, so each root gets just the files it knows.
_FILES = {
    "bootstrap": ("platform",),
    "governance": ("platform", "groups", "governance"),
    "organization": ("platform", "organization"),
    "product": ("platform", "groups"),
}
_READ = ("platform", "groups", "governance", "organization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One root in one account: one state. *of* is ``governance``, ``organization`` or a product's name."""

    root: str
    of: str
    account: str

    @property
    def name(self) -> str:
        """What people call it: ``governance``, ``product/lending``, ``bootstrap/lending``."""
        return self.root if self.root == self.of else f"{self.root}/{self.of}"

    @property
    def folder(self) -> Path:
        """The root's code."""
        return ROOT / "terraform/roots" / self.root

    @property
    def state_key(self) -> str:
        """The state's name in the account's bucket, where no other product's state is."""
        return f"{self.root}.tfstate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment's values."""

    name: str
    deploy_role: str | None  # MODELGATE_DEPLOY_ROLE takes its place: a pull request's plan gets a role that only reads
    governance_account: str
    management_account: str
    on_destroy: str
    partition: str
    prefix: str
    products: dict[str, str]  # account by product
    region: str
    groups: tuple[str, ...]
    evaluates: bool  # models that write text
    signing_keys: tuple[str, ...]  # oldest first, the last one signs

    @classmethod
    def read(cls, name: str) -> Self:
        """
        Read the tracked values of *name*.

        Raises:
            DeployError: there are none, they are not HCL, or one that deploying needs is missing.
        """
        require_known(name)
        folder = values_folder(name)
        values = {key: value for file in _READ for key, value in _load(folder / f"{file}.tfvars").items()}
        try:
            environment = cls(
                name=name,
                deploy_role=os.environ.get("MODELGATE_DEPLOY_ROLE") or values.get("deploy_role"),
                governance_account=values["governance_account_id"],
                management_account=values["management_account_id"],
                on_destroy=values.get("on_destroy", "refuse"),
                partition=values.get("partition", "aws"),
                prefix=values["prefix"],
                products={product: entry["account_id"] for product, entry in values["products"].items()},
                region=values["region"],
                groups=tuple(values["groups"]),
                evaluates=values.get("generative") is not None,
                signing_keys=tuple(values["signing_keys"]),
            )
            environment._refuse_bad_formats()
            return environment
        except (KeyError, TypeError, AttributeError) as error:
            raise DeployError(
                f"terraform/environments/{name}: a value is missing or has the wrong shape ({error}); "
                "compare with terraform/environments/dev"
            ) from error

    def _refuse_bad_formats(self) -> None:
        given = [("prefix", self.prefix), ("region", self.region), ("account", self.governance_account)]
        given += [("account", account) for account in self.products.values()]
        in_files = [("platform", *pair) for pair in given] + [("organization", "account", self.management_account)]
        for file, kind, value in in_files:
            pattern, rule = _FORMATS[kind]
            if not (isinstance(value, str) and re.fullmatch(pattern, value)):
                raise DeployError(f"terraform/environments/{self.name}/{file}.tfvars: {rule}; it says {value!r}")

    def targets(self, root: str | None = None) -> tuple[Target, ...]:
        """
        Return the targets that *root* names: a root, ``product/<product>``, or ``bootstrap/<product or governance>``.

        Without *root*, all but the organization, which is somebody else's to apply: who may change the platform must
        not be able to lift what guards it.

        Raises:
            DeployError: it names none.
        """
        accounts = {GOVERNANCE: self.governance_account} | self.products
        every = [Target(root="bootstrap", of=of, account=account) for of, account in accounts.items()]
        every += [Target(root=GOVERNANCE, of=GOVERNANCE, account=self.governance_account)]
        every += [Target(root="product", of=of, account=account) for of, account in self.products.items()]
        organization = Target(root=ORGANIZATION, of=ORGANIZATION, account=self.management_account)
        if root is None:
            return tuple(every)
        every += [organization]
        found = tuple(target for target in every if root in (target.root, target.name))
        if not found:
            names = ", ".join(["bootstrap", "product", *(target.name for target in every)])
            raise DeployError(f"there is no root '{root}' in environment {self.name}; known are: {names}")
        return found

    def value_files(self, target: Target) -> list[Path]:
        """The values that *target*'s root declares."""
        return [values_folder(self.name) / f"{file}.tfvars" for file in _FILES[target.root]]

    def state_bucket(self, target: Target) -> str:
        """The bucket that holds *target*'s state."""
        return f"{self.prefix}-tfstate-{target.account}"


def require_known(name: str) -> None:
    """
    Refuse a name that is no environment.

    Raises:
        DeployError: there are no values of that name.
    """
    known = sorted(path.name for path in (ROOT / "terraform/environments").iterdir() if path.is_dir())
    if name not in known:
        raise DeployError(f"there is no environment '{name}'; known are: {', '.join(known)}")


def _load(path: Path) -> dict[str, Any]:
    shown = path.relative_to(ROOT)
    try:
        return {key: _plain(value) for key, value in hcl2.loads(path.read_text(encoding="utf-8")).items()}
    except FileNotFoundError as error:
        raise DeployError(f"{shown} is missing; copy it from terraform/environments/dev") from error
    except UnexpectedInput as error:
        raise DeployError(f"{shown}, line {error.line}, column {error.column}: not valid HCL; mend it") from error


def _plain(value: Any) -> Any:
    """The parser keeps the quotes of strings."""
    if isinstance(value, dict):
        return {key.strip('"'): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value.removeprefix('"').removesuffix('"') if isinstance(value, str) else value
