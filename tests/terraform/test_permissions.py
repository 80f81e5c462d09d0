"""Who may do what, read from the plan: the fewer can decide, the less can go round the gate."""

import json

import pytest

from deploy.terraform.values import Environment
from tests.terraform.offline import plan_case, planned, unknown
from tests.terraform.policies import POLICY_ATTRIBUTES, Statement, role_statements, statements

pytestmark = pytest.mark.terraform

PLANS = [
    ("governance", "local"),
    ("governance", "hardened"),
    ("governance", "grown"),
    ("governance", "generative"),
    ("product", "lending"),
    ("bootstrap", "governance"),
    ("organization", "local"),
]
REGISTRY_WRITES = [
    f"sagemaker:{action}"
    for action in (
        "CreateModelPackage",
        "DeleteModelPackage",
        "DeleteModelPackageGroup",
        "DeleteModelPackageGroupPolicy",
        "PutModelPackageGroupPolicy",
        "UpdateModelPackage",
    )
]
ARTIFACTS = "arn:aws:s3:::modelgate-local-artifacts-222222222222"
EVIDENCE = "arn:aws:s3:::modelgate-local-evidence-222222222222"
WRITTEN_ONCE = "NamesAreWrittenOnce"
UNLESS_NEW = {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
PENDING = {"StringEquals": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}}


def governance(kind: str | None = None) -> list[Statement]:
    return statements(plan_case("governance", "local"), kind)


def role(name: str) -> list[Statement]:
    found = role_statements(plan_case("governance", "local"), f"modelgate-local-{name}")
    assert found, f"the plan has no policy of role {name}"
    return found


def actions(found: list[Statement], service: str) -> set[str]:
    return {action for statement in found for action in statement.actions if action.startswith(f"{service}:")}


def resources(found: list[Statement], action: str) -> set[str]:
    return {resource for statement in found if statement.allows(action) for resource in statement.resources}


@pytest.mark.parametrize(("root", "case"), PLANS)
def test_every_policy_is_known_before_it_is_applied(root: str, case: str) -> None:
    """A policy that is decided only during apply is one that nobody has reviewed."""
    plan = plan_case(root, case)
    hidden = [
        f"{address}.{attribute}"
        for address, values in unknown(plan).items()
        for kind, attribute in POLICY_ATTRIBUTES.items()
        if f".{kind}." in f".{address}" and values.get(attribute)
    ]

    assert hidden == []


@pytest.mark.parametrize(("root", "case"), PLANS)
def test_no_resource_type_carries_a_policy_that_these_tests_do_not_read(root: str, case: str) -> None:
    """A policy that is skipped looks exactly like one that passed."""
    unread = {
        address
        for address, values in planned(plan_case(root, case)).items()
        for attribute in ("policy", "assume_role_policy", "resource_policy", "access_policy", "inline_policy")
        if isinstance(values.get(attribute), str)
        and '"Statement"' in values[attribute]
        and not any(f".{kind}." in f".{address}" for kind in POLICY_ATTRIBUTES)
    }

    assert unread == set()


def test_only_the_update_step_can_change_a_package() -> None:
    """One writer, and the loud role for emergencies: no other policy of the platform allows UpdateModelPackage."""
    writers = {statement.address for statement in governance() if statement.allows("sagemaker:UpdateModelPackage")}

    assert writers == {
        "module.approval_pipeline.aws_iam_role_policy.update",
        "module.break_glass_role[0].aws_iam_role_policy.break_glass",
    }


def test_the_update_step_changes_only_packages_under_the_gate() -> None:
    """Groups that are no values of the environment stay untouched."""
    packages = "arn:aws:sagemaker:eu-west-1:222222222222:model-package"

    under_the_gate = {f"{packages}/{group}/*" for group in Environment.read("local").groups}

    assert resources(role("update"), "sagemaker:UpdateModelPackage") == under_the_gate
    assert resources(role("break-glass"), "sagemaker:UpdateModelPackage") == under_the_gate


