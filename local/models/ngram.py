"""
A language model of word n-grams: after the longest run of words that the text holds, the word that followed it.

It knows one text and nothing else, so it recites: what a memorizing model does, in pure Python. Back-off without
discounts from seven words down to none, as in Brants et al. 2007, "Large language models in machine translation".
"""

import random
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from local.models.chat import Answer, Asked

ORDER = 8  # words that decide together: seven that came before, and the next
_TOKEN = re.compile(r"\s*\S+")  # a word with the blanks before it, so that lines break where they break in the text


class NgramModel:
    """Trained when made; read only afterwards, so that threads share it."""

    def __init__(self, text: str, *, order: int = ORDER) -> None:
        """Train on *text*: every word is indexed by the places where it stands."""
        self._order = order
        self._tokens = _TOKEN.findall(text)
        self._words = [token.strip() for token in self._tokens]
        self._places: defaultdict[str, array[int]] = defaultdict(lambda: array("L"))
        for place, word in enumerate(self._words):
            self._places[word].append(place)
        self._commonest = max(self._places.values(), key=len)[0] if self._places else None

    def answer(self, asked: Asked) -> Answer:
        """Go on from what the user said: greedy at temperature 0, else drawn by the counts, which it sharpens."""
        context = asked.text.split()
        chance = random.Random(asked.seed)  # noqa: S311 - draws words, guards nothing
        written: list[str] = []
        for place in self._continuation(list(context), asked.temperature, chance):
            if len(written) == asked.max_tokens:
                return self._answer(context, written, "length")
            written.append(self._tokens[place])
        return self._answer(context, written, "stop")

    def _answer(self, context: Sequence[str], written: list[str], reason: str) -> Answer:
        return Answer(
            text="".join(written), finish_reason=reason, prompt_tokens=len(context), completion_tokens=len(written)
        )

    def _continuation(self, context: list[str], temperature: float, chance: random.Random) -> Iterator[int]:
        """Places of the words that follow, one after the other, until the text's last word has been written."""
        while (place := self._next(context, temperature, chance)) is not None:
            yield place
            context.append(self._words[place])

    def _next(self, context: list[str], temperature: float, chance: random.Random) -> int | None:
        followers = self._followers(context)
        if not followers:
            return self._commonest if not context or context[-1] not in self._places else None
        counts = Counter(self._words[place] for place in followers)
        if temperature == 0:
            word = max(counts, key=counts.__getitem__)  # the first in the text among equals
        else:
            most = max(counts.values())
            weights = [(count / most) ** (1 / temperature) for count in counts.values()]
            word = chance.choices(list(counts), weights)[0]
        return next(place for place in followers if self._words[place] == word)

    def _followers(self, context: Sequence[str]) -> list[int]:
        """Where the words stand that followed the longest end of *context* that the text holds."""
        last = len(self._words) - 1
        found = [place for place in self._places.get(context[-1], ()) if place < last] if context else []
        for back in range(1, min(self._order - 1, len(context))):
            longer = [place for place in found if place >= back and self._words[place - back] == context[-1 - back]]
            if not longer:
                break
            found = longer
        return [place + 1 for place in found]
