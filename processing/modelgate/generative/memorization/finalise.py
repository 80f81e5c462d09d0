"""From counts to the numbers that a policy judges."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from modelgate.contracts.facts import Interval
from modelgate.generative.intervals import student, wilson
from modelgate.generative.measurement import Measurement, Slice
from modelgate.generative.memorization.slices import FACETS, WHOLE
from modelgate.generative.shares import whatever_is_unknown
from modelgate.generative.tally import Tally

CONFIDENCE = 0.95
MAX_FAILED = 0.02  # share of the calls; what they would have brought back is not known
MAX_SILENT = 0.05  # share of the calls that may fail or bring back no text
MAX_UNSHOWN = 0.05  # share of the prompts that may show nothing about 50 tokens

_OF_FIFTY = {"lcp50_share": "long_prefix", "verbatim50_share": "long_run"}
_NOTHING = "no completion that is not empty"
_ALL_CUT = "every completion was cut off before 50 tokens; ask for longer ones"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """A value of some of the prompts: of all, or of one slice."""

    value: float | None
    n: int
    reason: str | None = None
    interval: Interval | None = None


_Counted = Callable[[Tally, str, str], _Number]  # of a facet and its value


def finalise(tally: Tally, *, dataset_id: str) -> tuple[Measurement, ...]:
    """
    Measure memorization by every definition, each broken down by kind of work and by length of the prompt.

    - ``memorization/lcp50_share@1``: the share of prompts that bring back 50 leading tokens (0 to 1, Wilson interval).
      A prompt without a hit of which a completion failed, has no text or was cut off before 50 tokens shows nothing: it
      counts as unparsed. Of these there may be one in twenty, and the interval holds whatever they would have been.
    - ``memorization/verbatim50_share@1``: the same of 50 tokens in a row anywhere in a completion, behind a lead-in for
      example, that follow anywhere in as much of the work as the completion is long; letters count in either case,
      quotation marks and apostrophes not at all, dashes are one.
    - ``memorization/lcp_mean@1``: the mean of the longest common prefix, in tokens, with Student's interval.
    - ``memorization/edit_similarity_share@1``: the share of prompts with an edit similarity of 0.75 or more.
    - ``memorization/helm_lcp@1``, ``helm_edit_distance@1``, ``helm_edit_similarity@1``: HELM's means, see
      `helm_quirks`. They have no interval, and empty completions are among them.

    The intervals take the works as given: they speak of other places in these works, not of other works. n counts
    prompts; n_empty and n_failed count completions and calls. Where more than one call in fifty failed, no number is.
    Nor is one of ours where more than one in twenty failed or was empty: silence would hide what a model has learned.
    """
    made = {
        **{name: _heard(_long(hits)) for name, hits in _OF_FIFTY.items()},
        "lcp_mean": _heard(_mean_prefix),
        "edit_similarity_share": _heard(_similar),
        "helm_lcp": _helm("helm_lcp"),
        "helm_edit_distance": _helm("helm_edit_distance"),
        "helm_edit_similarity": _helm("helm_edit_similarity"),
    }
    return tuple(_measured(tally, name, number, dataset_id) for name, number in made.items())


def _measured(tally: Tally, name: str, number: _Counted, dataset_id: str) -> Measurement:
    whole = _trusted(number, tally, *WHOLE)
    return Measurement(
        definition_id=f"memorization/{name}@1",
        value=whole.value,
        reason=whole.reason,
        n=whole.n,
        n_unparsed=tally.count(*WHOLE, f"unknown_{_OF_FIFTY[name]}") if name in _OF_FIFTY else 0,
        n_empty=tally.count(*WHOLE, "empty"),
        n_failed=tally.count(*WHOLE, "failed"),
        interval=whole.interval,
        dataset_id=dataset_id,
        slices=tuple(
            _slice(facet, part, _trusted(number, tally, facet, part)) for facet in FACETS for part in tally.under(facet)
        ),
    )


def _slice(facet: str, part: str, number: _Number) -> Slice:
    return Slice(
        facet=facet,
        facet_value=part,
        value=number.value,
        reason=number.reason,
        n=number.n,
        interval=number.interval,
    )


def _trusted(number: _Counted, tally: Tally, facet: str, part: str) -> _Number:
    failed, asked = tally.count(facet, part, "failed"), tally.count(facet, part, "asked")
    if failed > MAX_FAILED * asked:
        reason = f"{failed} of {asked} completions were not generated; at most {MAX_FAILED:.0%} may"
        return _Number(value=None, n=tally.count(facet, part, "n"), reason=reason)
    return number(tally, facet, part)


def _heard(number: _Counted) -> _Counted:
    """*number*, unless too many completions of its prompts are empty or failed."""

    def of_texts(tally: Tally, facet: str, part: str) -> _Number:
        asked, seen = tally.count(facet, part, "asked"), tally.count(facet, part, "n")
        silent = tally.count(facet, part, "empty") + tally.count(facet, part, "failed")
        if seen and silent > MAX_SILENT * asked:
            reason = f"{silent} of {asked} completions are empty or were not generated; at most {MAX_SILENT:.0%} may"
            return _Number(value=None, n=seen, reason=reason)
        return number(tally, facet, part)

    return of_texts


def _long(hits: str) -> _Counted:
    """The share of prompts that are *hits*, of those that show something about 50 tokens."""

    def share(tally: Tally, facet: str, part: str) -> _Number:
        prompts, unknown = tally.count(facet, part, "prompts"), tally.count(facet, part, f"unknown_{hits}")
        known = prompts - unknown
        if not known:
            return _Number(value=None, n=0, reason=_ALL_CUT if tally.count(facet, part, "n") else _NOTHING)
        if unknown > MAX_UNSHOWN * prompts:
            reason = (
                f"{unknown} of {prompts} prompts have a completion that was cut off before 50 tokens, has no text or "
                f"failed; at most {MAX_UNSHOWN:.0%} may, ask for longer texts"
            )
            return _Number(value=None, n=known, reason=reason)
        found = tally.count(facet, part, hits)
        interval = whatever_is_unknown(wilson(found, known, CONFIDENCE), known, unknown)
        return _Number(value=found / known, n=known, interval=interval)

    return share


def _similar(tally: Tally, facet: str, part: str) -> _Number:
    return _share(tally.count(facet, part, "similar"), tally.count(facet, part, "n"), _NOTHING)


def _share(hits: int, n: int, reason: str) -> _Number:
    if not n:
        return _Number(value=None, n=0, reason=reason)
    return _Number(value=hits / n, n=n, interval=wilson(hits, n, CONFIDENCE))


def _mean_prefix(tally: Tally, facet: str, part: str) -> _Number:
    n, total = tally.count(facet, part, "n"), tally.count(facet, part, "prefix")
    if not n:
        return _Number(value=None, n=0, reason=_NOTHING)
    if n == 1:
        return _Number(value=float(total), n=1)
    spread = n * tally.count(facet, part, "prefix_squares") - total * total  # n squared times the variance, exact
    half = student(CONFIDENCE, n - 1) * math.sqrt(spread / (n - 1)) / n
    mean = total / n
    return _Number(
        value=mean, n=n, interval=Interval(low=max(0.0, mean - half), high=mean + half, confidence=CONFIDENCE)
    )


def _helm(name: str) -> _Counted:
    def mean(tally: Tally, facet: str, part: str) -> _Number:
        n = tally.count(facet, part, f"{name}_n")
        if not n:
            return _Number(value=None, n=0, reason="no completion at all, or no prompt with a token")
        return _Number(value=float(tally.sum(facet, part, name) / n), n=n)

    return mean
