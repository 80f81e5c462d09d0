"""What every operation is given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.sagemaker.arns import Home
from local.sagemaker.callers import Caller
from local.sagemaker.events import Events
from local.sagemaker.executor import Executor
from local.sagemaker.shapes import Shapes
from local.sagemaker.storage import Storage
from local.sagemaker.store import Document, Store

Request = dict[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The parts of the embedded SageMaker."""

    store: Store
    events: Events
    executor: Executor
    shapes: Shapes
    storage: Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One validated request."""

    operation: str
    request: Request
    caller: Caller
    region: str

    @property
    def home(self) -> Home:
        """The caller's own account, in the region it called."""
        return Home(account=self.caller.account, region=self.region)


Operation = Callable[[Service, Call], Answer]


def user_context(caller: Caller) -> Document:
    """CreatedBy and LastModifiedBy, as far as IAM says who it is."""
    return {"IamIdentity": {"Arn": caller.session_arn, "PrincipalId": caller.principal_id}}