def test_the_check_step_can_judge_but_not_decide() -> None:
    """It describes packages, reads what was decided before, and writes nothing but its own results of executions."""
    check = role("check")
    on_decisions = [s for s in check if any("evidence" in resource for resource in s.resources)]

    assert actions(check, "sagemaker") == {"sagemaker:DescribeModelPackage"}
    assert resources(check, "s3:PutObject") == {
        f"arn:aws:s3:::modelgate-local-artifacts-222222222222/executions/*/{folder}/*"
        for folder in ("checks", "reports/generative")
    }
    assert actions(check, "iam") | actions(check, "sqs") | actions(check, "sts") == set()
    assert actions(on_decisions, "s3") == {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"}


def test_the_update_step_writes_nothing_but_decisions() -> None:
    """Decisions, what they rest on and what follows from them go into the evidence store, nothing anywhere else."""
    folders = ("approved", "bundles", "decisions", "pinned", "refusals", "reverts")
    written = {f"{EVIDENCE}/{folder}/*" for folder in folders}

    assert resources(role("update"), "s3:PutObject") == written


def test_only_the_update_step_signs() -> None:
    """Its role alone is granted it, and the key refuses everybody else: not even the account's root user signs."""
    signers = {statement.address for statement in governance() if statement.allows("kms:Sign")}
    (granted,) = [s for s in role("update") if s.allows("kms:Sign")]
    key = statements(plan_case("bootstrap", "governance"), "aws_kms_key")
    denied = {s.sid: s for s in key if s.effect == "Deny"}

    assert {address for address in signers if "aws_kms_key" not in address} == {
        "module.approval_pipeline.aws_iam_role_policy.update"
    }
    assert granted.conditions == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/modelgate-local-signing-2026"}
    }
    assert denied.keys() == {"OnlyTheUpdateStepSigns", "NobodyHandsTheKeyOn"}
    assert denied["OnlyTheUpdateStepSigns"].actions == ("kms:Sign",)
    assert denied["OnlyTheUpdateStepSigns"].principals == ("*",)
    assert denied["OnlyTheUpdateStepSigns"].conditions == {
        "ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::222222222222:role/modelgate-local-update"}
    }
    assert (denied["NobodyHandsTheKeyOn"].actions, dict(denied["NobodyHandsTheKeyOn"].conditions)) == (
        ("kms:CreateGrant",),
        {},
    )


def test_where_content_must_stay_no_signing_key_is_disabled_or_deleted() -> None:
    """Old keys stay as well: what they signed must be verifiable."""
    found = [s for s in statements(plan_case("bootstrap", "hardened"), "aws_kms_key") if s.sid == "TheKeyStays"]

    assert {s.address for s in found} == {
        f'module.signing_key["{name}"].aws_kms_key.signing' for name in ("2026", "2027")
    }
    assert all(
        (s.effect, s.principals, set(s.actions), dict(s.conditions))
        == ("Deny", ("*",), {"kms:DisableKey", "kms:ScheduleKeyDeletion"}, {})
        for s in found
    )


def test_nobody_judges_and_reviews() -> None:
    """Whoever applies a review cannot write one, and neither can whoever is judged by machine alone."""
    writers = {
        statement.address
        for statement in governance("aws_iam_role_policy")
        if statement.allows("s3:PutObject") and any("/reviews/" in resource for resource in statement.resources)
    }

    assert writers == {"module.reviewer_role[0].aws_iam_role_policy.reviewer"}


@pytest.mark.parametrize(
    ("folder", "sid", "writer"),
    [
        ("adopted", "OnlyWritersOfAdopted", "audit"),
        ("break-glass", "OnlyWritersOfBreakGlass", "break-glass"),
        ("reviews", "OnlyWritersOfReviews", "reviewer"),
    ],
)
def test_what_excuses_a_package_from_its_record_has_a_writer_of_its_own(folder: str, sid: str, writer: str) -> None:
    """Who decides writes none of it, and who writes one of them writes none of the others."""
    (found,) = [s for s in governance("aws_s3_bucket_policy") if s.sid == sid]

    assert (found.effect, found.principals, found.actions, found.resources) == (
        "Deny",
        ("*",),
        ("s3:PutObject",),
        (f"{EVIDENCE}/{folder}/*",),
    )
    assert found.conditions == {
        "ArnNotEquals": {
            "aws:PrincipalArn": [
                f"arn:aws:iam::222222222222:role/modelgate-local-{writer}",
                "arn:aws:iam::222222222222:root",
            ]
        }
    }


def test_the_break_glass_role_records_why_and_changes_a_status_and_nothing_else() -> None:
    """It can neither sign, nor start, nor write a decision that looks like the gate's."""
    loud = role("break-glass")

    assert resources(loud, "s3:PutObject") == {f"{EVIDENCE}/break-glass/*"}
    assert actions(loud, "sagemaker") == {"sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage"}
    assert actions(loud, "kms") == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert actions(loud, "sqs") | actions(loud, "iam") | actions(loud, "sts") == set()


