"""Policy files: what is accepted, and the sentence for everything else."""

import json
from pathlib import Path

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.gate import Group
from modelgate.errors import PolicyError
from modelgate.policy.bias_metrics import BIAS_METRICS
from modelgate.policy.bundle import build, main
from modelgate.policy.matching import matching
from modelgate.policy.model import Bundle

SHIPPED = Path(__file__).parents[3] / "policies"
POLICY = """\
policy: loans
version: 2
owner: model-risk
description: Made up.
match:
  tags: {policy: loans}
evidence:
  required: [ModelQuality.Statistics, Bias]
  content_digest: required
checks:
  - id: auc
    kind: model_quality
    metric: auc
    min: 0.7
    max: open
    reason: Made up.
  - id: di
    kind: bias
    metric: DI
    facets: all
    min: 0.8
    max: 1.25
    reason: Made up.
"""


def folder(tmp_path: Path, *policies: str, version: str = "version: 3\n") -> Path:
    """A folder of policy files named 0.yaml, 1.yaml …"""
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "bundle.yaml").write_text(version)
    for number, text in enumerate(policies):
        (tmp_path / f"{number}.yaml").write_text(text)
    return tmp_path


def test_a_policy_file_becomes_a_bundle(tmp_path: Path) -> None:
    """Version, match, evidence, facets and open ends arrive as they were written."""
    bundle = Bundle.from_json(build(folder(tmp_path, POLICY)))

    policy = bundle.policies[0]
    assert (bundle.version, policy.name, policy.version) == (3, "loans", 2)
    assert (policy.evidence.required, policy.evidence.content_digest_required) == (
        ("Bias", "ModelQuality.Statistics"),
        True,
    )
    assert [(c.id, c.facets, c.bound.min, c.bound.max) for c in policy.checks] == [
        ("auc", None, 0.7, None),
        ("di", None, 0.8, 1.25),
    ]


