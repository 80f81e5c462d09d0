"""The machine: any history of producers, people, machines and faults, and four things that must hold after all of it.

I1  an approval by the gate has a signed record whose pinned evidence, read again, satisfies the pinned policy
I2  every package ends decided, or visibly held
I3  a decision is never overwritten: neither the bytes of a record, nor what a person has decided
I4  the same input gets the same verdict, whatever history it had
"""

import json
from collections import Counter
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from modelgate.contracts.review import ReviewVerdict

from tests.stateful.evidence import BIAS, CONTENTS, MODEL, QUALITY
from tests.stateful.faults import Kind
from tests.stateful.oracle import objection, predicate
from tests.stateful.sagemaker import GATE, PENDING, PERSON, Execution
from tests.stateful.straight import verdict_without_faults
from tests.stateful.world import COPY, EVIDENCE, START, World, signer

COUNTS: Counter[str] = Counter()

REACHES = st.sampled_from(["registered", "uploaded", "started", "checked", "checked"])
FILES = st.sampled_from([QUALITY, BIAS, MODEL])
CALLS = st.integers(1, 40)
ANY = st.integers(0, 10_000)
QUALITIES = st.sampled_from(["good"] * 8 + sorted(CONTENTS[QUALITY]))
BIASES = st.sampled_from(["good"] * 8 + sorted(CONTENTS[BIAS]))
STATUSES = st.sampled_from(["Approved", "Rejected", PENDING])
FAULTS = st.sampled_from([Kind.KILLED_BEFORE, Kind.KILLED_AFTER, Kind.THROTTLED, Kind.LOST])


