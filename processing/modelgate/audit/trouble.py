"""What an audit could not look at. It hides nothing else, and it is never the same as having found nothing."""

from collections.abc import Sequence

_MOST_SHOWN = 5


def told(troubles: Sequence[str]) -> str:
    """All of *troubles* in one sentence, the first few in words."""
    more = len(troubles) - _MOST_SHOWN
    return (
        f"the audit could not look at everything: {'; '.join(troubles[:_MOST_SHOWN])}"
        f"{f'; and {more} more' if more > 0 else ''}; the next run looks again"
    )
