"""A signature by a key of any name is looked at like every other."""

from dataclasses import dataclass, field

import pytest

from lambdas.audit.remembering import RememberingVerifier


@dataclass
class Counting:
    """Trusts everybody, and counts who asks."""

    asked: list[str] = field(default_factory=list)

    def verify(self, keyid: str, message: bytes, signature: bytes) -> bool:
        """Yes."""
        self.asked.append(keyid)
        return True


@pytest.mark.parametrize("keyid", ["", "ключ", "\ud800", "a" * 100_000])
def test_a_key_may_call_itself_anything(keyid: str) -> None:
    """JSON can write half of a surrogate pair, which is no reason to look at nothing else of the package."""
    verifier = RememberingVerifier(Counting())

    assert [verifier.verify(keyid, b"m", b"s") for _ in range(2)] == [True, True]
    assert verifier.verifier.asked == [keyid]  # type: ignore[attr-defined]