def test_the_same_policies_give_the_same_bytes(tmp_path: Path) -> None:
    """Comments, quotes, and the order of keys, checks and files change no digest."""
    checks = POLICY.index("  - id: auc"), POLICY.index("  - id: di")
    reordered = POLICY[: checks[0]] + POLICY[checks[1] :] + POLICY[checks[0] : checks[1]]
    other = POLICY.replace("policy: loans\n", "policy: cars\n")

    one = build(folder(tmp_path / "one", POLICY, other))
    two = build(folder(tmp_path / "two", other, "# a comment\n" + reordered.replace("0.7", '0.70  # "why"')))

    assert one == two


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("    min: 0.7\n", "    mim: 0.7\n", "0.yaml:14: the key 'mim' is not known here; did you mean 'min'?"),
        ("    min: 0.7\n", "", "0.yaml:11: the key 'min' is missing; add a number, or `open` to leave that side open"),
        ("owner: model-risk\n", "", "0.yaml:1: the key 'owner' is missing; add it"),
        ("version: 2\n", "version: 2\nversion: 3\n", "0.yaml:3: the key 'version' appears twice; keep one of them"),
        ("metric: auc\n", "metric: auc\n    metric: f1\n", "0.yaml:14: the key 'metric' appears twice"),
        ("min: 0.7\n", "min: open\n", "0.yaml:11: min and max are both open, so nothing would fail"),
        ("min: 0.7\n    max: open", "min: 0.7\n    max: 0.6", "min 0.7 is above max 0.6, so nothing would pass"),
        ("min: 0.7\n", "min: .nan\n", "0.yaml:14: 'min' is nan; input should be a finite number"),
        ("min: 0.7\n", "min: true\n", "0.yaml:14: 'min' is True; input should be"),
        ("min: 0.7\n", 'min: "0.7"\n', "0.yaml:14: 'min' is '0.7'; input should be"),
        ("metric: DI", "metric: XY", "knows no bias metric 'XY'; one of: CI, DPL"),
        ("max: 1.25", "max: open", "DI is unfair in both directions (1 is fair), so an open side would approve"),
        ("min: 0.8\n", "min: 1.1\n", "the fair value of DI is 1, which these bounds refuse"),
        ("facets: all", "facets: []", "0.yaml:20: 'facets' is []"),
        ("id: di", "id: auc", "two checks have the id 'auc'; rename one"),
        ("kind: bias", "kind: biass", "'kind' is 'biass'; one of: bias, explainability, model_quality"),
        ("  tags: {policy: loans}", "  tags: {}", "0.yaml:5: 'match' matches nothing; name groups or tags"),
        ("Statistics, Bias]", "Statistics, Bais]", "knows no report 'Bais'; one of: Bias"),
        ("content_digest: required", "content_digest: maybe", "0.yaml:9: 'content_digest' is 'maybe'"),
        ("policy: loans\n", "policy: Loans!\n", "0.yaml:1: 'policy' is 'Loans!'"),
        ("description: Made up.\n", "description: [\n", "0.yaml:"),
        ("min: 0.7\n", "min: 010\n", "0.yaml:14: '010' is not a plain decimal number; write it as 0.8, 12 or 1.0e-3"),
        ("max: 1.25", "max: 1:30", "0.yaml:22: '1:30' is not a plain decimal number"),
        ("max: 1.25", "max: " + "9" * 400, "is not a plain decimal number"),
        ("max: 1.25", "max: " + "9" * 5000, "cannot be read"),
        ("max: 1.25", "max: !!float 2", "0.yaml:22: the tag 'tag:yaml.org,2002:float' is refused"),
        ("owner: model-risk", "owner: 2026-13-41", "0.yaml:3: '2026-13-41' cannot be read"),
        ("{policy: loans}", "&tags {policy: *tags}", "0.yaml:6: anchors and aliases are refused; write the value out"),
        ("  tags: {policy: loans}", "  <<: {tags: {a: b}}", "0.yaml:6: merge keys are refused; write the keys out"),
        ("{policy: loans}", "[" * 3000 + "]" * 3000, "0.yaml:6: it nests deeper than 16"),
        ("metric: DI", "metric: KL", "the fair value of KL is 0, which these bounds refuse"),
        (
            "metric: DI\n    facets: all\n    min: 0.8\n    max: 1.25",
            "metric: KL\n    facets: all\n    min: 0\n    max: open",
            "KL grows with unfairness, so an open max would approve the worst models",
        ),
        (POLICY, "", "0.yaml:1: the file is None"),
        (POLICY[POLICY.index("  - id: auc") :], "", "0.yaml:10: 'checks' is None"),
    ],
)
def test_each_fault_is_a_sentence_with_its_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """File, line, what is wrong and what to do."""
    with pytest.raises(PolicyError) as caught:
        build(folder(tmp_path, POLICY.replace(old, new, 1)))

    assert sentence in str(caught.value)


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Nobody mends one to meet the next."""
    with pytest.raises(PolicyError) as caught:
        build(
            folder(tmp_path, POLICY.replace("min:", "mim:"), POLICY.replace("kind: bias", "kind: no"), version="v: 1\n")
        )

    places = [line.split(":")[0].rsplit("/", 1)[-1] for line in str(caught.value).splitlines()]
    assert places == ["bundle.yaml", "bundle.yaml", "0.yaml", "0.yaml", "0.yaml", "0.yaml", "1.yaml"]


@pytest.mark.parametrize(
    ("policies", "sentence"), [((), "holds no policy"), ((POLICY, POLICY), "is in .*0.yaml already")]
)
def test_a_folder_that_decides_nothing_or_twice_is_refused(
    tmp_path: Path, policies: tuple[str, ...], sentence: str
) -> None:
    """An empty folder would hold every package."""
    with pytest.raises(PolicyError, match=sentence):
        build(folder(tmp_path, *policies))


def test_the_command_writes_a_bundle_and_prints_its_digest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The digest is that of the file, as Terraform computes it."""
    output = tmp_path / "out" / "bundle.json"

    assert main([str(SHIPPED), "-o", str(output)]) == 0
    assert capsys.readouterr().out.startswith(f"{sha256_of(output.read_bytes())}  bundle v")


