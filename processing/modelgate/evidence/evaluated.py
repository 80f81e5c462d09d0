"""The evaluation behind a decision on a model that writes text: pinned for the run, and told of by its report."""

from collections.abc import Iterator, Sequence

from modelgate.contracts.layout import GENERATIVE
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.contracts.subject import Artifact
from modelgate.errors import ContentError
from modelgate.evidence.checked import Checked, differs
from modelgate.evidence.exhibits import Exhibit, artifact_exhibit, has_copy
from modelgate.evidence.record import EvidenceRecord
from modelgate.evidence.reread import Desk, read_exhibit, reread_document
from modelgate.generative.evaluation import Evaluation, Evaluations
from modelgate.reports.kinds import EXTRA
from modelgate.reports.strict_json import MAX_BYTES

EVALUATIONS = "evaluations"

_REPORT = Limits(size=MAX_BYTES)


def reread_evaluations(desk: Desk, record: EvidenceRecord, exhibits: Sequence[Exhibit]) -> Iterator[Checked]:
    """Read the evaluations again and compare them with the group and with the report that was judged.

    *exhibits* holds their document, or nothing where the run evaluated nothing.
    """
    group = record.subject.group
    if (group.evaluation is None) != (not exhibits):
        yield differs(EVALUATIONS, f"group {group.name[:100]!a} and the run do not agree on whether models are asked")
        return
    for exhibit in exhibits:
        checked, document = reread_document(desk, exhibit, Evaluations.from_json)
        evaluation = None if document is None else document.evaluations.get(str(group.evaluation))
        if document is not None and evaluation is None:
            checked = differs(checked.what, f"{exhibit.place} does not hold {group.evaluation!a}")
        elif evaluation is not None and (wrong := _told(desk, record, evaluation)):
            checked = differs(checked.what, wrong)
        yield checked


def _told(desk: Desk, record: EvidenceRecord, evaluation: Evaluation) -> str | None:
    """Why the report that was judged does not tell of *evaluation* and of the scoring image of the run; None if so."""
    artifact = next((one for one in record.subject.artifacts if one.name == f"{EXTRA}.{GENERATIVE}"), None)
    if artifact is None or not has_copy(artifact):
        return "the run pinned no report of what it evaluated"
    expected = {"digest": evaluation.digest, "scoring_image_digest": record.report.binding.scoring_image_digest}
    try:
        about = _about(desk, artifact)
    except ContentError as error:
        return f"{artifact.name} cannot be compared with it: {error}"
    if {name: about.get(name) for name in expected} == expected:
        return None
    return f"{artifact.name} tells of another evaluation or scoring image than the run pinned"


def _about(desk: Desk, artifact: Artifact) -> dict[str, object]:
    data = read_exhibit(desk, artifact_exhibit(artifact)).data
    if data is None:
        raise ContentError("the version that was judged is not there")
    dataset = read_object(data, _REPORT).get("dataset")
    about = dataset.get("evaluation") if isinstance(dataset, dict) else None
    if not isinstance(about, dict):
        raise ContentError("it tells of no evaluation")
    return about
