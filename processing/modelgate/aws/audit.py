"""Everything an audit reads, some packages at a time; what cannot be read is told, and hides nothing else."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from modelgate.audit.adopt import adopt, is_candidate, legacy_finding
from modelgate.audit.execution import UnfinishedExecution, stray_finding
from modelgate.audit.finding import Finding, Kind
from modelgate.audit.package import Rules, Watched, canary_finding, findings_of
from modelgate.aws.evidence import write_once
from modelgate.aws.executions import about, list_unfinished
from modelgate.aws.objects import Bucket
from modelgate.aws.proofs import read_adoption, read_break_glass, read_signed_records
from modelgate.aws.queue import count_messages
from modelgate.aws.registry import describe_package, list_packages
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.gate import Gate, Group, Mode
from modelgate.contracts.layout import adoption_key
from modelgate.errors import InfrastructureError, ModelgateError
from modelgate.evidence.adoption import Adoption
from modelgate.evidence.envelope import Verifier

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient
    from mypy_boto3_sqs.client import SQSClient

READS = 16  # at a time: packages, each with a handful of requests one after the other, or parameters of executions
LOOK_BACK = timedelta(days=1)  # for executions that failed; a package that waits for longer is undecided, and so told

T = TypeVar("T")
R = TypeVar("R")


class OutOfTimeError(InfrastructureError):
    """The run has no time left to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an audit looks at.

    *queues* are the URLs of dead-letter queues. *adopts*: whether the note of a group's adoption is written where
    there is none; else what it would list is only told. *out_of_time* says whether to stop looking.
    """

    gate: Gate
    sagemaker: "SageMakerClient"
    sqs: "SQSClient"
    evidence: Bucket
    verifier: Verifier
    pipelines: tuple[str, ...]
    queues: tuple[str, ...]
    adopts: bool
    out_of_time: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What one run found. *packages* is how many it looked at, *troubles* are sentences on what it could not."""

    findings: tuple[Finding, ...]
    troubles: tuple[str, ...]
    packages: int


def audit(around: Surroundings, rules: Rules) -> Audited:
    """Look at every package of every group, at the pipelines' executions and at the dead-letter queues.

    It raises nothing on purpose: whoever calls it tells the findings first, and then raises over the troubles.
    """
    with ThreadPoolExecutor(READS) as pool:
        run = _Run(around, rules, pool)
        run.look()
    return Audited(findings=tuple(run.findings), troubles=tuple(run.troubles), packages=run.packages)


