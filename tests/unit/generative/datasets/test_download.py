"""Files over https: in pieces, or one sentence on why not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import pytest
from modelgate.errors import ContentError, InfrastructureError
from modelgate.generative.datasets import download
from modelgate.generative.datasets.download import https
from urllib3.exceptions import MaxRetryError

ADDRESS = "https://example.org/file"


@dataclass
class Answer:
    """What a server answers."""

    status: int = 200

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """Two pieces."""
        yield from (b"a", b"b")

    def close(self) -> None:
        """Nothing to do."""


class Pool:
    """Stands for the network."""

    answer: Answer | Exception

    def __init__(self, **_: Any) -> None:
        """Whatever the settings."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to do."""

    def request(self, *_: Any, **__: Any) -> Answer:
        """What was prepared."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> type[Pool]:
    """The network, which answers what `Pool.answer` says."""
    monkeypatch.setattr(download.urllib3, "PoolManager", Pool)
    return Pool


def test_a_file_comes_in_pieces(network: type[Pool]) -> None:
    """None of them is kept."""
    network.answer = Answer()

    assert list(https(ADDRESS)) == [b"a", b"b"]


def test_what_is_not_there_is_nobodys_fault_but_the_addresss(network: type[Pool]) -> None:
    """It will not be there the next time either."""
    network.answer = Answer(status=404)

    with pytest.raises(ContentError, match=r"answers 404; import the file from a folder"):
        list(https(ADDRESS))


def test_a_server_that_does_not_answer_may_later(network: type[Pool]) -> None:
    """The error says what went wrong."""
    network.answer = MaxRetryError(None, ADDRESS)  # type: ignore[arg-type]  # of no pool

    with pytest.raises(InfrastructureError, match=r"did not answer \(MaxRetryError\); try again later"):
        list(https(ADDRESS))


@pytest.mark.parametrize("address", ["http://example.org/file", "file:///etc/hosts", ""])
def test_only_https_is_read(address: str) -> None:
    """Nobody in between changes a file, or learns which one it is."""
    with pytest.raises(ContentError, match="is no https address"):
        list(https(address))
