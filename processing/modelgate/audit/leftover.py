"""What the evaluation of a model left running after it had ended."""

from collections.abc import Iterable

from modelgate.audit.finding import Finding, Kind


def left_findings(*, ended: Iterable[str], left: Iterable[str]) -> tuple[Finding, ...]:
    """A finding for each endpoint or job that was *ended* now, and for each sentence on what is still *left*."""
    sentences = [
        f"{name} was past the time that its evaluation may take, and was ended now; read in the execution that its tag "
        "modelgate:execution names why the collect step did not end it"
        for name in ended
    ]
    sentences += [f"{sentence}; mend that, the next audit tries again" for sentence in left]
    return tuple(Finding(kind=Kind.EVALUATION_ENDPOINT_LEFT, sentence=sentence) for sentence in sentences)
