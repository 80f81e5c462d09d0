"""The HTTP side: who calls, what for, and the answer in the service's JSON."""

import io
import ipaddress
import json
import logging
import uuid
from collections.abc import Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.sagemaker import executions, groups, packages, pipelines, processing_jobs, tags
from local.sagemaker.callers import Callers
from local.sagemaker.errors import ServiceError, invalid
from local.sagemaker.faults import Faults
from local.sagemaker.operations import Call, Operation, Service
from local.sagemaker.others import Moto
from local.sagemaker.processing_jobs import OF_PIPELINES

OWN: dict[str, Operation] = {
    **groups.OPERATIONS,
    **packages.OPERATIONS,
    **pipelines.OPERATIONS,
    **executions.OPERATIONS,
    **processing_jobs.OPERATIONS,
    **tags.OPERATIONS,
}
FAULTS_PATH, HEALTH_PATH = "/_modelgate/faults", "/_modelgate/health"
FAULTS_HEADER = "HTTP_X_MODELGATE_FAULTS"  # a web page cannot send it without asking first
MOST_BYTES = 16 * 1024 * 1024
log = logging.getLogger("modelgate.sagemaker")


class Front:
    """A WSGI application."""

    def __init__(self, service: Service, callers: Callers, faults: Faults) -> None:
        self._service = service
        self._callers = callers
        self._faults = faults
        self._moto = Moto()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        try:
            if environ["PATH_INFO"].startswith("/_modelgate/"):
                answer = self._door(environ)
            else:
                other, answer = self._answer(environ)
                if other:
                    return self._moto(environ, start_response, other)
            status, body = 200, json.dumps(answer).encode()
        except ServiceError as error:
            status, body = error.status, json.dumps({"__type": error.code, "message": str(error)}).encode()
        except Exception:  # the caller must get an answer it can retry on
            log.exception("%s", environ.get("HTTP_X_AMZ_TARGET"))
            status, body = 500, b'{"__type": "InternalFailure", "message": "see the log of the embedded SageMaker"}'
        headers = [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("Content-Length", str(len(body))),
            ("x-amzn-RequestId", str(uuid.uuid4())),
        ]
        start_response(f"{status} {'OK' if status == 200 else 'Error'}", headers)
        return [body]

    def _answer(self, environ: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
        """The answer, or the account for which moto is to answer."""
        operation = environ.get("HTTP_X_AMZ_TARGET", "").removeprefix("SageMaker.")
        if operation not in self._service.shapes.operations:
            raise ServiceError("UnknownOperationException", f"SageMaker has no operation {operation!r}.")
        body = _body(environ)
        try:
            request = json.loads(body or b"{}")
        except ValueError as error:
            raise ServiceError("SerializationException", f"The request is not JSON: {error}") from error
        caller, region = self._callers.resolve(
            environ.get("HTTP_AUTHORIZATION", ""), environ.get("HTTP_X_AMZ_SECURITY_TOKEN")
        )
        self._service.shapes.check(operation, request)
        if not _is_own(operation, request):
            environ["wsgi.input"] = io.BytesIO(body)
            return caller.account, {}
        call = Call(operation=operation, request=_given(request), caller=caller, region=region)
        try:
            with self._service.store.transaction():
                answer = OWN[operation](self._service, call)
        except (BotoCoreError, ClientError) as error:
            raise invalid(f"The embedded AWS did not give what {operation} needs: {error}") from error
        return None, self._service.shapes.answer(operation, answer)

    def _door(self, environ: dict[str, Any]) -> dict[str, Any]:
        if environ["PATH_INFO"] == HEALTH_PATH:
            return {"status": "ready"}
        if not ipaddress.ip_address(environ["REMOTE_ADDR"]).is_loopback or FAULTS_HEADER not in environ:
            raise ServiceError(
                "AccessDeniedException", "loopback clients only, with the header x-modelgate-faults", 403
            )
        if environ["PATH_INFO"] != FAULTS_PATH or environ["REQUEST_METHOD"] != "POST":
            raise ServiceError("UnknownOperationException", f"only POST {FAULTS_PATH} is here", 404)
        try:
            order = json.loads(_body(environ))
        except ValueError as error:
            raise invalid(f"The order is not JSON: {error}") from error
        self._faults.plan(order)
        return {}


def _is_own(operation: str, request: dict[str, Any]) -> bool:
    if operation in tags.OPERATIONS:
        return tags.is_ours(request["ResourceArn"])
    if operation in processing_jobs.OPERATIONS:
        return str(request["ProcessingJobName"]).startswith(OF_PIPELINES)
    return operation in OWN


def _given(request: dict[str, Any]) -> dict[str, Any]:
    """A null member is a member that was not given."""
    return {name: value for name, value in request.items() if value is not None}


def _body(environ: dict[str, Any]) -> bytes:
    size = int(environ.get("CONTENT_LENGTH") or 0)
    if size > MOST_BYTES:
        raise ServiceError("RequestEntityTooLarge", f"The request has {size} bytes.", 413)
    content: bytes = environ["wsgi.input"].read(size)
    return content
