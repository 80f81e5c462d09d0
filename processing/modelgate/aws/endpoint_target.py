"""A SageMaker endpoint as the target: one InvokeEndpoint call for one completion, in OpenAI's chat format.

Unverified against the service. Source of shapes, errors and the size of a request: botocore's service model of
sagemaker-runtime 2017-05-13, operation InvokeEndpoint, held to it by tests; it also says that a container must answer
within 60 seconds, whatever the pace allows. That containers of large models (DJL-LMI, TGI, vLLM) take chat requests at
``/invocations``: https://docs.djl.ai/docs/serving/serving/docs/lmi/user_guides/chat_input_output_schema.html
"""

from typing import Any, Protocol

from modelgate.aws.endpoint_life import Life
from modelgate.aws.target_faults import told_apart
from modelgate.generative.chat_schema import reply, request
from modelgate.generative.evaluation import Machine, Pace, Settings
from modelgate.generative.target import NoAnswerError, Reply

LARGEST_REQUEST = 6_291_456  # bytes; service model, BodyBlob

_JSON = "application/json"


class Client(Protocol):
    """The part of the runtime's client that is used (`target_clients.sagemaker_runtime`)."""

    def invoke_endpoint(self, *, EndpointName: str, ContentType: str, Accept: str, Body: bytes) -> Any: ...  # noqa: N803


class EndpointTarget:
    """A `generative.target.Target`: the model behind an endpoint, while that lives."""

    def __init__(self, client: Client, life: Life, machine: Machine, pace: Pace) -> None:
        self._client = client
        self._life = life
        self._answer_bytes = pace.answer_bytes
        self.id = f"endpoint/{machine.instance_type}"

    def ask(self, text: str, settings: Settings, seed: int | None) -> Reply:
        """Ask once; errors as of `Target.ask`, and a BudgetSpentError when the endpoint has had its time."""
        self._life.require()
        body = request(text, settings, seed, None)
        if len(body) > LARGEST_REQUEST:
            raise NoAnswerError(f"the prompt takes {len(body)} bytes, an endpoint reads {LARGEST_REQUEST}")
        with told_apart("the endpoint"):
            answer = self._client.invoke_endpoint(
                EndpointName=self._life.name, ContentType=_JSON, Accept=_JSON, Body=body
            )
            data: bytes = answer["Body"].read(self._answer_bytes + 1)
        if len(data) > self._answer_bytes:
            answer["Body"].close()
            raise NoAnswerError(f"the answer has more than {self._answer_bytes} bytes")
        return reply(data, text)
