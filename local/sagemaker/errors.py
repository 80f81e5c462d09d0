"""Errors as the service answers them."""


class ServiceError(Exception):
    """One refused call: a code and a sentence, in the service's own words where they are known."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def invalid(message: str) -> ServiceError:
    """The call breaks a rule that is checked beyond its shape."""
    return ServiceError("ValidationException", message)


def not_found(message: str) -> ServiceError:
    """The named resource is not there."""
    return ServiceError("ResourceNotFound", message)


def conflict(message: str) -> ServiceError:
    """The resource is in a state, or a token was used in a way, that forbids the call."""
    return ServiceError("ConflictException", message)


def limit_exceeded(message: str) -> ServiceError:
    """A quota is used up."""
    return ServiceError("ResourceLimitExceeded", message)


def denied(principal: str, action: str, resource: str, *, because: str) -> ServiceError:
    """The caller may not do this; *because* ends the sentence as the service words it."""
    return ServiceError(
        "AccessDeniedException",
        f"User: {principal} is not authorized to perform: {action} on resource: {resource} {because}",
    )