class Machine(RuleBasedStateMachine):
    """One world and its history."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, bytes] = {}
        self.world = World()

    @initialize(reverts=st.booleans())
    def begin(self, *, reverts: bool) -> None:
        """The gate begins to watch an empty group, and sets unproved approvals back or only tells of them."""
        self.world = self.build(reverts=reverts)
        self.world.audit()

    def build(self, *, reverts: bool) -> World:
        """The world that the history happens in."""
        return World(reverts=reverts)

    # Producers.

    @rule(quality=QUALITIES, bias=BIASES, digests=st.booleans(), reaches=REACHES)
    def register(self, quality: str, bias: str, *, digests: bool, reaches: str) -> None:
        """A package, which goes some way at once."""
        arn = self.world.register(quality, bias, digests=digests)
        if reaches == "registered":
            return
        for file, name in ((QUALITY, quality), (BIAS, bias), (MODEL, "good")):
            self.world.upload(arn, file, name)
        if reaches == "uploaded":
            return
        while self.world.bus:
            self.world.deliver(0)
        self.world.poll(COPY)
        self.world.poll(START)
        for execution in self.running if reaches == "checked" else ():
            if execution.package == arn and execution.stage == "check":
                self.world.advance(execution)

    @rule(quality=QUALITIES)
    def register_as_approved(self, quality: str) -> None:
        """Somebody got round the policies of IAM: a package is born approved."""
        self.world.register(quality, "good", digests=True, status="Approved")

    @precondition(lambda self: self.arns)
    @rule(package=ANY, file=FILES, content=ANY)
    def upload(self, package: int, file: str, content: int) -> None:
        """The file that a package waits for, another one, or another than before."""
        names = ["good", *CONTENTS[file]]
        self.world.upload(self.pick(package), file, names[content % len(names)])

    @precondition(lambda self: self.arns)
    @rule(package=ANY, file=FILES)
    def remove(self, package: int, file: str) -> None:
        """A file is deleted before or after it was copied."""
        if self.pick(package) in self.world.sagemaker.packages:
            self.world.remove(self.pick(package), file)

    # The bus and the machines.

    @rule()
    def work(self) -> None:
        """Everything goes one round further."""
        self.world.work()

    @precondition(lambda self: self.world.bus)
    @rule(event=ANY)
    def deliver(self, event: int) -> None:
        """One event, in any order."""
        self.world.deliver(event)

    @precondition(lambda self: self.world.sent)
    @rule(event=ANY)
    def duplicate(self, event: int) -> None:
        """Any event that ever was, once more."""
        self.world.bus.append(self.world.sent[event % len(self.world.sent)])
        self.world.counts["events duplicated"] += 1

    @precondition(lambda self: self.world.bus)
    @rule(event=ANY)
    def drop(self, event: int) -> None:
        """One event never arrives."""
        self.world.bus.pop(event % len(self.world.bus))
        self.world.counts["events dropped"] += 1

    @rule(body=st.sampled_from(["", "{", '{"schema": "modelgate/approval-request/v1"}', '{"a": NaN}']))
    def send_rubbish(self, body: str) -> None:
        """Somebody sends what no function understands."""
        self.world.sqs.send_message(QueueUrl=START, MessageBody=body)

    @rule(queue=st.sampled_from([START, COPY]), most=st.integers(1, 3))
    def poll(self, queue: str, most: int) -> None:
        """A function takes a few messages."""
        self.world.poll(queue, most)

    @precondition(lambda self: self.running)
    @rule(execution=ANY)
    def advance(self, execution: int) -> None:
        """One step of one execution."""
        self.world.advance(self.running[execution % len(self.running)])

    @precondition(lambda self: self.world.sagemaker.executions)
    @rule(execution=ANY)
    def retry(self, execution: int) -> None:
        """An operator runs a step once more."""
        self.world.retry(self.pick_execution(execution))

    @rule(queue=st.sampled_from([START, COPY]))
    def redrive(self, queue: str) -> None:
        """An operator sends dead letters back."""
        self.world.counts["dead letters redriven"] += self.world.sqs.redrive(queue)

    @rule(seconds=st.sampled_from([1, 30, 130, 3_600, 200_000]))
    def wait(self, seconds: int) -> None:
        """Time passes, and nothing runs."""
        self.world.clock.forward(seconds)

    @rule()
    def audit(self) -> None:
        """The audit looks for what was never decided, and for what nobody decided."""
        self.world.audit()

    # Faults, and what happens in the middle of something else.

    @rule(call=CALLS, kind=FAULTS)
    def strike(self, call: int, kind: Kind) -> None:
        """A call of what runs next fails."""
        self.world.faults.plan(call, kind)

    @precondition(lambda self: self.running)
    @rule(execution=ANY, call=CALLS, kind=FAULTS)
    def strike_a_step(self, execution: int, call: int, kind: Kind) -> None:
        """A call of a step fails."""
        self.world.faults.plan(call, kind)
        self.advance(execution)

    @precondition(lambda self: self.running)
    @rule(execution=ANY, call=CALLS, status=STATUSES)
    def person_during_a_step(self, execution: int, call: int, status: str) -> None:
        """A person decides about the package that a step is at work on."""
        arn = self.running[execution % len(self.running)].package

        def decide(operation: str) -> None:
            # Between looking and writing lies a moment that the service gives no means to close.
            if operation != "update_model_package" and arn in self.world.sagemaker.packages:
                self.world.sagemaker.decide(arn, status)

        self.world.faults.plan(call, Kind.MEANWHILE, decide)
        self.advance(execution)

    @precondition(lambda self: self.running)
    @rule(execution=ANY, call=CALLS, file=FILES, content=ANY)
    def replace_during_a_step(self, execution: int, call: int, file: str, content: int) -> None:
        """Its evidence is replaced, and copied at once."""
        arn, names = self.running[execution % len(self.running)].package, ["good", *CONTENTS[file]]
        name = names[content % len(names)]
        self.world.faults.plan(call, Kind.MEANWHILE, lambda _: self.world.replace_at_once(arn, file, name))
        self.advance(execution)

    @precondition(lambda self: self.running)
    @rule(execution=ANY, call=CALLS, edit=st.booleans())
    def change_during_a_step(self, execution: int, call: int, *, edit: bool) -> None:
        """The package is edited, or deleted."""
        arn = self.running[execution % len(self.running)].package

        def change(operation: str) -> None:
            if operation != "update_model_package":  # the same moment
                (self.world.edit if edit else self.world.sagemaker.delete)(arn)

        self.world.faults.plan(call, Kind.MEANWHILE, change)
        self.advance(execution)

    @precondition(lambda self: self.running)
    @rule(execution=ANY, call=CALLS)
    def second_attempt_during_a_step(self, execution: int, call: int) -> None:
        """The same step of the same execution runs twice at once."""
        chosen = self.running[execution % len(self.running)]
        self.world.faults.plan(call, Kind.MEANWHILE, lambda _: self.world.update_beside(chosen))
        self.advance(execution)

    # People and policies.

    @precondition(lambda self: self.arns)
    @rule(package=ANY, status=STATUSES)
    def person(self, package: int, status: str) -> None:
        """A person writes a status."""
        if self.pick(package) in self.world.sagemaker.packages:
            self.world.sagemaker.decide(self.pick(package), status)

    @precondition(lambda self: self.world.sagemaker.executions)
    @rule(execution=ANY, verdict=st.sampled_from(ReviewVerdict), reviewer=st.sampled_from(["AROA:ada", "AROA:bob"]))
    def review(self, execution: int, verdict: ReviewVerdict, reviewer: str) -> None:
        """A person reviews a decision, held or not."""
        self.world.review(self.pick_execution(execution), verdict, reviewer)

    @precondition(lambda self: self.arns)
    @rule(package=ANY)
    def delete(self, package: int) -> None:
        """A package is deleted."""
        self.world.sagemaker.delete(self.pick(package))

    @rule(version=st.sampled_from([1, 2, 3]))
    def pin_policies(self, version: int) -> None:
        """A stricter bundle, a looser one, or an older one put back."""
        self.world.pin_policies(version)

    # Attacks on what lies between the steps.

    @precondition(lambda self: any(e.report for e in self.world.sagemaker.executions))
    @rule(execution=ANY, other=ANY, how=st.sampled_from(["another's", "approve", "no results", "cut", "empty"]))
    def forge(self, execution: int, other: int, how: str) -> None:
        """Somebody who may write where the check report lies changes it."""
        written = [e for e in self.world.sagemaker.executions if e.report]
        chosen, another = written[execution % len(written)], written[other % len(written)]
        chosen.report = forged(chosen.report or b"", another.report or b"", how)

    # What must hold.

    @invariant()
    def approved_implies_satisfied(self) -> None:
        """I1, and that what was approved is what was judged."""
        for arn, package in self.world.sagemaker.packages.items():
            if package["ModelApprovalStatus"] != "Approved" or self.world.sagemaker.statuses[arn][-1][0] != GATE:
                continue
            assert self.is_justified(arn), f"I1: {arn} is approved, and its records do not say why"

    @invariant()
    def decisions_stay(self) -> None:
        """I3: every object of the evidence store has one version for ever, and the gate writes on pending only."""
        for key, versions in self.world.s3.buckets[EVIDENCE].keys.items():
            first = self.kept.setdefault(key, versions[0].body or b"")
            assert [version.body for version in versions] == [first], f"I3: {key} was written again"
        for arn, statuses in self.world.sagemaker.statuses.items():
            for (who, before), (writer, after) in pairwise(statuses):
                reverted = (before, after) == ("Approved", PENDING) and self.world.noted_reverts(arn)
                right = writer != GATE or before == PENDING or reverted
                assert right, f"I3: {arn} was {before} by {who}, then {after} by the gate"

    @invariant()
    def one_start_for_one_change(self) -> None:
        """A change whose start is recorded is never started again, however late a duplicate comes.

        A start whose answer was lost is not recorded; repeated after the service forgot its token, it is a second one.
        """
        answered: set[str] = set()
        again = []
        for execution in self.world.sagemaker.executions:  # in the order of their starts
            if execution.token in answered:
                again.append(execution.arn)
            if execution.arn in self.world.dynamodb.recorded:
                answered.add(execution.token)
        assert not again, f"{again} answer changes that others answer"

    def teardown(self) -> None:
        """I2 and I4, once faults have stopped."""
        try:
            self.world.settle()
            self.approved_implies_satisfied()
            self.decisions_stay()
            self.one_start_for_one_change()
            self.everything_ends_decided_or_held()
            self.same_input_same_verdict()
        finally:
            self.count()

    def everything_ends_decided_or_held(self) -> None:
        """I2."""
        for arn, package in self.world.sagemaker.packages.items():
            if package["ModelApprovalStatus"] == PENDING:
                known = self.world.is_held(arn) or ("undecided", arn) in self.world.events.told
                assert known, f"I2: {arn} is pending, and nobody knows why"
            if package["ModelApprovalStatus"] == "Approved" and not self.is_justified(arn):
                told = [kind for kind, about in self.world.events.told if about == arn]
                assert told, f"I2: {arn} is approved, not by the gate, and nobody hears of it"
                COUNTS["approvals without proof told"] += 1

    def same_input_same_verdict(self) -> None:
        """I4."""
        for execution in self.world.sagemaker.executions:
            record = self.world.record_of(execution)
            if record is not None:
                expected = verdict_without_faults(self.world, record)
                found = record["report"]["judgement"]["verdict"]
                assert found == expected, f"I4: {record['decision_id']} is {found}, and {expected} on the straight way"

    def is_justified(self, arn: str) -> bool:
        """Whether a record of the package says why it may be approved, by the oracle's judgement."""
        image = self.world.sagemaker.images.get(arn)
        return None in [objection(record, self.world.s3, signer(), image) for record in self.world.records(arn)]

    def count(self) -> None:
        """Add this history to the report."""
        world = self.world
        COUNTS.update(world.counts)
        COUNTS.update({f"calls {kind}": number for kind, number in world.faults.struck.items()})
        COUNTS["histories"] += 1
        COUNTS["packages"] += len(world.sagemaker.statuses)
        COUNTS["executions"] += len(world.sagemaker.executions)
        COUNTS["client calls"] += world.faults.calls
        COUNTS["decisions of people"] += sum(
            who == PERSON for statuses in world.sagemaker.statuses.values() for who, _ in statuses
        )
        for arn in world.sagemaker.statuses:
            COUNTS.update(f"outcome {predicate(record)['outcome']}" for record in world.records(arn))

    @property
    def arns(self) -> list[str]:
        """Every package that was ever registered."""
        return list(self.world.sagemaker.statuses)

    def pick(self, number: int) -> str:
        """One of them."""
        return self.arns[number % len(self.arns)]

    def pick_execution(self, number: int) -> Execution:
        """One of the executions."""
        return self.world.sagemaker.executions[number % len(self.world.sagemaker.executions)]

    @property
    def running(self) -> list[Execution]:
        """The executions that have a step to run."""
        return [execution for execution in self.world.sagemaker.executions if execution.stage in ("check", "update")]


def forged(report: bytes, another: bytes, how: str) -> bytes:
    """A check report as somebody else would like it."""
    if how == "another's":
        return another
    if how in ("cut", "empty") or not report.endswith(b"}\n"):
        return report[: len(report) // 2] if how == "cut" else b""
    document = json.loads(report)
    if document.get("judgement"):
        document["judgement"]["verdict"] = "approve"
        if how == "no results":
            document["judgement"]["results"] = []
    return json.dumps(document).encode() + b"\n"
