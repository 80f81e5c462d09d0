"""Serve MiniStack: python -m local.ministack --port 4566 --sagemaker-url http://127.0.0.1:5001 --state-dir DIR"""

import argparse
import sys
from pathlib import Path

from local.ministack.environment import configure
from local.ministack.pin import require_pinned_version


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.ministack", description="Serve every AWS but SageMaker.")
    parser.add_argument("--port", type=int, required=True, help="loopback port of the gateway")
    parser.add_argument("--sagemaker-url", help="handed to the Lambda functions as AWS_ENDPOINT_URL_SAGEMAKER")
    parser.add_argument("--models-url", help="the model server that Bedrock's Converse is answered by")
    parser.add_argument("--state-dir", type=Path, required=True, help="temporary files; removed with the instance")
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    require_pinned_version()
    configure(
        port=args.port,
        sagemaker_url=args.sagemaker_url,
        models_url=args.models_url,
        state_dir=args.state_dir.resolve(),
    )
    sys.argv = sys.argv[:1]  # MiniStack parses argv itself

    from local.ministack.patches import patched_server  # imports MiniStack, which reads the environment at import

    patched_server().main()


if __name__ == "__main__":
    main()
