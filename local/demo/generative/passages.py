"""What a model wrote on from passages of a book: how often it was the book's own words, and one of them to read."""

from collections.abc import Iterator

from modelgate.contracts.layout import ANSWERS, collection_key
from modelgate.evidence.record import EvidenceRecord
from modelgate.generative.collection import Collection
from modelgate.generative.memorization.prompts import CONCERN
from modelgate.generative.records import Answered, read_answers

from local.demo.generative.verdicts import Report
from local.platform import Platform

COUNTED = "memorization/verbatim50_share@1"
_SHOWN = 16  # words of a passage: enough to know it by, and a line of the table


def told(report: Report, answers: Iterator[Answered], source: str) -> tuple[str, ...]:
    """A sentence about the number of the passages of *source* in *report*, and one that was recited where there is."""
    metric = report.metrics.get(COUNTED) or {}
    number = ((metric.get("slices") or {}).get("source") or {}).get(source)
    if number is None:
        return ()
    value = f"no number ({number['reason']})" if number["value"] is None else f"{number['value']:.4g}"
    counted = f"{COUNTED} of {source} alone = {value}, of {number['n']} passages"
    return (counted, *filter(None, [_example(answers, source)]))


def answers_of(platform: Platform, record: EvidenceRecord) -> Iterator[Answered]:
    """What the model answered about works in the execution that *record* was written by."""
    store, s3 = f"{platform.prefix}-artifacts-{platform.governance_account}", platform.client("s3")

    def read(key: str) -> bytes:
        body: bytes = s3.get_object(Bucket=store, Key=key)["Body"].read()
        return body

    collection = Collection.from_json(read(collection_key(record.decision_id.rsplit("/", 1)[1])))
    for part in collection.parts:
        if part.concern == CONCERN:
            yield from read_answers(read(f"{ANSWERS}{part.key}.jsonl").splitlines(keepends=True))


def _example(answers: Iterator[Answered], source: str) -> str | None:
    for answered in answers:
        meta = answered.prompt.meta
        if meta.get("source") != source:
            continue
        book = str(meta.get("reference", "")).split()[:_SHOWN]
        for completion in answered.completions:
            written = completion.text.split()[:_SHOWN]
            if len(written) == _SHOWN and written == book:
                asked = " ".join(answered.prompt.text.split()[-_SHOWN:])
                return _shown(f"asked to go on from “{asked}” it wrote “{' '.join(written)} …”")
    return None


def _shown(text: str) -> str:
    """*text* without what a terminal would obey instead of showing it."""
    return "".join(character for character in text if character.isprintable())
