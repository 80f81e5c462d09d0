"""Who calls: the account and principal behind an access key.

A 12-digit access key is that account's root, the convention of MiniStack. Any other key is MiniStack's to know: its STS
says whose it is, and its IAM gives the ARN of an assumed role, which a session's ARN has lost the path of.
"""

import re
import threading
import time
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from local.sagemaker.errors import ServiceError

CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d+/([a-z0-9-]+)/")
REMEMBERED_SECONDS = 60.0  # short: a role may be deleted and made again under another path
LEARNT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """*principal_arn* is what policies compare (the role, not its session)."""

    account: str
    principal_arn: str
    session_arn: str
    principal_id: str

    @classmethod
    def root(cls, account: str) -> "Caller":
        """An account's root."""
        arn = f"arn:aws:iam::{account}:root"
        return cls(account=account, principal_arn=arn, session_arn=arn, principal_id=account)


class Identities(Protocol):
    """What knows temporary and user keys."""

    def identity(self, access_key: str, token: str | None) -> Caller:
        """Whose key this is; raises BotoCoreError or ClientError when it cannot be told."""


class Callers:
    """Resolves the Authorization header of a request."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._known: dict[str, tuple[float, Caller]] = {}
        self._lock = threading.Lock()

    def resolve(self, authorization: str, token: str | None) -> tuple[Caller, str]:
        """The caller and the region it signed for.

        Raises:
            ServiceError: the header is missing, or nobody knows its key; never falls into a default account.
        """
        found = CREDENTIAL.search(authorization)
        if not found:
            raise ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
        key, region = found.groups()
        if re.fullmatch(r"\d{12}", key):
            return Caller.root(key), region
        return self._looked_up(key, token), region

    def learn(self, key: str, caller: Caller) -> None:
        """Remember a key that the front itself has obtained."""
        with self._lock:
            self._remember(key, caller, time.monotonic() + LEARNT_SECONDS - REMEMBERED_SECONDS)

    def _looked_up(self, key: str, token: str | None) -> Caller:
        with self._lock:
            at, known = self._known.get(key, (0.0, None))
        if known and time.monotonic() - at < REMEMBERED_SECONDS:
            return known
        try:
            caller = self._identities.identity(key, token)
        except (BotoCoreError, ClientError) as error:
            raise ServiceError(
                "UnrecognizedClientException", f"The security token included in the request is invalid ({error})", 403
            ) from error
        with self._lock:
            self._remember(key, caller, time.monotonic())
        return caller

    def _remember(self, key: str, caller: Caller, at: float) -> None:
        current = time.monotonic()
        self._known = {k: v for k, v in self._known.items() if current - v[0] < REMEMBERED_SECONDS}
        self._known[key] = (at, caller)


def caller_of(answer: dict[str, Any], role_arn: str | None) -> Caller:
    """A caller from the answer of GetCallerIdentity, and the role's ARN when the key is a role's session."""
    arn = answer["Arn"]
    return Caller(
        account=answer["Account"], principal_arn=role_arn or arn, session_arn=arn, principal_id=answer["UserId"]
    )
