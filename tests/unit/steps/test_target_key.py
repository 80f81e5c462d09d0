"""The key of a server that is asked: from the secret to the server, and nowhere else."""

import json
from typing import Any

import pytest
from modelgate.errors import BindingError, InfrastructureError
from modelgate.steps import sources
from modelgate.steps.arguments import Arguments

from tests.unit.steps.generative_world import GenerativeWorld, numbers, openai
from tests.unit.steps.model_server import ModelServer

TOXIC = "toxicity/toxic_frac+sklearn-profanity@1.9.1"
ARN = "arn:aws:secretsmanager:eu-central-1:222222222222:secret:key-AbCdEf"


class Secrets:
    """One secret."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        assert SecretId == ARN
        return {"SecretString": self.text}


@pytest.fixture
def regions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The regions in which the secret was asked for."""
    asked: list[str] = []

    def client(region: str) -> Secrets:
        asked.append(region)
        return Secrets("sk-very-secret\n")

    monkeypatch.setattr(sources, "secrets_for", client)
    return asked


def test_the_server_gets_the_key_and_nothing_stored_holds_it(
    writing: GenerativeWorld, regions: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is read in the secret's own region; no answer, report, line of the log or argument has it."""
    with ModelServer(lambda prompt: "Fine.").running() as server:
        writing.pin_evaluation(openai(server.url), "toxicity")
        writing.judge_by(numbers(TOXIC, 0.5))
        arn = writing.register_model()
        writing.more = {"target_secret_arn": ARN}
        assert writing.evaluate(arn) == "Approved"

    assert server.keys == {"Bearer sk-very-secret"}
    assert set(regions) == {"eu-central-1"}
    stored = [writing.object(key) for key in writing.keys("")]
    assert len(stored) > 3
    assert not [one for one in stored if b"very-secret" in one]
    printed = capsys.readouterr()
    assert "very-secret" not in printed.out + printed.err + json.dumps(writing.registry.packages, default=str)


def test_without_a_secret_the_server_gets_no_key(writing: GenerativeWorld, regions: list[str]) -> None:
    """And no secret is read."""
    with ModelServer(lambda prompt: "Fine.").running() as server:
        writing.pin_evaluation(openai(server.url), "toxicity")
        writing.collect(writing.register_model())

    assert (server.keys, regions) == ({None}, [])


def test_a_refused_key_ends_the_run_without_telling_it(writing: GenerativeWorld, regions: list[str]) -> None:
    """The reason says what to do."""
    with ModelServer(lambda prompt: "Fine.").running() as server:
        server.breaks_after = 0
        writing.pin_evaluation(openai(server.url), "toxicity")
        writing.more = {"target_secret_arn": ARN}
        with pytest.raises(InfrastructureError, match="give it the right key") as caught:
            writing.collect(writing.register_model())

    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize("given", ["sk-very-secret", "arn:aws:s3:::bucket", f"{ARN} "])
def test_what_is_no_secret_is_refused_as_an_argument(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """A key itself would stand in the pipeline's definition."""
    monkeypatch.setenv("MODELGATE_RUNTIME", "container")
    digest = f"sha256:{'a' * 64}"
    package = "arn:aws:sagemaker:eu-west-1:333333333333:model-package/assistant/1"
    execution = "arn:aws:sagemaker:eu-west-1:222222222222:pipeline/p/execution/abcdefghijkl"
    texts = {"model-package-arn": package, "model-package-group-name": "assistant", "execution-arn": execution}
    texts |= {"bucket": "store", "artifact-store": "store", "target-secret-arn": given}
    texts |= {f"{name}-digest": digest for name in ("gate", "policy", "image", "signing-keys")}
    argv = [word for name, text in texts.items() for word in (f"--{name}", text)]

    with pytest.raises(BindingError, match="--target-secret-arn is not the whole ARN of a secret") as caught:
        Arguments.parse("step", "", argv)

    assert given not in str(caught.value)
