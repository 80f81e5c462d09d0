"""Threads do all jobs, or the first error ends them; nobody waits for ever."""

import threading

import pytest
from modelgate.generative.side_by_side import side_by_side


def test_results_are_in_the_order_of_the_jobs() -> None:
    """The first job here ends last."""
    others = threading.Barrier(4)

    def work(job: int) -> int:
        others.wait(30)
        return job * job

    assert side_by_side(work, range(4), threads=4, stop=threading.Event()) == [0, 1, 4, 9]
    assert side_by_side(work, [], threads=4, stop=threading.Event()) == []


def test_jobs_that_have_begun_end_before_the_error_comes_out() -> None:
    """So that nothing is asked behind the back of whoever goes on."""
    begun, failed = threading.Event(), threading.Event()
    ended: list[int] = []
    stop = threading.Event()

    def work(job: int) -> int:
        if job == 0:
            assert begun.wait(30)
            failed.set()
            raise ValueError("the first")
        begun.set()
        assert failed.wait(30)
        assert stop.wait(30)
        ended.append(job)
        return job

    with pytest.raises(ValueError, match="the first"):
        side_by_side(work, range(9), threads=2, stop=stop)

    assert ended == [1]


def test_what_interrupts_the_wait_does_not_wait_for_the_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a signal whose handler raises, in the middle of a call that takes an hour."""
    release, stop = threading.Event(), threading.Event()

    def interrupted(*_: object) -> None:
        raise RuntimeError("a signal")

    monkeypatch.setattr("modelgate.generative.side_by_side._gather", interrupted)
    with pytest.raises(RuntimeError, match="a signal"):
        side_by_side(lambda job: release.wait(3600), [1], threads=1, stop=stop)

    assert stop.is_set()
    release.set()
