"""The facts of all reports of one package, in order, each once."""

import re
from collections.abc import Iterable

from modelgate.contracts.facts import BASELINES, Fact
from modelgate.contracts.gate import Group
from modelgate.contracts.layout import GENERATIVE
from modelgate.contracts.subject import Artifact
from modelgate.reports.kinds import EXTRA

_EVALUATION = f"{EXTRA}.{GENERATIVE}"
_DEFINITION = re.compile(r"[^/@]*/[^@]*@")  # ``bias/bbq_paper@1`` and what a report says beside it
_SECTION = "/generative_metrics/"


def facts_together(read: Iterable[tuple[Artifact, tuple[Fact, ...]]], group: Group) -> tuple[Fact, ...]:
    """A package may name one file several times (Clarify writes one for all): its facts count once.

    A file that is a baseline as well is two things: what the model is, and what it is compared with. Of models that
    the gate evaluates itself, what a team has measured under the gate's own definitions is no fact.
    """
    seen: set[tuple[bool, str | None, str | None, str, str]] = set()
    together: list[Fact] = []
    for artifact, facts in read:
        baseline = artifact.name.startswith(BASELINES)
        for fact in facts:
            if foreign(fact, group):
                continue
            place = (baseline, artifact.stored_uri, artifact.version_id, fact.pointer, fact.metric)
            if place not in seen:
                seen.add(place)
                together.append(fact)
    return tuple(together)


def own_facts(facts: Iterable[Fact], group: Group) -> tuple[Fact, ...]:
    """*facts* without those that are `foreign`."""
    return tuple(fact for fact in facts if not foreign(fact, group))


def foreign(fact: Fact, group: Group) -> bool:
    """Whether *fact* measures what the pipeline measures itself for *group*, and comes from elsewhere."""
    if group.evaluation is None or fact.artifact == _EVALUATION:
        return False
    return fact.pointer.startswith(_SECTION) or _DEFINITION.match(fact.metric) is not None
