"""Where answers and tallies are kept: under keys made of everything they depend on, written once, never changed."""

from typing import Protocol

STORED_BYTES = 64 * 2**20  # of one object at most: a part is held in memory as a whole


class Store(Protocol):
    """A bucket's folder (`aws.answer_store`) or a folder on disk (`folder_store`)."""

    def get(self, key: str) -> bytes | None:
        """What was written under *key*; None before.

        Raises:
            InfrastructureError: the store did not answer.
        """
        ...

    def put_once(self, key: str, data: bytes) -> bytes:
        """Write *data* unless something is there already, and return what is there now: whoever came first wins.

        Raises:
            InfrastructureError: the store did not answer.
        """
        ...