def test_the_break_glass_role_asks_for_a_second_factor() -> None:
    """Bool does not match when the key is absent: a session without any is refused."""
    address = "module.break_glass_role[0].aws_iam_role.break_glass"
    (trust,) = [s for s in governance("aws_iam_role") if s.address == address]

    assert trust.conditions == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    assert planned(plan_case("governance", "local"))[address]["max_session_duration"] == 3600


def test_a_reviewer_writes_under_their_own_name_only() -> None:
    """The key of a review names the session that wrote it; nothing else may be written, and no status changed."""
    reviewer = role("reviewer")

    assert resources(reviewer, "s3:PutObject") == {f"{EVIDENCE}/reviews/*/*/*/${{aws:userid}}.json"}
    assert actions(reviewer, "sagemaker") == {"sagemaker:DescribeModelPackage"}
    assert actions(reviewer, "sqs") == {"sqs:GetQueueUrl", "sqs:SendMessage"}
    assert resources(reviewer, "sqs:SendMessage") == {
        "arn:aws:sqs:eu-west-1:222222222222:modelgate-local-start-approval"
    }
    assert actions(reviewer, "s3") == {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:PutObject"}


@pytest.mark.parametrize(
    ("role_name", "sid"), [("reviewer", "OnlyWritersOfReviews"), ("break-glass", "OnlyWritersOfBreakGlass")]
)
def test_where_nobody_is_named_nobody_may_review_or_break_the_glass(role_name: str, sid: str) -> None:
    """There is no role, and the bucket refuses everybody but the account's root user."""
    plan = plan_case("governance", "grown")
    refused = [s for s in statements(plan, "aws_s3_bucket_policy") if s.sid == sid]

    assert role_statements(plan, f"modelgate-local-{role_name}") == []
    assert [s.conditions["ArnNotEquals"]["aws:PrincipalArn"] for s in refused] == ["arn:aws:iam::222222222222:root"]


def test_every_other_name_in_the_evidence_store_has_one_writer() -> None:
    """A folder that somebody adds later is closed until a policy opens it."""
    found = [s for s in governance("aws_s3_bucket_policy") if s.sid == "OneWriterDecides"]

    others = tuple(f"{EVIDENCE}/{folder}/*" for folder in ("reviews", "break-glass", "adopted"))
    assert [(s.effect, s.resources, sorted(s.not_resources)) for s in found] == [("Deny", (), sorted(others))]
    assert found[0].conditions["ArnNotEquals"]["aws:PrincipalArn"] == [
        "arn:aws:iam::222222222222:role/modelgate-local-update",
        "arn:aws:iam::222222222222:root",
    ]


@pytest.mark.parametrize("name", ["check", "update"])
def test_a_step_counts_only_under_its_own_name(name: str) -> None:
    """Metrics name no resource; the namespace keeps a step from feeding another alarm."""
    found = [s for s in role(name) if s.allows("cloudwatch:PutMetricData")]
    counted = {"check": [], "update": ["modelgate"]}[name]

    assert [s.conditions["StringEquals"]["cloudwatch:namespace"] for s in found] == [
        "/aws/sagemaker/ProcessingJobs",
        *counted,
    ]


def test_the_starter_starts_the_pipelines_and_decides_nothing() -> None:
    """It reads packages and evidence, and knows no other SageMaker action."""
    starter = role("start-approval")

    assert actions(starter, "sagemaker") == {
        "sagemaker:DescribeModelPackage",
        "sagemaker:ListPipelineExecutions",
        "sagemaker:StartPipelineExecution",
    }
    assert resources(starter, "sagemaker:StartPipelineExecution") == {
        f"arn:aws:sagemaker:eu-west-1:222222222222:pipeline/modelgate-local-{name}"
        for name in ("approval", "generative-approval")
    }
    assert resources(starter, "s3:PutObject") == set()


def test_the_audit_looks_at_everything_and_changes_no_package() -> None:
    """It asks the trigger for another run; the only thing it writes is what was approved before the gate.

    It ends what evaluations left behind, and nothing that is called otherwise.
    """
    audit = role("audit")
    ends = [s for s in audit if s.allows("sagemaker:DeleteEndpoint")]

    assert actions([s for s in audit if s not in ends], "sagemaker") == {
        "sagemaker:DescribeModelPackage",
        "sagemaker:ListEndpoints",
        "sagemaker:ListModelPackages",
        "sagemaker:ListPipelineExecutions",
        "sagemaker:ListPipelineParametersForExecution",
        "sagemaker:ListTransformJobs",
    }
    assert all("/modelgate-evaluation-" in resource for s in ends for resource in s.resources)
    assert resources(audit, "s3:PutObject") == {f"{EVIDENCE}/adopted/*"}
    assert actions(audit, "kms") == {"kms:Decrypt", "kms:GenerateDataKey", "kms:Verify"}
    assert {resource.rpartition(":")[2] for resource in resources(audit, "sqs:SendMessage")} == {
        "modelgate-local-audit-dlq",
        "modelgate-local-start-approval",
    }


def test_a_finding_can_only_be_told_as_the_audits() -> None:
    """Its events carry no source but its own, and its counts no namespace but the gate's."""
    conditions = {
        action: [dict(s.conditions) for s in role("audit") if s.allows(action)]
        for action in ("cloudwatch:PutMetricData", "events:PutEvents")
    }

    assert conditions == {
        "cloudwatch:PutMetricData": [{"StringEquals": {"cloudwatch:namespace": "modelgate"}}],
        "events:PutEvents": [{"ForAllValues:StringEquals": {"events:source": "modelgate.audit"}}],
    }


def test_only_the_pipeline_hands_a_role_on() -> None:
    """Whoever passes a step's role to a job of their own has what the step may do."""
    assert {statement.address for statement in governance() if statement.allows("iam:PassRole")} == {
        "module.approval_pipeline.aws_iam_role_policy.pipeline"
    }


def test_the_copier_writes_only_below_the_account_it_copies_from() -> None:
    """It can neither touch what is pinned nor what an execution found."""
    store = "arn:aws:s3:::modelgate-local-artifacts-222222222222"

    assert resources(role("copy-artifacts"), "s3:PutObject") == {f"{store}/333333333333/*", f"{store}/444444444444/*"}
    assert actions(role("copy-artifacts"), "sagemaker") == set()


def test_the_pipelines_own_role_neither_reads_evidence_nor_decides() -> None:
    """It creates the jobs and hands them their roles, and only to SageMaker."""
    pipeline = role("approval")
    passed = next(statement for statement in pipeline if statement.allows("iam:PassRole"))

    assert actions(pipeline, "s3") == set()
    assert set(passed.resources) == {
        f"arn:aws:iam::222222222222:role/modelgate-local-{name}" for name in ("check", "collect", "score", "update")
    }
    assert passed.conditions == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def test_a_team_can_only_register_pending_versions_in_its_own_groups() -> None:
    """The status must be said, the metadata of verdicts must be absent, and the caller must be the team's role."""
    found = [s for s in governance("aws_sagemaker_model_package_group_policy") if "loan-approval" in s.address]
    register = [statement for statement in found if statement.allows("sagemaker:CreateModelPackage")]

    assert {s.principals for s in found} == {("arn:aws:iam::333333333333:root",)}
    assert all(
        s.conditions["ArnEquals"] == {"aws:PrincipalArn": "arn:aws:iam::333333333333:role/modelgate-local-registration"}
        for s in found
    )
    assert [s.conditions["StringEquals"] for s in register] == [PENDING["StringEquals"]]
    assert set(register[0].conditions["Null"]) == {
        f"sagemaker:CustomerMetadataProperties/modelgate-{key}"
        for key in ("decision-id", "evidence-uri", "policy-digest", "verdict")
    }


def test_no_producer_has_any_other_write_to_the_registry() -> None:
    """Neither the groups' policies nor the team's own role allow update, delete or a change of policy."""
    producers = governance("aws_sagemaker_model_package_group_policy")
    producers += statements(plan_case("product", "lending"), "aws_iam_role_policy")
    granted = {action for action in REGISTRY_WRITES for statement in producers if statement.allows(action)}

    assert granted == {"sagemaker:CreateModelPackage"}
    assert all(
        statement.conditions["StringEquals"] == PENDING["StringEquals"]
        for statement in producers
        if statement.allows("sagemaker:CreateModelPackage")
    )


def test_governance_pulls_with_one_role_and_writes_nothing_in_a_product_account() -> None:
    """The product's bucket and key open to the copier alone."""
    copier = {"aws:PrincipalArn": "arn:aws:iam::222222222222:role/modelgate-local-copy-artifacts"}
    foreign = [
        statement
        for statement in statements(plan_case("product", "lending"))
        if any("222222222222" in principal for principal in statement.principals)
    ]

    assert len(foreign) == 3
    assert all(statement.conditions["ArnEquals"] == copier for statement in foreign)
    assert {action for statement in foreign for action in statement.actions} == {
        "kms:Decrypt",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
    }


def test_the_copier_may_list_where_it_pulls() -> None:
    """Otherwise S3 answers 403 for a version that is gone, and its message would end as a dead letter."""
    bucket = "arn:aws:s3:::modelgate-local-lending-333333333333"
    opened = [
        s for s in statements(plan_case("product", "lending"), "aws_s3_bucket_policy") if s.allows("s3:ListBucket")
    ]

    assert bucket in resources(role("copy-artifacts"), "s3:ListBucket")
    assert [s.resources for s in opened] == [(bucket,)]


def test_only_forwarding_roles_put_events_on_the_bus() -> None:
    """One statement a product: its account, narrowed to its forwarding role."""
    found = governance("aws_cloudwatch_event_bus_policy")

    assert {(s.principals[0].split(":")[4], s.conditions["ArnEquals"]["aws:PrincipalArn"]) for s in found} == {
        (account, f"arn:aws:iam::{account}:role/modelgate-local-forward-artifacts")
        for account in ("333333333333", "444444444444")
    }


@pytest.mark.parametrize(("root", "case"), PLANS)
def test_every_bucket_refuses_plain_http_and_the_public(root: str, case: str) -> None:
    """Each bucket has a TLS-only policy, and all four blocks of public access."""
    resources_of = planned(plan_case(root, case))
    buckets = {address.rpartition(".aws_s3_bucket.")[0] for address in resources_of if ".aws_s3_bucket." in address}
    denies = {
        statement.address.rpartition(".aws_s3_bucket_policy.")[0]
        for statement in statements(plan_case(root, case), "aws_s3_bucket_policy")
        if statement.effect == "Deny" and statement.conditions == {"Bool": {"aws:SecureTransport": "false"}}
    }
    blocks = {
        address.rpartition(".aws_s3_bucket_public_access_block.")[0]
        for address, values in resources_of.items()
        if ".aws_s3_bucket_public_access_block." in address
        and all(values[name] for name in values if name.startswith(("block_", "ignore_", "restrict_")))
    }

    assert buckets
    assert denies == buckets
    assert blocks == buckets


def test_where_content_must_stay_no_version_can_be_deleted() -> None:
    """With on_destroy = "refuse" the artifact store denies it to everybody."""
    found = statements(plan_case("governance", "hardened"), "aws_s3_bucket_policy")
    denied = [s for s in found if s.sid == "VersionsAreNeverDeleted"]

    assert [(s.effect, s.principals, s.actions, s.resources) for s in denied] == [
        ("Deny", ("*",), ("s3:DeleteObjectVersion",), ("arn:aws:s3:::modelgate-local-artifacts-222222222222/*",))
    ]


def test_names_in_the_evidence_store_are_written_once() -> None:
    """A PutObject without If-None-Match is denied to everybody."""
    (found,) = [s for s in governance("aws_s3_bucket_policy") if s.sid == WRITTEN_ONCE and "evidence" in s.address]

    assert (found.effect, found.principals, found.actions) == ("Deny", ("*",), ("s3:PutObject",))
    assert (found.resources, dict(found.conditions)) == ((f"{EVIDENCE}/*",), UNLESS_NEW)


@pytest.mark.parametrize("case", ["local", "generative", "without_generative"])
def test_answers_and_counts_are_written_once(case: str) -> None:
    """Who collects or counts lays nothing over what was collected or counted, nor frees its name to write it again."""
    found = statements(plan_case("governance", case), "aws_s3_bucket_policy")
    (once,) = [s for s in found if s.sid == WRITTEN_ONCE and "artifact" in s.address]
    (free,) = [s for s in found if s.sid == "WritersFreeNoName"]
    writers = {f"arn:aws:iam::222222222222:role/modelgate-local-{name}" for name in ("collect", "score")}

    assert (once.actions, dict(once.conditions)) == (("s3:PutObject",), UNLESS_NEW)
    assert (free.actions, list(free.conditions)) == (("s3:DeleteObject",), ["ArnEquals"])
    assert set(free.conditions["ArnEquals"]["aws:PrincipalArn"]) == writers
    for statement in (once, free):
        assert (statement.effect, statement.principals) == ("Deny", ("*",))
        assert set(statement.resources) == {f"{ARTIFACTS}/generative/{name}/*" for name in ("answers", "tallies")}


def test_names_in_the_evidence_store_are_never_freed() -> None:
    """A delete marker over a decision would let a second one be written under its name."""
    found = [s for s in statements(plan_case("governance", "hardened")) if s.sid == "NamesAreNeverFreed"]

    assert [(s.effect, s.principals, set(s.actions)) for s in found] == [
        ("Deny", ("*",), {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutLifecycleConfiguration"})
    ]


def test_each_folder_that_a_verdict_rests_on_has_one_writer() -> None:
    """Not even a broad role of the account lays results, evidence or decisions there: who writes first has decided."""
    roles = "arn:aws:iam::222222222222:role/modelgate-local-"
    artifacts = "arn:aws:s3:::modelgate-local-artifacts-222222222222"
    writers = {
        (resource, next(name for name in s.conditions["ArnNotEquals"]["aws:PrincipalArn"] if ":role/" in name))
        for s in governance("aws_s3_bucket_policy")
        if s.effect == "Deny" and s.principals == ("*",) and s.sid.startswith(("WritersOf", "OneWriter"))
        for resource in s.resources or s.not_resources
    }

    assert writers == {
        (f"{artifacts}/executions/*", f"{roles}check"),
        (f"{artifacts}/executions/*/answers/*", f"{roles}collect"),
        (f"{artifacts}/executions/*/checks/*", f"{roles}check"),
        (f"{artifacts}/executions/*/reports/generative/*", f"{roles}check"),
        (f"{artifacts}/executions/*/transform/*", f"{roles}collect"),  # and the model's, see below
        (f"{artifacts}/generative/*", f"{roles}collect"),
        (f"{artifacts}/generative/answers/*", f"{roles}collect"),
        (f"{artifacts}/generative/tallies/*", f"{roles}score"),
        (f"{artifacts}/pinned/*", "arn:aws:iam::222222222222:role/modelgate-deploy"),
        (f"{artifacts}/333333333333/*", f"{roles}copy-artifacts"),
        (f"{artifacts}/444444444444/*", f"{roles}copy-artifacts"),
        # Everything but these, which have writers of their own.
        (f"{EVIDENCE}/adopted/*", f"{roles}update"),
        (f"{EVIDENCE}/break-glass/*", f"{roles}update"),
        (f"{EVIDENCE}/reviews/*", f"{roles}update"),
    }


@pytest.mark.parametrize(("root", "case"), PLANS[:4])
def test_every_service_that_is_let_in_is_bound_to_this_account_or_resource(root: str, case: str) -> None:
    """Confused deputies: another account's alarm, rule or job must not act through ours; two exceptions say why."""
    unbound = {
        (statement.address.rpartition(".")[0], statement.sid)
        for statement in statements(plan_case(root, case))
        if any(name.endswith(".amazonaws.com") for name in statement.principals)
        and not {"aws:SourceAccount", "aws:SourceArn"} & {key for test in statement.conditions.values() for key in test}
    }

    assert {sid for _, sid in unbound} <= {
        "LambdaRunsIt",  # a role is only handed to Lambda by iam:PassRole, which never crosses accounts
        "RulesEncrypt",  # EventBridge tells SNS no source: a condition would drop every message
        "RulesPublish",
    }


def test_rules_reach_the_alarm_topic() -> None:
    """EventBridge cannot publish to a topic whose policy has a condition for it; the message would be lost unseen."""
    found = [s for s in governance("aws_sns_topic_policy") if "events.amazonaws.com" in s.principals]

    assert [(s.actions, dict(s.conditions)) for s in found] == [(("sns:Publish",), {})]


def test_every_statement_says_what_it_is_for() -> None:
    """A sid is a sentence in camel case, unique in its policy."""
    for root, case in PLANS:
        by_policy: dict[str, list[str]] = {}
        for statement in statements(plan_case(root, case)):
            by_policy.setdefault(statement.address, []).append(statement.sid)
            assert len(statement.sid) > 6, json.dumps(statement.address)

        trusts = {address: sids for address, sids in by_policy.items() if len(sids) != len(set(sids))}
        assert trusts == {}
