"""A recorded decision, judged again from the facts stored with it."""

from modelgate.contracts.results import Verdict
from modelgate.decide import judge
from modelgate.evidence.record import EvidenceRecord
from modelgate.policy.model import Bundle


def judge_again(record: EvidenceRecord, bundle: Bundle) -> Verdict:
    """The verdict that *bundle* gives today; under the record's own bundle it is the recorded one."""
    return judge(record.subject, bundle).verdict
