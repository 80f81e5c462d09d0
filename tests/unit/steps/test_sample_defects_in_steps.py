"""Defects of the published sample that live between a package and its status; each test has its number."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modelgate.contracts.package import REPORT_MEMBERS
from modelgate.contracts.results import Verdict
from modelgate.contracts.uris import S3Uri
from modelgate.decide import judge
from modelgate.errors import BindingError, InvalidUriError
from modelgate.evidence.registry_text import describe
from modelgate.policy.model import Bundle
from modelgate.steps.arguments import Arguments

from tests.unit.checks.subjects import subject
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import GOVERNANCE, LENDING, STORE, TEAM_BUCKET, World, shipped_policies

PENDING = "PendingManualApproval"
CREDIT = Bundle.from_json(shipped_policies())
DIGEST = "sha256:" + "2" * 64
ARGUMENTS = {
    "--model-package-arn": f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:model-package/loan-approval/1",
    "--model-package-group-name": "loan-approval",
    "--bucket": STORE,
    "--execution-arn": f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:pipeline/gate/execution/run1",
    "--artifact-store": STORE,
    "--gate-digest": DIGEST,
    "--policy-digest": DIGEST,
    "--image-digest": DIGEST,
    "--signing-keys-digest": DIGEST,
}


def argv(**changes: str | None) -> list[str]:
    """Arguments of a step, changed or (None) left out."""
    given_ = ARGUMENTS | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    return [part for name, value in given_.items() if value is not None for part in (name, value)]


def with_bias(**metrics: Any) -> Any:
    """A bias report in which one group has *metrics*."""
    return made_up.bias({"race": {"white": made_up.GOOD_BIAS, "nonwhite": {**made_up.GOOD_BIAS, **metrics}}})


def verdict_on(**reports: Any) -> Verdict:
    """The shipped policy's verdict on reports, good unless given."""
    named = {
        "ModelQuality.Statistics": reports.get("quality", made_up.quality()),
        "Bias.Report": reports.get("bias", made_up.bias()),
        "Explainability.Report": reports.get("explainability", made_up.explainability()),
    }
    return judge(subject(named), CREDIT).verdict


def test_defect_1_another_version_registered_meanwhile_keeps_its_own_verdict(world: World) -> None:
    """A bad version arrives while a good one is judged: each gets its own verdict, and nothing lists the group."""
    good = world.register(version=1)
    report = world.check(good)
    bad = world.register(version=2, reports={"quality.json": made_up.quality(auc=0.5)})

    world.update(good, report)

    assert (world.status(good), world.status(bad)) == ("Approved", PENDING)
    assert world.run(bad) == "Rejected"
    assert not hasattr(world.registry, "list_model_packages")


@pytest.mark.parametrize("missing", ARGUMENTS)
def test_defect_2_no_step_runs_without_the_package_arn_or_any_other_argument(
    missing: str,
) -> None:
    """There is no default that could stand for a missing value."""
    with pytest.raises(BindingError, match=f"arguments are required: {missing}; apply the governance root"):
        Arguments.parse("check", "", argv(**{missing[2:].replace("-", "_"): None}))


@pytest.mark.parametrize("more", [["--approve"], ["approved"], ["--bucke", "other"]])
def test_defect_2_an_argument_that_nobody_knows_stops_the_step(more: list[str]) -> None:
    """No abbreviation, no extra: the definition and the code agree exactly."""
    with pytest.raises(BindingError, match="unrecognized arguments"):
        Arguments.parse("check", "", [*argv(), *more])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model_package_group_name": "other"}, "--model-package-group-name is 'other', but this run is about"),
        ({"bucket": TEAM_BUCKET}, "--bucket is 'lending-bucket', but this run is about"),
        ({"policy_digest": "latest"}, "--policy-digest is 'latest'; expected sha256:"),
    ],
)
def test_defect_2_parameters_that_contradict_the_arn_or_the_pins_stop_the_step(
    changes: dict[str, str], sentence: str
) -> None:
    """Parameters only name the package; they choose neither store nor policy."""
    with pytest.raises(BindingError, match=sentence):
        Arguments.parse("check", "", argv(**changes))


def test_defect_3_two_runs_of_one_package_keep_apart(world: World) -> None:
    """Each run has its own record, and takes no report of the other."""
    arn = world.register(late=("bias.json",))
    first, second = world.check(arn, "run1"), world.check(arn, "run2")

    world.update(arn, first, "run1")
    world.update(arn, second, "run2")

    assert world.record(arn, "run1").decision_id != world.record(arn, "run2").decision_id
    with pytest.raises(BindingError):
        world.update(arn, first, "run2")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b'{"a": "false"}', b"\xff", b'{"schema":'])