def test_the_command_writes_nothing_on_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong policy cannot be applied."""
    output = tmp_path / "bundle.json"

    assert main([str(folder(tmp_path / "in", POLICY.replace("auc\n", "auc\n    x: 1\n", 1))), "-o", str(output)]) == 1
    assert "the key 'x' is not known here" in capsys.readouterr().err
    assert not output.exists()


def test_a_bundle_of_another_schema_is_refused() -> None:
    """Unknown schema, unknown field, cut file: nobody is judged by it."""
    document = json.loads(build(SHIPPED))
    cases = [
        b"",
        b"[]",
        build(SHIPPED)[:-20],
        json.dumps(document | {"schema": "modelgate/policy-bundle/v9"}).encode(),
        json.dumps(document | {"more": 1}).encode(),
        json.dumps(document | {"version": "1"}).encode(),
    ]

    for data in cases:
        with pytest.raises(PolicyError):
            Bundle.from_json(data)


@pytest.mark.parametrize("bound", [{}, {"min": 2.0, "max": 1.0}, {"min": float("nan")}, {"max": float("inf")}])
def test_a_bound_that_bounds_nothing_is_refused_in_a_bundle_too(bound: dict[str, float]) -> None:
    """A bundle that went round the lint must not approve every number, nor refuse every model."""
    document = json.loads(build(SHIPPED))
    document["policies"][0]["checks"][0]["bound"] = bound

    with pytest.raises(PolicyError, match="bound"):
        Bundle.from_json(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("match", "name", "tags", "governed"),
    [
        ("tags: {policy: loans}", "any", {"policy": "loans", "tier": "high"}, True),
        ("tags: {policy: loans, tier: high}", "any", {"policy": "loans"}, False),
        ("groups: [loan-*]", "loan-approval", {}, True),
        ("groups: [loan-*]", "Loan-approval", {}, False),
        ("groups: ['loan-[a-z]*']", "loan-approval", {}, False),
        ("groups: ['loan?approval']", "loan-approval", {}, False),
        ("groups: [loan-*]\n  tags: {tier: high}", "loan-approval", {"tier": "low"}, False),
        ("groups: [car, loan]\n  tags: {tier: high}", "loan", {"tier": "high"}, True),
    ],
)
def test_a_policy_governs_by_name_and_tags(
    tmp_path: Path, match: str, name: str, tags: dict[str, str], governed: bool
) -> None:
    """Every tag must be equal; names are patterns and case matters; given both, both must fit."""
    bundle = Bundle.from_json(build(folder(tmp_path, POLICY.replace("tags: {policy: loans}", match))))

    found = matching(bundle, Group(name=name, team="t", account="333333333333", tags=tags))

    assert bool(found) is governed


def test_two_sided_metrics_are_those_with_a_sign() -> None:
    """The reference lists 21 metrics; distances and entropies have no sign."""
    assert len(BIAS_METRICS) == 21
    assert {n for n, m in BIAS_METRICS.items() if not m.two_sided} == {"KL", "JS", "LP", "TVD", "KS", "GE"}


def test_the_shipped_policies_give_a_reason_for_each_number() -> None:
    """A model-risk reader sees why."""
    bundle = Bundle.from_json(build(SHIPPED))

    assert all(len(check.reason) > 30 for policy in bundle.policies for check in policy.checks)


def test_the_policy_in_the_documentation_is_accepted(tmp_path: Path) -> None:
    """What readers copy works."""
    text = (SHIPPED / "README.md").read_text(encoding="utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]

    bundle = Bundle.from_json(build(folder(tmp_path, example)))

    assert [check.kind for check in bundle.policies[0].checks] == ["model_quality", "explainability", "bias"]
