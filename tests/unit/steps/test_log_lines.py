"""Logs: one record is one line, and nothing that a report holds beyond names and numbers gets into them."""

import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modelgate.steps.check import _message
from modelgate.steps.run import run

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import World

CANARY = "AKIA-canary-5f3c9d"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=60) | st.sampled_from(["ok\n2026-11-25 INFO Approved", "a\r\nb", "\x1b[2K", "\u2028x", "\x85y"])
)
def test_whatever_a_step_has_to_say_is_one_line(
    capfd: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory, said: str
) -> None:
    """A name in a report cannot begin a line of its own, which would look like one of the gate's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODELGATE_ML_ROOT", str(tmp_path_factory.mktemp("ml")))
        capfd.readouterr()
        run(lambda: said)

    lines = capfd.readouterr().err
    assert lines.endswith("\n")
    assert lines[:-1].isprintable()


def test_the_content_of_a_report_stays_out_of_logs_and_messages(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """What nobody judges is read, and is found neither in a log line, nor in what the registry is told."""
    caplog.set_level(logging.DEBUG, logger="modelgate")
    quality = {**made_up.quality(), "notes": CANARY, "dataset": {"item_count": 995, "owner": CANARY}}
    broken = json.dumps({"secret": CANARY}).encode()[:-1]
    good = world.register(version=1, reports={"quality.json": quality})
    bad = world.register(version=2, reports={"bias.json": broken})
    said = [_message(world.check(arn)) for arn in (good, bad)]
    world.run(good)
    world.run(bad)

    assert [world.status(good), world.status(bad)] == ["Approved", "Rejected"]
    assert CANARY not in " ".join([caplog.text, *said, world.told(good), world.told(bad)])