class _Run:
    """One audit while it runs."""

    def __init__(self, around: Surroundings, rules: Rules, pool: ThreadPoolExecutor) -> None:
        self.around, self.rules, self.pool = around, rules, pool
        self.findings: list[Finding] = []
        self.troubles: list[str] = []
        self.packages = 0
        self.unseen = set(around.gate.canaries)

    def look(self) -> None:
        """Look at everything, the smallest group first: one that is flooded keeps no other from being looked at."""
        unfinished = self._unfinished()
        listed = [(group, *self._packages_of(group)) for group in self.around.gate.groups.values()]
        for group, arns, whole in sorted(listed, key=lambda one: len(one[1])):
            with self._telling(f"group {group.name}"):
                self._group(group, arns, unfinished, whole=whole)
        for queue in self.around.queues:
            with self._telling(f"queue {queue}"):
                self._dead_letters(queue)
        for canary in sorted(map(str, self.unseen)):
            self.troubles.append(f"the canary {canary} was not there to be looked at; register one and name it")

    def _packages_of(self, group: Group) -> tuple[Sequence[ModelPackageArn], bool]:
        """The packages that the registry lists, and whether these are all."""
        before = len(self.troubles)
        arns = self._listed(f"the packages of group {group.name}", list_packages(self.around.sagemaker, group.name))
        return arns, len(self.troubles) == before

    def _group(
        self,
        group: Group,
        arns: Sequence[ModelPackageArn],
        unfinished: Mapping[ModelPackageArn, UnfinishedExecution],
        *,
        whole: bool,
    ) -> None:
        before = len(self.troubles)
        adoption = read_adoption(self.around.evidence, group.name)
        if adoption is not None or group.mode is Mode.SHADOW:
            self._packages(group, arns, adoption, unfinished)
            return
        # The first audit: of what was approved without any record, nothing can be said before it is listed.
        empty = adopt(group.name, (), now=self.rules.now)
        candidates = self._packages(group, arns, empty, unfinished, waits=is_candidate)
        if not whole or len(self.troubles) > before:
            raise InfrastructureError("it is adopted when all of its packages can be looked at")
        self._adopt(group, candidates)

    def _adopt(self, group: Group, candidates: Sequence[Watched]) -> None:
        note = kept = adopt(group.name, candidates, now=self.rules.now)
        if self.around.adopts:
            kept = Adoption.from_json(write_once(self.around.evidence, adoption_key(group.name), note.to_json()))
        for watched in candidates:
            if kept == note:  # else another audit was first, and has told them
                self.findings.append(legacy_finding(watched))
            self.findings += findings_of(watched, kept, self.rules)

    def _packages(
        self,
        group: Group,
        arns: Sequence[ModelPackageArn],
        adoption: Adoption | None,
        unfinished: Mapping[ModelPackageArn, UnfinishedExecution],
        *,
        waits: Callable[[Watched], bool] = lambda _: False,
    ) -> list[Watched]:
        """Tell what is found of each package; return those that *waits* holds back."""

        def look(arn: ModelPackageArn) -> tuple[Watched | None, tuple[Finding, ...]]:
            watched = self._read(arn, group, unfinished.get(arn))
            if watched is None:
                return None, ()  # deleted since it was listed
            canary = canary_finding(watched) if arn in self.around.gate.canaries else None
            told = () if canary is None else (canary,)
            # Records are large: those of most packages are let go here, in the thread.
            return (watched, told) if waits(watched) else (None, (*told, *findings_of(watched, adoption, self.rules)))

        held_back = []
        for arn, (watched, told) in self._each(look, arns):
            self.packages += 1
            self.unseen.discard(arn)
            self.findings += told
            if watched is not None:
                held_back.append(watched)
        return held_back

    def _read(self, arn: ModelPackageArn, group: Group, execution: UnfinishedExecution | None) -> Watched | None:
        self._refuse_late()
        package = describe_package(self.around.sagemaker, arn)
        if package is None:
            return None
        return Watched(
            package=package,
            group=group,
            records=read_signed_records(self.around.evidence, arn, self.around.verifier),
            break_glass=read_break_glass(self.around.evidence, arn),
            unfinished=execution,
        )

    def _unfinished(self) -> Mapping[ModelPackageArn, UnfinishedExecution]:
        """The newest execution of each package that failed or was stopped."""
        newest: dict[ModelPackageArn, UnfinishedExecution] = {}
        for execution in self._executions():
            if execution.package is None or execution.package.group not in self.around.gate.groups:
                self.findings.append(stray_finding(execution))
                continue
            known = newest.get(execution.package)
            if known is None or execution.started_at > known.started_at:
                newest[execution.package] = execution
        return newest

    def _executions(self) -> Iterator[UnfinishedExecution]:
        """Those of every pipeline that failed or were stopped."""
        sagemaker = self.around.sagemaker
        for pipeline in self.around.pipelines:
            listed = list_unfinished(sagemaker, pipeline, after=self.rules.now - LOOK_BACK)
            summaries = self._listed(f"the executions of {pipeline}", listed)
            for _, execution in self._each(lambda summary: about(sagemaker, summary), summaries):
                yield execution

    def _dead_letters(self, queue: str) -> None:
        if number := count_messages(self.around.sqs, queue):
            name = queue.rpartition("/")[2]
            sentence = (
                f"the queue {name} holds {number} messages that nothing could handle; read the reason of each, mend "
                "the cause, and redrive them"
            )
            self.findings.append(Finding(kind=Kind.DEAD_LETTERS, sentence=sentence))

    def _refuse_late(self) -> None:
        if self.around.out_of_time():
            raise OutOfTimeError("there was no time left to look")

    def _listed(self, what: str, found: Iterable[T]) -> list[T]:
        """What a list gives, up to where it fails or the time is over."""
        listed: list[T] = []
        with self._telling(what):
            for one in found:
                listed.append(one)
                self._refuse_late()
        return listed

    def _each(self, look: Callable[[T], R], things: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Look at each of *things*, some at a time, in their order; those at which it fails are told and left out."""
        under_way: deque[tuple[T, Future[R]]] = deque()
        missed = 0

        def ended() -> Iterator[tuple[T, R]]:
            nonlocal missed
            thing, future = under_way.popleft()
            try:
                result = future.result()
            except OutOfTimeError:
                missed += 1
                return
            except Exception as error:  # noqa: BLE001 - told, and raised over when everything else is told
                self.troubles.append(_sentence(thing, error))
                return
            yield thing, result

        for thing in things:
            under_way.append((thing, self.pool.submit(look, thing)))
            if len(under_way) >= 2 * READS:
                yield from ended()
        while under_way:
            yield from ended()
        if missed:
            self.troubles.append(f"{missed} packages were not looked at, the run was out of time")

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - told, and raised over when everything else is told
            self.troubles.append(_sentence(what, error))


def _sentence(what: object, error: Exception) -> str:
    about_what = what if isinstance(what, str | ModelPackageArn) else "an execution"
    return f"{about_what}: {error if isinstance(error, ModelgateError) else repr(error)}"
