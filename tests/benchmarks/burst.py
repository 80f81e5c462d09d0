"""Many registrations at once, from both accounts: how long until all are decided, and whether each was, once."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from deploy.progress import Progress
from local.demo.watch import verdict_of
from local.platform import Platform
from tests.benchmarks import ledger
from tests.benchmarks.figures import Figure, Findings
from tests.benchmarks.producers import GROUPS, Package, Producer, producers, turns
from tests.benchmarks.spread import Spread
from tests.embedded.way.gate import Gate

TOPIC = "burst"
MINUTE_AIM = 60.0  # packages
PATIENCE_SECONDS = 90.0  # without a single verdict
_LOOK_SECONDS = 0.5


def measure(platform: Platform, *, count: int, progress: Progress) -> Findings:
    """Register *count* packages as fast as the teams can, and wait until every one is decided."""
    gate, teams = Gate(platform), producers(platform)
    before = _pending(gate)
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=len(teams)) as pool:
        registering = [pool.submit(_register, team, list(turns(teams, count))) for team in teams]
        decided_at = _watch(gate, registering, count, before=before, progress=progress)
    packages = [package for future in registering for package in future.result()]
    registered_at = max(package.at for package in packages)
    quiet = ledger.wait_until_quiet(gate, seconds=PATIENCE_SECONDS)
    found = ledger.read(gate, packages)
    troubles = [*ledger.faults(packages, found)]
    troubles += [] if quiet else ["queues or pipeline did not come to rest"]
    figures = _figures(gate, packages, found, seconds=decided_at - began, registering=registered_at - began)
    return Findings(figures=tuple(figures), faults=tuple(troubles))


def _register(producer: Producer, every: Sequence[tuple[Producer, str]]) -> list[Package]:
    return [team.register(scenario) for team, scenario in every if team is producer]


def _watch(
    gate: Gate, registering: Sequence["Future[list[Package]]"], count: int, *, before: int, progress: Progress
) -> float:
    """Return when nothing was pending any more, or when nothing had moved for too long."""
    moved, last = time.monotonic(), -1
    while time.monotonic() - moved < PATIENCE_SECONDS:
        time.sleep(_LOOK_SECONDS)
        pending, all_in = _pending(gate) - before, all(future.done() for future in registering)
        now = time.monotonic()
        if all_in and not pending:
            return now
        if pending != last or not all_in:
            moved, last = now, pending
        progress.hint(
            f"burst of {count}: {pending} wait{'' if all_in else ', registering'}, {ledger.running(gate)} run"
        )
    return time.monotonic()


def _pending(gate: Gate) -> int:
    pages = gate.sagemaker.get_paginator("list_model_packages")
    return sum(
        len(page["ModelPackageSummaryList"])
        for group in GROUPS.values()
        for page in pages.paginate(
            ModelPackageGroupName=group,
            ModelApprovalStatus="PendingManualApproval",
            PaginationConfig={"PageSize": 100},
        )
    )


def _figures(
    gate: Gate, packages: Sequence[Package], found: ledger.Ledger, *, seconds: float, registering: float
) -> list[Figure]:
    decided = sum(found.statuses[package.arn] == package.expected for package in packages)
    once = sum(len(found.records[package.arn]) == 1 for package in packages)
    described = [package for arn in found.statuses if verdict_of(package := gate.describe(arn))]
    waits = Spread.of([(p["LastModifiedTime"] - p["CreationTime"]).total_seconds() for p in described] or [0.0])
    runs = Spread.of([execution.ended - execution.began for execution in found.executions] or [0.0])
    rate = 60 * decided / seconds
    return [
        Figure(
            topic=TOPIC,
            name=f"{len(packages)} registrations",
            value=f"{decided} decided rightly, {once} with one record, {len(found.executions)} executions",
            numbers={"registered": len(packages), "decided": decided, "executions": len(found.executions)},
            aim="all once, none lost",
            met=decided == once == len(found.executions) == len(packages),
        ),
        Figure(
            topic=TOPIC,
            name="packages a minute",
            value=f"{rate:.0f} ({seconds:.0f} s in all, of which registering {registering:.0f} s)",
            numbers={"rate": rate, "seconds": seconds, "registering": registering},
            aim=f"at least {MINUTE_AIM:.0f}",
            met=rate >= MINUTE_AIM,
        ),
        Figure(
            topic=TOPIC,
            name="running at one time",
            value=f"{ledger.peak(found.executions)} at the peak",
            numbers={"peak": ledger.peak(found.executions)},
        ),
        Figure(topic=TOPIC, name="registration to verdict", value=waits.percentiles("s"), numbers=waits.numbers()),
        Figure(topic=TOPIC, name="one execution", value=runs.percentiles("s"), numbers=runs.numbers()),
    ]
