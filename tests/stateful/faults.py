"""Faults at calls: the n-th call of any client fails, kills its process, or meets something done meanwhile."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError


class CrashError(BaseException):
    """The process was killed: no handler of errors sees it, and nothing it does after counts."""


class Kind(StrEnum):
    """What happens at the call."""

    KILLED_BEFORE = "killed before its effect"
    KILLED_AFTER = "killed after its effect"
    THROTTLED = "throttled"
    LOST = "done, and its answer lost"
    MEANWHILE = "something else first"


Action = Callable[[str], None]


@dataclass
class Faults:
    """Counts the calls of all clients, and strikes at those that are planned. *struck* counts what happened."""

    calls: int = 0
    planned: dict[int, tuple[Kind, Action | None]] = field(default_factory=dict)
    struck: Counter[str] = field(default_factory=Counter)
    dead: bool = False

    def plan(self, after: int, kind: Kind, action: Action | None = None) -> None:
        """Strike at the *after*-th call from now on; *action* hears which operation it precedes."""
        self.planned[self.calls + after] = (kind, action)

    def end(self) -> None:
        """From now on, everything works."""
        self.planned.clear()

    def call(self, operation: str, effect: Callable[[], Any]) -> Any:
        """Make one call."""
        if self.dead:
            raise CrashError
        self.calls += 1
        kind, action = self.planned.pop(self.calls, (None, None))
        if kind is not None:
            self.struck[kind] += 1
        match kind:
            case Kind.KILLED_BEFORE:
                raise self._killed()
            case Kind.THROTTLED:
                raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, operation)
            case Kind.MEANWHILE if action is not None:
                action(operation)
        answer = effect()
        if kind is Kind.KILLED_AFTER:
            raise self._killed()
        if kind is Kind.LOST:
            raise ReadTimeoutError(endpoint_url="https://away")
        return answer

    def _killed(self) -> CrashError:
        self.dead = True
        return CrashError()


@dataclass(frozen=True)
class Client:
    """A fake service as a client of boto3 looks: every operation is one call, and every page of a listing."""

    service: Any
    faults: Faults

    def __getattr__(self, operation: str) -> Any:
        method = getattr(self.service, operation)
        return lambda **request: self.faults.call(operation, partial(method, **request))

    def get_paginator(self, operation: str) -> "Paginator":
        """As boto3 has it."""
        return Paginator(self, operation)


@dataclass(frozen=True)
class Paginator:
    """One page holds everything."""

    client: Client
    operation: str

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        """The one page."""
        yield getattr(self.client, self.operation)(**request)
