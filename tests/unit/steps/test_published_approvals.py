"""What the published code for this problem approves, run the whole way here: none of it is approved.

Each input is named in the list at the end of the table of faults (docs/faults.md).
"""

import json

import pytest
from modelgate.errors import BindingError

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import World

GOOD = json.dumps(made_up.bias())
PENDING = "PendingManualApproval"


def with_dppl(literal: str) -> bytes:
    """A bias report in which one group's DPPL (fair at 0, at most 0.12 either way) is *literal*, as written."""
    body = json.dumps(made_up.bias({"race": {"white": made_up.GOOD_BIAS, "nonwhite": made_up.GOOD_BIAS}}))
    head, _, tail = body.rpartition('"value": 0.03')
    return f'{head}"value": {literal}{tail}'.encode()


def without_last(report: dict[str, object]) -> bytes:
    """The last metric of the last group goes by the name of another, whose good value it has."""
    return json.dumps(report).replace('"name": "TE"', '"name": "CI"').encode()


APPROVED_ELSEWHERE: dict[str, bytes] = {
    "-0.95": with_dppl("-0.95"),
    "-Infinity": with_dppl("-Infinity"),
    "-1e999": with_dppl("-1e999"),
    "false": with_dppl("false"),
    "a key twice": with_dppl('-0.95, "value": 0.01'),
    "4,000 digits, negative": with_dppl("-" + "9" * 4_000),
    "another metric in last place": without_last(made_up.bias()),
    "a hidden second facet": json.dumps(
        made_up.bias({"race": {"white": made_up.GOOD_BIAS}, "sex": {"f": {**made_up.GOOD_BIAS, "DPPL": -0.95}}})
    ).encode(),
    "a hidden second group": json.dumps(
        made_up.bias({"race": {"white": made_up.GOOD_BIAS, "nonwhite": {**made_up.GOOD_BIAS, "DPPL": -0.95}}})
    ).encode(),
}


def test_the_report_that_all_of_these_are_made_from_is_approved(world: World) -> None:
    """So it is the change that rejects."""
    assert world.run(world.register(reports={"bias.json": with_dppl("0.03")})) == "Approved"


@pytest.mark.parametrize("body", APPROVED_ELSEWHERE.values(), ids=APPROVED_ELSEWHERE)
def test_a_report_that_published_code_approves_is_rejected(world: World, body: bytes) -> None:
    """By the whole way from the stored bytes to the registry."""
    assert world.run(world.register(reports={"bias.json": body})) == "Rejected"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"checks": []}', b'{"a": "false"}', b"null"])
def test_an_empty_check_document_approves_nothing(world: World, body: bytes) -> None:
    """No results are not good results: the step refuses, and the package stays pending."""
    arn = world.register()

    with pytest.raises(BindingError, match="check report"):
        world.update(arn, body)
    assert world.status(arn) == PENDING


def test_the_package_of_the_event_is_judged_and_not_the_first_of_the_list(world: World) -> None:
    """A bad version is decided while a better and newer one lies before it in every list."""
    bad = world.register(version=1, reports={"bias.json": with_dppl("-0.95")})
    good = world.register(version=2)

    assert (world.run(bad), world.status(good)) == ("Rejected", PENDING)