def test_defect_4_an_empty_or_cut_result_is_never_an_approval(world: World, content: bytes) -> None:
    """Nothing starts from "approved"."""
    arn = world.register()

    with pytest.raises(BindingError, match="check report"):
        world.update(arn, content)

    assert world.status(arn) == PENDING


@pytest.mark.parametrize("file", ["quality.json", "bias.json", "explainability.json"])
def test_defect_5_any_report_left_out_rejects_by_name(world: World, file: str) -> None:
    """What the policy requires is a list, and the list is complete."""
    arn = world.register(without=(file,))

    assert world.run(arn) == "Rejected"
    assert "the package names no " in world.told(arn)


@pytest.mark.parametrize("check", [check.id for check in CREDIT.policies[0].checks])
def test_defect_5_every_check_of_the_policy_has_a_result(world: World, check: str) -> None:
    """An approval shows a pass for each thing asked."""
    arn = world.register()
    world.run(arn)

    assert check in {result.check for result in world.record(arn).judgement.results}


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (-50, Verdict.REJECT),
        (-0.51, Verdict.REJECT),
        (-0.5, Verdict.APPROVE),
        (0, Verdict.APPROVE),
        (0.5, Verdict.APPROVE),
        (0.51, Verdict.REJECT),
        (50, Verdict.REJECT),
    ],
)
def test_defect_6_treatment_equality_is_bounded_on_both_sides(value: float, verdict: Verdict) -> None:
    """Far below zero is as unfair as far above; zero is the best there is."""
    assert verdict_on(bias=with_bias(TE=value)) is verdict


@settings(max_examples=30, deadline=None)
@given(st.permutations(["AD", "DI", "DPPL", "RD", "TE", "GE", "CDDPL"]))
def test_defect_7_metrics_are_found_by_name_in_any_order(order: list[str]) -> None:
    """A bad value decides from whatever position; other metrics around it change nothing."""
    values = {**made_up.GOOD_BIAS, "GE": 5, "CDDPL": None}
    good, bad = ({name: {**values, "RD": rd}[name] for name in order} for rd in (0.0, 0.9))

    assert verdict_on(bias=made_up.bias({"race": {"white": good}})) is Verdict.APPROVE
    assert verdict_on(bias=made_up.bias({"race": {"white": bad}})) is Verdict.REJECT


@pytest.mark.parametrize("dropped", ["AD", "DI", "DPPL", "RD", "TE"])
def test_defect_7_a_dropped_metric_is_missing_and_not_its_neighbour(dropped: str) -> None:
    """Another metric in its place does not stand for it."""
    metrics = {name: value for name, value in made_up.GOOD_BIAS.items() if name != dropped}

    assert verdict_on(bias=made_up.bias({"race": {"white": metrics}})) is Verdict.REJECT


def test_defect_8_a_bad_second_group_rejects_by_name(world: World) -> None:
    """Every value of every facet counts, whatever they are called."""
    facets = {"Région": {"nord": made_up.GOOD_BIAS, "(18.5, 42]": {**made_up.GOOD_BIAS, "DI": 0.4}}}
    arn = world.register(reports={"bias.json": made_up.bias(facets)})

    assert world.run(arn) == "Rejected"
    assert "DI for Région=(18.5, 42] = 0.4, must be within [0.8, 1.25]" in world.told(arn)


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, "Infinity", "-Infinity", "NaN", "0.95", "", [], {}, 1e308, -1e308]
)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["AD", "DI", "DPPL", "RD", "TE"]), ODD)
def test_defect_9_odd_values_reject_without_an_error(metric: str, value: Any) -> None:
    """Null, infinities, NaN, booleans and texts are results, not exceptions, and never pass."""
    assert verdict_on(bias=with_bias(**{metric: value})) is Verdict.REJECT


@settings(max_examples=40, deadline=None)
@given(ODD)
def test_defect_9_odd_qualities_and_explanations_reject_too(value: Any) -> None:
    """The same holds for the other two formats."""
    quality = made_up.quality() | {"binary_classification_metrics": {"auc": {"value": value}}}

    assert verdict_on(quality=quality) is Verdict.REJECT
    assert verdict_on(explainability=made_up.explainability(income=0.3, race=value)) is Verdict.REJECT


