"""The models by name, each made when it is first asked for."""

import threading
from collections.abc import Callable

from local.models import llama
from local.models.books import PREFIX, Books
from local.models.chat import Model, RefusedError


class Shelf:
    """Hands out models to any number of threads; whoever asks first waits for the making, the others with it."""

    def __init__(self, books: Books) -> None:
        """Know what can be had; make nothing yet."""
        self._books = books
        self._lock = threading.Lock()
        self._made: dict[str, Model] = {}

    @property
    def names(self) -> list[str]:
        """What can be had here."""
        return [*([llama.NAME] if llama.is_there() else []), *self._books.names]

    def model(self, name: str) -> Model:
        """
        The model of that name.

        Raises:
            RefusedError: there is none; the sentence says which there are, or what is missing.
        """
        with self._lock:
            if name not in self._made:
                self._made[name] = self._maker(name)()
            return self._made[name]

    def _maker(self, name: str) -> Callable[[], Model]:
        if name == llama.NAME:
            return llama.SmolLM
        if name.startswith(PREFIX):
            return lambda: self._books.train(name)
        raise RefusedError(404, f"there is no model {name!a:.200}; there is {', '.join(self.names)}")
