"""Names of SageMaker resources, and where they live."""

from dataclasses import dataclass

from local.sagemaker.errors import invalid


@dataclass(frozen=True, slots=True)
class Home:
    """The account and region that resources belong to."""

    account: str
    region: str

    @property
    def prefix(self) -> str:
        """What the ARN of every resource here starts with."""
        return f"arn:aws:sagemaker:{self.region}:{self.account}:"

    def group(self, name: str) -> str:
        """The ARN of a model package group."""
        return f"{self.prefix}model-package-group/{name}"

    def package(self, name: str) -> str:
        """The ARN of a model package: *name* is ``<group>/<version>``, or the name of an unversioned one."""
        return f"{self.prefix}model-package/{name}"

    def pipeline(self, name: str) -> str:
        """The ARN of a pipeline."""
        return f"{self.prefix}pipeline/{name}"

    def processing_job(self, name: str) -> str:
        """The ARN of a Processing job."""
        return f"{self.prefix}processing-job/{name}"


def home_of(arn: str) -> Home:
    """Where the resource that *arn* names lives."""
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "sagemaker":
        raise invalid(f"{arn!r} is not the ARN of a SageMaker resource.")
    return Home(account=parts[4], region=parts[3])


def arn_of(kind: str, name_or_arn: str, here: Home) -> str:
    """The full ARN of what a call names by name or by ARN; *kind* is the resource type in the ARN."""
    if not name_or_arn.startswith("arn:"):
        return f"{here.prefix}{kind}/{name_or_arn}"
    home = home_of(name_or_arn)
    if not name_or_arn.startswith(f"{home.prefix}{kind}/"):
        raise invalid(f"{name_or_arn} is not the ARN of a {kind}.")
    return name_or_arn


def name_in(arn: str) -> str:
    """What follows the resource type in an ARN: ``<group>/<version>`` of a versioned package."""
    return arn.split(":", 5)[5].split("/", 1)[1]
