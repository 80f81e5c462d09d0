"""An archive on disk: packed once, read whole or not at all, summed up loudest first."""

import json
from base64 import b64encode
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from modelgate.contracts.facts import Interval, Value
from modelgate.contracts.results import Verdict
from modelgate.errors import ContentError
from modelgate.evidence.record import EvidenceRecord, Outcome
from modelgate.replay import archive as archives
from modelgate.replay.archive import Question, pack, packed, replay_archive, replay_records
from modelgate.replay.pack import frames_of
from modelgate.replay.segment import from_json, to_json

from tests.unit.checks.subjects import bundle, check
from tests.unit.replay.archive import archive
from tests.unit.replay.test_replay_agrees import WAIVER

LOOSE = bundle(check("model_quality", id="auc", metric="auc", low=0.7))
TIGHT = bundle(check("model_quality", id="auc", metric="auc", low=0.8))


@cache
def records() -> tuple[EvidenceRecord, ...]:
    """Decisions under the loose policy."""
    return tuple(archive(120, LOOSE))


def test_what_is_packed_is_read_as_it_was() -> None:
    """Numbers to the last bit, infinite and unknown ones, and everything known of their certainty."""
    frames = from_json(to_json(frames_of(records())))

    by_decision = {about.decision_id: frame.facts(row) for frame in frames for row, about in enumerate(frame.about)}
    for record in records():
        expected = [replace(fact, pointer="") for fact in record.subject.facts]
        assert sorted(by_decision[record.decision_id], key=repr) == sorted(expected, key=repr)
    values = [fact.value for facts in by_decision.values() for fact in facts]
    assert any(value.infinite for value in values)
    assert any(value.unknown for value in values)
    certain = [fact for facts in by_decision.values() for fact in facts if fact.interval]
    assert isinstance(certain[0].interval, Interval)
    assert Value(unknown="the value is NaN") in {fact.deviation for facts in by_decision.values() for fact in facts}


def test_a_replay_under_the_same_policy_flips_nothing(tmp_path: Path) -> None:
    """Otherwise no flip would mean anything."""
    pack(tmp_path, records())

    summary = replay_archive(tmp_path, Question(bundle=LOOSE))

    assert (summary.decisions, summary.flips) == (len(records()), [])


def test_approvals_that_would_be_lost_are_told_with_their_reason(tmp_path: Path) -> None:
    """Each flip names what stands in the way now, and whose approval it would take."""
    pack(tmp_path, records())

    summary = replay_archive(tmp_path, Question(bundle=TIGHT))

    assert summary.flips
    assert {flip.now for flip in summary.flips} == {Verdict.REJECT}
    assert all(any("must be at least 0.8" in reason for reason in flip.reasons) for flip in summary.flips)
    losing = {flip.decision_id for flip in summary.flips if flip.loses_approval}
    approved = {record.decision_id for record in records() if record.outcome is Outcome.APPROVED}
    assert losing
    assert losing <= approved


def test_what_would_newly_be_approved_comes_first() -> None:
    """A rejected model that a candidate lets through is what a reviewer must not overlook."""
    strict = tuple(archive(120, TIGHT))
    mixed = replay_records(
        [*records(), *strict], Question(bundle=bundle(check("bias", metric="DI", low=0.75, facets=())))
    )

    kinds = [(flip.was, flip.now) for flip in mixed.flips]

    assert kinds[0] == (Verdict.REJECT, Verdict.APPROVE)
    assert kinds == sorted(kinds, key=list(mixed.by_flip).index)


def test_since_and_group_narrow_what_is_counted(tmp_path: Path) -> None:
    """Earlier decisions still serve as history; they are only not counted."""
    pack(tmp_path, records())
    half = records()[60].decided_at

    assert replay_archive(tmp_path, Question(bundle=LOOSE, since=half)).decisions == 60
    one = replay_archive(tmp_path, Question(bundle=LOOSE, group="loan-high"))
    assert one.decisions == sum(record.subject.group.name == "loan-high" for record in records())


def test_packing_again_adds_what_is_new(tmp_path: Path) -> None:
    """The archive knows what it has; new segments stand beside the old."""
    pack(tmp_path, records()[:70])
    known = packed(tmp_path)

    added = pack(tmp_path, (record for record in records() if record.decision_id not in known))

    assert (len(known), added) == (70, 50)
    assert packed(tmp_path) == {record.decision_id for record in records()}


@pytest.mark.parametrize("cut", [b"", b"{}", b'{"schema": "other"}', b'{"schema": "modelgate/decision-segment/v1"}'])
def test_a_damaged_segment_is_named(tmp_path: Path, cut: bytes) -> None:
    """A part that cannot be read is no part that can be left out."""
    pack(tmp_path, records())
    damaged = sorted(tmp_path.glob("*/*.json"))[0]
    damaged.write_bytes(cut)

    with pytest.raises(ContentError, match=str(damaged)):
        replay_archive(tmp_path, Question(bundle=LOOSE))


@pytest.mark.parametrize("column", [b64encode(bytes(8)).decode(), "AAAA", "no base64"])
def test_a_damaged_column_is_refused(tmp_path: Path, column: str) -> None:
    """A number must not slip to another decision."""
    document = json.loads(to_json(frames_of(records())))
    document["frames"][0]["numbers"][0] = column

    with pytest.raises(ContentError, match="pack the decisions again"):
        from_json(json.dumps(document).encode())


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    """No decision is not the same as no flip."""
    with pytest.raises(ContentError, match="modelgate pack"):
        replay_archive(tmp_path, Question(bundle=LOOSE))


def test_processes_and_one_process_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many cores judge, the answer is the same."""
    pack(tmp_path, records())
    alone = replay_archive(tmp_path, Question(bundle=TIGHT))
    monkeypatch.setattr(archives, "_WORTH_PROCESSES", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)

    assert replay_archive(tmp_path, Question(bundle=TIGHT)) == alone


def test_an_unused_waiver_is_reported() -> None:
    """One that no decision needed is one too many."""
    needed, idle = WAIVER, replace(WAIVER, id="idle", facet_value="nobody")
    checked = check("bias", id="di", metric="DI", low=0.8, high=1.25, facets=())
    under = bundle(checked, waivers=(needed, idle), budgets={"lending": 2})

    summary = replay_records(records(), Question(bundle=under))

    assert summary.waivers_used == {"w"}
    assert summary.unused(under) == ["idle"]