def test_defect_14_a_parameter_text_is_never_taken_for_a_value() -> None:
    """A default such as "Model package ARN is required variable" is refused at the door."""
    with pytest.raises(Exception, match="is not the ARN of a versioned model package"):
        Arguments.parse("check", "", argv(model_package_arn="Model package ARN is required variable"))


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (f"s3://{TEAM_BUCKET}/a/{TEAM_BUCKET}/b.json", ("lending-bucket", "a/lending-bucket/b.json")),
        (f"https://{TEAM_BUCKET}.s3.eu-west-1.amazonaws.com/a%20b.json", (TEAM_BUCKET, "a b.json")),
        (f"https://s3.eu-west-1.amazonaws.com/{TEAM_BUCKET}/a.json", (TEAM_BUCKET, "a.json")),
        (f"s3://{TEAM_BUCKET}/a%20b.json", (TEAM_BUCKET, "a%20b.json")),
    ],
)
def test_defect_15_addresses_are_parsed_and_not_split(uri: str, expected: tuple[str, str]) -> None:
    """The bucket's name inside the key, both https forms, and percent signs have one meaning each."""
    parsed = S3Uri.parse(uri)

    assert (parsed.bucket, parsed.key) == expected


@pytest.mark.parametrize("uri", [f"s3://{TEAM_BUCKET}", f"s3://{TEAM_BUCKET}/", "http://x/y", "a/../b", ""])
def test_defect_15_what_is_no_address_is_refused(uri: str) -> None:
    """No key, another scheme: a sentence, not an IndexError."""
    with pytest.raises(InvalidUriError):
        S3Uri.parse(uri)


def test_defect_16_the_copy_in_the_store_is_judged_under_the_teams_address(world: World) -> None:
    """The package names the team's bucket; judged and recorded is the copy in the store."""
    arn = world.register()
    world.run(arn)

    places = {a.uri: a.stored_uri for a in world.record(arn).subject.artifacts}
    assert places[f"s3://{TEAM_BUCKET}/v1/bias.json"] == f"s3://{STORE}/{LENDING}/{TEAM_BUCKET}/v1/bias.json"


@pytest.mark.parametrize("bucket", ["another-teams-bucket", STORE, "gate-evidence"])
def test_defect_16_an_address_outside_the_teams_bucket_rejects(world: World, bucket: str) -> None:
    """It has no copy and never will."""
    arn = world.register(buckets={"bias.json": bucket})

    assert world.run(arn) == "Rejected"
    assert f"lies outside lending's bucket '{TEAM_BUCKET}'" in world.told(arn)


@pytest.mark.parametrize("file", ["quality.json", "bias.json", "explainability.json"])
def test_defect_17_evidence_on_its_way_holds_instead_of_rejecting(world: World, file: str) -> None:
    """Registration may come before the copies; that is no fault of the model."""
    arn = world.register(late=(file,))

    assert world.run(arn) == PENDING
    assert "evidence has not arrived" in world.told(arn)


def test_defect_17_a_file_other_than_the_registered_one_has_not_arrived(world: World) -> None:
    """With a ContentDigest only that content counts, whatever lies under the name."""
    arn = world.register(late=("bias.json",))
    world.upload("bias.json", json.dumps(made_up.bias()).encode() + b" ")

    assert world.run(arn) == PENDING
    assert "; the newest upload there is sha256:" in world.told(arn)


def test_defect_24_five_hundred_failures_fit_into_one_line(world: World) -> None:
    """The description keeps to 1,024 characters on one line and ends with the evidence."""
    facets = {f"facet\n{n}": {"a\r\nb\u2028": {**made_up.GOOD_BIAS, "DI": 0.1}} for n in range(500)}
    arn = world.register(reports={"bias.json": made_up.bias(facets)})

    assert world.run(arn) == "Rejected"
    told = world.told(arn)
    assert len(told) == 1024
    assert told.isprintable()
    assert told.endswith("… Evidence: s3://gate-evidence/decisions/loan-approval/1/run1.json")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=400))
def test_defect_24_no_name_in_a_report_breaks_the_description(name: str) -> None:
    """Emoji, control characters and right-to-left marks stay within the service's limits."""
    facets = {name: {name: {**made_up.GOOD_BIAS, "DI": 0.1}}}
    judged = subject({"Bias.Report": made_up.bias(facets)})

    text = describe(judge(judged, CREDIT), judged, "s3://evidence/" + "k" * 200)

    assert len(text) <= 1024
    assert "\n" not in text
    assert text.endswith("k" * 200)


def test_every_report_of_a_package_can_be_named() -> None:
    """The members the registry knows are those the reference lists."""
    assert len(REPORT_MEMBERS) == 8
