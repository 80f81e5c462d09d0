"""
The environment of the MiniStack process.

Lambda functions inherit all of it, so it starts empty: a developer's AWS_PROFILE or proxy must never reach a handler.
"""

import os
from pathlib import Path

# What a process needs to run at all, and to trust the certificates this machine trusts.
INHERITED = frozenset(
    {
        "PATH",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TZ",
        "LD_LIBRARY_PATH",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "AWS_CA_BUNDLE",
    }
)


def configure(*, port: int, sagemaker_url: str | None, models_url: str | None, state_dir: Path) -> None:
    """Replace this process's environment; call it before the first import of MiniStack, which reads it at import."""
    temporary = state_dir / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name in INHERITED}
    environment |= {
        "HOME": str(state_dir),
        "TMPDIR": str(temporary),  # unpacked functions live here, and go when the instance goes
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",  # the default is every interface
        "MINISTACK_HOST": "127.0.0.1",
        # Unsigned calls, which is what docker push and pull are, belong to governance, the account with the registry.
        "MINISTACK_ACCOUNT_ID": "222222222222",
        "MINISTACK_REGION": "eu-west-1",
        "IOT_MTLS_ENABLED": "0",  # otherwise an MQTT listener opens on 8883
        "MINISTACK_AUTOCREATE_AWS_MANAGED": "1",  # attach AWS managed policies that are not in its catalogue
        "LAMBDA_EXECUTOR": "local",
    }
    if sagemaker_url:
        environment["AWS_ENDPOINT_URL_SAGEMAKER"] = sagemaker_url
    if models_url:
        environment["MINISTACK_BEDROCK_PROXY_URL"] = models_url
        environment["MINISTACK_BEDROCK_PROXY_TIMEOUT_SECONDS"] = "120"  # a small model on a busy machine is slow
    os.environ.clear()
    os.environ.update(environment)
