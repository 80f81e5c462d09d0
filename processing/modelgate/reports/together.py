"""The facts of all reports of one package, in order, each once."""

from collections.abc import Iterable

from modelgate.contracts.facts import BASELINES, Fact
from modelgate.contracts.subject import Artifact


def facts_together(read: Iterable[tuple[Artifact, tuple[Fact, ...]]]) -> tuple[Fact, ...]:
    """A package may name one file several times (Clarify writes one for all): its facts count once.

    A file that is a baseline as well is two things: what the model is, and what it is compared with.
    """
    seen: set[tuple[bool, str | None, str | None, str, str]] = set()
    together: list[Fact] = []
    for artifact, facts in read:
        baseline = artifact.name.startswith(BASELINES)
        for fact in facts:
            place = (baseline, artifact.stored_uri, artifact.version_id, fact.pointer, fact.metric)
            if place not in seen:
                seen.add(place)
                together.append(fact)
    return tuple(together)
