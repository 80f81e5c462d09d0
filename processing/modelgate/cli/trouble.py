"""What to do about trouble with AWS: botocore says what happened, not what helps."""

_HELP = {
    "Unable to locate credentials": "log in, or set AWS_PROFILE",
    "ExpiredToken": "the credentials have expired; log in again",
    "Token has expired": "log in again",
    "InvalidClientTokenId": "the credentials are not known there; log in to the right account",
    "AccessDenied": "use a role that may do that, in the account of the ARN",
    "You must specify a region": "give --region or set AWS_REGION",
    "The config profile": "set AWS_PROFILE to one of `aws configure list-profiles`",
    "Could not connect to the endpoint": "check the network, the region, and AWS_ENDPOINT_URL",
    "NoSuchBucket": "check --prefix, or name the store itself",
}


def with_advice(error: Exception) -> str:
    """The message of *error* with what to do, where that is known."""
    text = str(error)
    helps = next((help_ for found, help_ in _HELP.items() if found in text), None)
    return f"{text.rstrip('.')}; {helps}" if helps else text
