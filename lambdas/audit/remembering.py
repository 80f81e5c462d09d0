"""Signatures that were found valid are remembered while the function is warm: most records are old ones."""

import hashlib
from dataclasses import dataclass, field

from modelgate.evidence.envelope import Verifier

MAX_REMEMBERED = 100_000  # some ten megabytes


@dataclass(frozen=True, slots=True)
class RememberingVerifier:
    """Asks *verifier* once for each valid signature.

    That a key made a signature stays true; which keys count is pinned, and another pin is a cold start. What was not
    valid is asked for again.
    """

    verifier: Verifier
    _valid: set[bytes] = field(default_factory=set)

    def verify(self, keyid: str, message: bytes, signature: bytes) -> bool:
        """Whether the trusted key *keyid* made *signature*.

        Raises:
            InfrastructureError: it could not be found out.
        """
        parts = (keyid.encode("utf-8", "surrogatepass"), message, signature)  # JSON can write half of a pair
        named = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()
        if named in self._valid:
            return True
        valid = self.verifier.verify(keyid, message, signature)
        if valid and len(self._valid) < MAX_REMEMBERED:
            self._valid.add(named)
        return valid
