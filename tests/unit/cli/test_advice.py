"""What to do about a result: one sentence for each kind of failure."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from modelgate.advice import _ABSENT, _VALUE, advice
from modelgate.checks import CUSTOM, KINDS
from modelgate.contracts.facts import Interval, Value
from modelgate.contracts.results import Bound, Result, Severity, Status
from modelgate.contracts.subject import ArtifactState, Subject
from modelgate.evaluate import evaluate
from modelgate.policy.model import Against, Better, Change, Check, FirstVersion

from tests.unit.checks.subjects import artifact, check, policy, subject
from tests.unit.steps import reports_made_up as made_up


def advised(judged: Subject, *checks: Check, **about: Any) -> list[str]:
    """The advice on everything that did not pass when *checks* judge."""
    governing = policy(*checks, **about)
    found = [advice(result, governing) for result in evaluate(judged, governing)]
    return [text for text in found if text is not None]


def change(**about: Any) -> Change:
    """A rule on the last approved version."""
    made = Change(
        against=Against.LAST_APPROVED,
        of=1,
        better=Better.HIGHER,
        worse_by=0.01,
        worse_by_percent=None,
        suspicious_gain=None,
        first_version=FirstVersion.HOLD,
    )
    return replace(made, **about)


QUALITY = subject({"ModelQuality.Statistics": made_up.quality(auc=0.6)})
AUC = check("model_quality", metric="auc", low=0.7)


def test_every_kind_of_check_has_advice_for_what_is_beyond_and_what_is_absent() -> None:
    """A new kind of check must say what to do, or this fails."""
    kinds = {*KINDS, CUSTOM}

    assert (set(_VALUE), set(_ABSENT)) == (kinds, kinds)


@pytest.mark.parametrize(
    ("kind", "status"), list(product([*KINDS, CUSTOM], [s for s in Status if s is not Status.PASS]))
)
def test_whatever_did_not_pass_has_advice(kind: str, status: Status) -> None:
    """With the policy or without it, with a number, without one, and against an earlier version."""
    asked = check(kind, low=0.5)
    for observed, against, reference in product(
        (None, Value(number=0.1), Value(infinite="+"), Value(unknown="null")), (None, "approved version 3"), (None, 0.4)
    ):
        result = Result(
            check="it",
            status=status,
            observed=observed,
            bound=asked.bound,
            against=against,
            reference=reference,
            waiver="w",
            sentence="s",
        )
        for known in (None, policy(asked)):
            text = advice(result, known)

            assert text
            assert "{" not in text
            assert len(text.splitlines()) == 1


def test_what_passed_needs_nothing() -> None:
    """No advice, no noise."""
    assert advice(Result(check="it", status=Status.PASS, sentence="s")) is None


@pytest.mark.parametrize(
    ("judged", "checks", "says"),
    [
        (QUALITY, [AUC], "improve the model"),
        (QUALITY, [replace(AUC, metric="f9")], "write the metric under this name"),
        (QUALITY, [replace(AUC, minimum_n=10)], "say how certain the value is"),
        (QUALITY, [replace(AUC, change=change(), bound=None)], "nothing to compare this number with"),
        (
            QUALITY,
            [replace(AUC, change=change(first_version=FirstVersion.FAIL), bound=None)],
            "it wants an approved version",
        ),
        (
            QUALITY,
            [replace(AUC, change=change(against=Against.BASELINES, first_version=FirstVersion.FAIL), bound=None)],
            "it wants an approved version",
        ),
        (
            subject({"Bias.Report": made_up.bias({"race": {"a": {"TE": "Infinity"}}})}),
            [check("bias", metric="TE", facets=(), low=-1, high=1)],
            "measure race=a on more rows",
        ),
        (
            subject({"Bias.Report": made_up.bias({"race": {"a": {"DI": 0.5}}})}),
            [check("bias", metric="DI", facets=(), low=0.8, high=1.25)],
            "treat race=a with the rest",
        ),
        (
            subject({"Bias.Report": made_up.bias({"race": {"a": {"DI": None}}})}),
            [check("bias", metric="DI", facets=(), low=0.8, high=1.25)],
            "no number there",
        ),
        (QUALITY, [check("bias", metric="DI", facets=(), low=0.8)], "add the facet or metric to the bias job"),
        (QUALITY, [check("violations", high=0)], "also when it found none"),
    ],
)
def test_the_advice_fits_the_failure(judged: Subject, checks: list[Check], says: str) -> None:
    """From the check's kind, the status, the change rule, and the value."""
    (text,) = advised(judged, *checks)

    assert says in text


def test_evidence_has_advice_of_its_own() -> None:
    """What has not arrived, cannot be read, is not named, has no digest, or is too old."""
    judged = subject(
        {},
        artifacts=(
            artifact("ModelQuality.Statistics", state=ArtifactState.NOT_ARRIVED),
            artifact("Bias.Report", state=ArtifactState.REFUSED, problem="it is not JSON"),
            artifact("ModelDataQuality.Statistics", content_digest=None),
            artifact("Model.0"),
        ),
        containers=(),
        package_status="InProgress",
    )
    evidence = replace(
        policy(AUC).evidence, required=("Explainability",), content_digest_required=True, maximum_age_days=None
    )

    said = "\n".join(advised(judged, AUC, evidence=evidence))

    for text in (
        "upload the very file that was registered",
        "mend the report or its address",
        "name it under ModelMetrics",
        "with ContentDigest",
        "whose containers each name an image",
        "wait for the registry",
    ):
        assert text in said


def test_certainty_asks_for_rows_only_where_rows_help() -> None:
    """An interval across the bound needs more rows; one beyond it does not."""
    bound, number = Bound(min=0.7, max=None), Value(number=0.6)
    about: dict[str, Any] = {"check": "it", "observed": number, "bound": bound, "sentence": "s"}
    across = Result(status=Status.INCONCLUSIVE, interval=Interval(low=0.5, high=0.8, confidence=0.95), **about)
    beyond = Result(status=Status.FAIL, interval=Interval(low=0.5, high=0.65, confidence=0.95), **about)

    assert "on more rows" in str(advice(across, policy(AUC)))
    assert "more rows will not help" in str(advice(beyond, policy(AUC)))


def test_a_suspicious_gain_asks_for_a_search_for_leaks() -> None:
    """Other than too few rows, which leave a change undecided too."""
    about: dict[str, Any] = {
        "check": "it",
        "status": Status.INCONCLUSIVE,
        "observed": Value(number=0.99),
        "against": "approved version 3",
        "reference": 0.7,
        "sentence": "s",
    }
    gain = Result(bound=Bound(min=None, max=0.8), **about)
    few = Result(bound=Bound(min=0.6, max=None), **about)
    asked = policy(replace(AUC, minimum_n=100))

    assert "look for leaks" in str(advice(gain, asked))
    assert "on more rows" in str(advice(few, asked))


def test_a_waiver_gives_time_and_not_more() -> None:
    """What it covers has to be mended before it ends."""
    waived = Result(
        check="it", status=Status.WAIVED, observed=Value(number=0.65), bound=AUC.bound, waiver="w-1", sentence="s"
    )

    assert str(advice(waived, policy(AUC))).startswith("nothing now; before waiver w-1 ends: improve the model")


def test_what_only_holds_may_be_reviewed() -> None:
    """The severity says that people decide."""
    held = Result(check="it", status=Status.FAIL, severity=Severity.HOLD, observed=Value(number=0.6), sentence="s")

    assert str(advice(held, policy(AUC))).endswith("; or have a person review it")
