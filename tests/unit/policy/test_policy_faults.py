"""Each fault of a policy file is a sentence: file, line, column, what is wrong, and what to do."""

from pathlib import Path

import pytest

from tests.unit.policy.folders import HEAD, POLICY, check_text, faults_of, folder

KINDS = "bias, constraints, custom, data_quality, explainability, gap, metric, model_quality, violations"
NAME = "write a name of lower-case letters, digits and single hyphens, such as credit-watched"
CHANGE = "change: {against: last_approved, better: higher, worse_by: 0.02, first_version: pass}"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("owner: model-risk\n", "", "1:1: the key 'owner' is missing; add it (who answers for it)"),
        ("owner: model-risk", "owner:", "3:1: 'owner' has no value; write one, or remove it"),
        ("owner: model-risk", "owner: 7", "3:1: 'owner' is 7; write a text, in quotes"),
        ("owner: model-risk", "owner: [a, b]", "3:1: 'owner' is a list; write a text"),
        ("owner: model-risk", f"owner: {'x' * 1001}", f"3:1: 'owner' is '{'x' * 60}' …; write at most 1000 characters"),
        ("description: Made up.", "description: ' '", "4:1: 'description' is ' '; write a text that says something"),
        ("policy: loans\n", "policy: Loans!\n", f"1:1: 'policy' is 'Loans!'; {NAME}"),
        ("version: 2", "version: 2.0", "2:1: 'version' is 2.0; write a whole number"),
        ("version: 2", "version: two", "2:1: 'version' is 'two'; write a whole number"),
        ("version: 2", "version: '2'", "2:1: 'version' is '2'; write the number 2 without quotes"),
        ("version: 2", "version: 0", "2:1: 'version' is 0; write a number of at least 1"),
        ("description:", "descripton:", "4:1: the key 'descripton' is not known here; did you mean 'description'?"),
        (
            "owner: model-risk\n",
            "owner: model-risk\nzzz: 1\n",
            "4:1: the key 'zzz' is not known here; remove it, or write one of: approval, checks, description, "
            "evidence, match, owner, policy, version",
        ),
        (
            "match:\n  tags: {policy: loans}\n",
            "",
            "1:1: the key 'match' is missing; add it (which packages it governs)",
        ),
        ("\n  tags: {policy: loans}", " all", "5:1: 'match' is 'all'; write a block of keys and values"),
        ("{policy: loans}", "{}", "6:3: 'tags' is empty ({}); write at least 1 entry"),
        ("{policy: loans}", "{policy: on}", "6:10: 'policy' is true; write a text, in quotes"),
        ("tags: {policy: loans}", "groups: []", "6:3: 'groups' is empty ([]); write at least 1 entry"),
        (
            "tags: {policy: loans}",
            "metadata: {a: b}",
            "5:1: 'match': metadata alone would let a team choose its judge; name groups, tags or accounts too",
        ),
        (
            "  tags: {policy: loans}",
            "  {}",
            "5:1: 'match': fits no package; name groups, accounts, tags, problem_types or risk_tiers",
        ),
        (
            "tags: {policy: loans}",
            "accounts: [333333333333]",
            "6:14: an entry of 'accounts' is 333333333333; write a text, in quotes",
        ),
        (
            "tags: {policy: loans}",
            "accounts: ['33']",
            "6:14: an entry of 'accounts' is '33'; write an account of 12 digits, in quotes",
        ),
        (
            "tags: {policy: loans}",
            "problem_types: [binary, tabular]",
            "6:27: an entry of 'problem_types' is 'tabular'; write binary, multiclass, regression or generative",
        ),
        (
            "tags: {policy: loans}",
            "risk_tiers: low",
            "6:3: 'risk_tiers' is 'low'; write a list",
        ),
        (
            "Statistics, Bias]",
            "Statistics, Bais]",
            "8:39: 'required' is 'Bais', which no package can name; one of: Bias, Bias.PostTrainingReport, "
            "Bias.PreTrainingReport, Bias.Report, Explainability, Explainability.Report, ModelDataQuality, "
            "ModelDataQuality.Constraints, ModelDataQuality.Statistics, ModelQuality, ModelQuality.Constraints, "
            "ModelQuality.Statistics",
        ),
        (
            "content_digest: required",
            "content_digest: maybe",
            "9:3: 'content_digest' is 'maybe'; write required or optional",
        ),
        (
            "  content_digest: required\n",
            "",
            "7:1: the key 'content_digest' is missing; add it (whether each report needs a ContentDigest)",
        ),
        (
            "content_digest: required",
            "content_digest: required\n  maximum_age_days: 0.5",
            "10:3: 'maximum_age_days' is 0.5; write a whole number",
        ),
        ("checks:\n", "approval: people\nchecks:\n", "10:1: 'approval' is 'people'; write automatic or review"),
        ("id: di", "id: auc", "16:5: check 'auc': 'id' is 'auc', like that of another check; rename one"),
        ("id: di", "id: D I", f"16:5: check 'D I': 'id' is 'D I'; {NAME}"),
        (
            "- id: di\n    kind",
            "- kind",
            "16:5: the key 'id' is missing; add it (name of the check, unique in the policy)",
        ),
        ("kind: bias", "kind: biass", f"17:5: check 'di': 'kind' is 'biass'; one of: {KINDS}"),
        ("kind: bias", "kind: [bias]", f"17:5: check 'di': 'kind' is a list; one of: {KINDS}"),
        (
            "kind: bias\n    ",
            "",
            "16:5: check 'di': the key 'kind' is missing; add it (what sort of check it is, such as model_quality)",
        ),
        (POLICY[POLICY.index("  - id: auc") :], "", "10:1: 'checks' has no value; write one, or remove it"),
        ("checks:\n  - id: auc", "checks: []\nx:\n  - id: auc", "10:1: 'checks' is empty ([]); write at least 1 entry"),
        (POLICY, "", "1:1: the file is empty; write its keys, or remove it"),
        (POLICY, "# only a comment\n", "1:1: the file is empty; write its keys, or remove it"),
        (POLICY, "- policy\n", "1:1: the file is a list; write a block of keys and values"),
        (POLICY, "words\n", "1:1: the file is 'words'; write a block of keys and values"),
        (POLICY[POLICY.index("  - id: auc") :], "  - auc\n", "11:5: an entry of 'checks' is 'auc'; write a block of"),
    ],
)
def test_a_fault_beside_the_checks(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """The place is that of the key or entry that has to change."""
    assert old in POLICY

    assert f"0.yaml:{fault}" in "\n".join(faults_of(folder(tmp_path, POLICY.replace(old, new, 1))))


BIAS = ("kind: bias", "metric: DI", "facets: all", "ratio_band: 0.8")
QUALITY = ("kind: model_quality", "metric: auc", "min: 0.7")
SHARE = ("kind: explainability", "features: [race]", "max_share: 0.05")
CLARIFY = "makes no sense here, because a Clarify report carries no numbers of rows and no deviations; remove it"
FORMS = "makes no sense here, because the bound of an explanation is max_share, not_in_top or min_total; remove it"
BETTER = "'better' is higher, but DI is unfair in both directions; write fair"


def instead(keys: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    """*keys* with one written otherwise."""
    assert old in keys
    return tuple(new if key == old else key for key in keys if key != old or new)


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        # every check
        (
            instead(QUALITY, "min: 0.7", "mim: 0.7"),
            "14:5: check 'it': the key 'mim' is not known here; did you mean 'min'?",
        ),
        (
            instead(QUALITY, "metric: auc", ""),
            "11:5: check 'it': the key 'metric' is missing; add it (the metric's key",
        ),
        ((*QUALITY, "severity: fatal"), "15:5: check 'it': 'severity' is 'fatal'; write fail, hold or warn"),
        ((*QUALITY, "source: 3"), "15:5: check 'it': 'source' is 3; write a text, in quotes"),
        ((*QUALITY, "source: ''"), "15:5: check 'it': 'source' is ''; write a text that says something"),
        (
            (*QUALITY, "severity: hold"),
            "10:1: 'checks' have none with the severity fail, so nothing could ever be appro",
        ),
        (
            (*QUALITY, "severity: warn"),
            "10:1: 'checks' have none with the severity fail, so nothing could ever be appro",
        ),
        # bounds
        (
            instead(QUALITY, "min: 0.7", "min: open"),
            "14:5: check 'it': 'min' is 'open'; write a number, such as 0.8; leave min out",
        ),
        (instead(QUALITY, "min: 0.7", "max: open"), "write a number, such as 0.8; leave max out for no upper end"),
        (instead(QUALITY, "min: 0.7", "min: true"), "14:5: check 'it': 'min' is true; write a number, such as 0.8"),
        (
            instead(QUALITY, "min: 0.7", "min: '0.7'"),
            "14:5: check 'it': 'min' is '0.7'; write the number 0.7 without quotes",
        ),
        (
            instead(QUALITY, "min: 0.7", "min: 1e-7"),
            "14:5: check 'it': 'min' is '1e-7'; write the number 1.0e-07 without",
        ),
        (instead(QUALITY, "min: 0.7", "min: .nan"), "14:5: check 'it': 'min' is nan; write a finite number"),
        (instead(QUALITY, "min: 0.7", "max: .inf"), "14:5: check 'it': 'max' is inf; write a finite number"),
        (instead(QUALITY, "min: 0.7", "min:"), "14:5: check 'it': 'min' has no value; write one, or remove it"),
        ((*QUALITY, "max:"), "15:5: check 'it': 'max' has no value; write one, or remove it"),
        ((*QUALITY, "max: 0.6"), "11:5: check 'it': the bound's lower end 0.7 is above its upper end 0.6; swap them"),
        ((*QUALITY, "abs_max: 1"), "11:5: check 'it': the bound is given twice (abs_max, min and max); keep one form"),
        (instead(QUALITY, "min: 0.7", "between: 0.7"), "14:5: check 'it': 'between' is 0.7; write a list"),
        (
            instead(QUALITY, "min: 0.7", "between: [0.7]"),
            "14:5: check 'it': 'between' is a list; write at least 2 entries",
        ),
        (
            instead(QUALITY, "min: 0.7", "between: [0, 1, 2]"),
            "14:5: check 'it': 'between' is a list; write at most 2 entries",
        ),
        (
            instead(QUALITY, "min: 0.7", "between: [0, x]"),
            "14:18: check 'it': an entry of 'between' is 'x'; write a number",
        ),
        (
            instead(QUALITY, "min: 0.7", "between: [1, 0]"),
            "the bound's lower end 1 is above its upper end 0; swap them",
        ),
        (
            instead(QUALITY, "min: 0.7", "abs_max: -1"),
            "14:5: check 'it': 'abs_max' is -1; write a number of at least 0",
        ),
        (
            instead(BIAS, "ratio_band: 0.8", "ratio_band: 0"),
            "15:5: check 'it': 'ratio_band' is 0; write a number of at least 0.001",
        ),
        (instead(BIAS, "ratio_band: 0.8", "ratio_band: 1.25"), "'ratio_band' is 1.25; write a number of at most 1"),
        (QUALITY[:2], "11:5: check 'it': the check asks for nothing; give min, max, between, abs_max or ratio_band"),
        ((*QUALITY[:2], CHANGE, "on_infinite: hold"), "15:5: check 'it': 'on_infinite' needs a bound beside it"),
        # certainty
        ((*QUALITY, "confidence: 0.4"), "15:5: check 'it': 'confidence' is 0.4; write a number of at least 0.5"),
        ((*QUALITY, "confidence: 95"), "15:5: check 'it': 'confidence' is 95; write a number of at most 0.9999"),
        ((*QUALITY, "minimum_n: 0"), "15:5: check 'it': 'minimum_n' is 0; write a number of at least 1"),
        ((*QUALITY, "minimum_n: 99.5"), "15:5: check 'it': 'minimum_n' is 99.5; write a whole number"),
        ((*QUALITY, "judge: best"), "15:5: check 'it': 'judge' is 'best'; write each or worst"),
        ((*QUALITY, "on_infinite: ignore"), "15:5: check 'it': 'on_infinite' is 'ignore'; write fail, hold or pass"),
        ((*BIAS, "confidence: 0.95"), f"16:5: check 'it': 'confidence' {CLARIFY}"),
        ((*BIAS, "minimum_n: 100"), f"16:5: check 'it': 'minimum_n' {CLARIFY}"),
        ((*SHARE, "confidence: 0.95"), f"15:5: check 'it': 'confidence' {CLARIFY}"),
        # change
        ((*QUALITY, "change: worse"), "15:5: check 'it': 'change' is 'worse'; write a block of keys and values"),
        (
            (*QUALITY, CHANGE.replace("last_", "lst_")),
            "15:14: check 'it': 'against' is 'lst_approved'; write last_approved, best",
        ),
        (
            (*QUALITY, CHANGE.replace("higher", "up")),
            "15:38: check 'it': 'better' is 'up'; write higher, lower or fair",
        ),
        (
            (*QUALITY, CHANGE.replace("higher", "fair")),
            "15:38: check 'it': 'better' is fair, which only bias metrics can be",
        ),
        (
            (*QUALITY, CHANGE.replace(", first_version: pass", "")),
            "15:5: check 'it': the key 'first_version' is missing; add it",
        ),
        (
            (*QUALITY, CHANGE.replace("worse_by: 0.02, ", "")),
            "15:5: check 'it': 'change': the change rule allows everything; give",
        ),
        (
            (*QUALITY, CHANGE.replace("0.02", "-0.02")),
            "15:54: check 'it': 'worse_by' is -0.02; write a number of at least 0",
        ),
        (
            (*QUALITY, CHANGE.replace("last_", "best_")),
            "15:5: check 'it': 'change': best_approved needs 'of': the number of",
        ),
        (
            (*QUALITY, CHANGE.replace(": pass", ": fail")),
            "'change': no version could ever be the first that is approved; say first_version: pass or hold",
        ),
        (
            (*QUALITY, CHANGE.replace("better", "of: 3, better")),
            "'change': 'of' belongs to against: best_approved, not to last_app",
        ),
        (
            (*QUALITY, CHANGE.replace("worse_by", "worseby")),
            "15:54: check 'it': the key 'worseby' is not known here; did you mean",
        ),
        ((*BIAS, CHANGE), f"16:38: check 'it': {BETTER}"),
        (
            (*BIAS, CHANGE.replace("higher", "fair").replace("worse_by", "worse_by_percent")),
            "16:5: check 'it': 'change': with better: fair only worse_by makes sense; percents of a",
        ),
        (
            ("kind: bias", "metric: KL", "facets: all", CHANGE),
            "15:38: check 'it': 'better' is higher, but KL grows with unfairness; write lower",
        ),
        # facets
        (
            instead(BIAS, "facets: all", "facets: al"),
            "14:5: check 'it': 'facets' is 'al'; write all, a list or a block of keys",
        ),
        (
            instead(BIAS, "facets: all", "facets: 3"),
            "14:5: check 'it': 'facets' is 3; write all, a list or a block of keys",
        ),
        (
            instead(BIAS, "facets: all", "facets: []"),
            "14:5: check 'it': 'facets' is empty ([]); write at least 1 entry",
        ),
        (
            instead(BIAS, "facets: all", "facets: {}"),
            "14:5: check 'it': 'facets' is empty ({}); write at least 1 entry",
        ),
        (
            instead(BIAS, "facets: all", "facets: [race, 1]"),
            "14:20: check 'it': an entry of 'facets' is 1; write a text, in quotes",
        ),
        (instead(BIAS, "facets: all", "facets: {race: no}"), "14:14: check 'it': 'race' is false; write all or a list"),
        (
            instead(BIAS, "facets: all", "facets: {race: [1]}"),
            "14:21: check 'it': an entry of 'race' is 1; write a text, in quotes",
        ),
        (
            instead(BIAS, "facets: all", "facets: {race: []}"),
            "14:14: check 'it': 'race' is empty ([]); write at least 1 entry",
        ),
        (
            instead(BIAS, "facets: all", ""),
            "11:5: check 'it': the key 'facets' is missing; add it (all, a list of facets",
        ),
        # bias
        (
            instead(BIAS, "metric: DI", "metric: XY"),
            "13:5: check 'it': 'metric' is no bias metric of Clarify; one of: CI, DPL",
        ),
        (
            (*instead(BIAS, "metric: DI", "metric: AD"), "on_infinite: pass"),
            "'on_infinite' would hide a fault, because AD is never",
        ),
        # explanations
        (SHARE[:2], "11:5: check 'it': the check asks for nothing; give max_share, not_in_top or min_total"),
        ((*SHARE[:2], CHANGE), "11:5: check 'it': the change rule needs to know of what; give one of max_share"),
        (
            (*SHARE, "not_in_top: 3"),
            "15:5: check 'it': 'not_in_top' is a second way beside max_share; make it a check of its own",
        ),
        (
            (*SHARE, "min_total: 3"),
            "15:5: check 'it': 'min_total' is a second way beside max_share; make it a check of its own",
        ),
        ((*SHARE, "max: 3"), f"15:5: check 'it': 'max' {FORMS}"),
        ((*SHARE, "between: [0, 1]"), f"15:5: check 'it': 'between' {FORMS}"),
        (
            (*SHARE, "facets: all"),
            "15:5: check 'it': the key 'facets' is not known here; remove it, or write one of: change, f",
        ),
        (
            instead(SHARE, "features: [race]", ""),
            "11:5: check 'it': max_share needs features: whose part in the explanation",
        ),
        (
            instead(SHARE, "max_share: 0.05", "max_share: 1"),
            "14:5: check 'it': 'max_share' is 1; write a number below 1",
        ),
        (
            instead(SHARE, "max_share: 0.05", "not_in_top: 0"),
            "14:5: check 'it': 'not_in_top' is 0; write a number of at least 1",
        ),
        (
            instead(SHARE, "max_share: 0.05", "min_total: 1"),
            "13:5: check 'it': 'features' makes no sense here, because min_total",
        ),
        (
            instead(SHARE[:2], "features: [race]", "min_total: 0"),
            "13:5: check 'it': 'min_total' is 0; write a number above 0",
        ),
        (
            ("kind: explainability", "min_total: 1", "may_be_absent: true"),
            "14:5: check 'it': 'may_be_absent' makes no sense",
        ),
        ((*SHARE, "may_be_absent: maybe"), "15:5: check 'it': 'may_be_absent' is 'maybe'; write true or false"),
        # the others
        ((*QUALITY, "over: chance"), "15:5: check 'it': 'over' is 'chance'; write best_constant_classifier"),
        (
            ("kind: gap", "metric: m", "facets: all", "measure: sum", "max: 1"),
            "15:5: check 'it': 'measure' is 'sum'; write difference or",
        ),
        (
            ("kind: data_quality", "metric: m", "max: 1", "may_be_absent: true"),
            "15:5: check 'it': 'may_be_absent' makes no sense",
        ),
        (
            ("kind: constraints", "max: 1"),
            "13:5: check 'it': the key 'max' is not known here; remove it, or write one of: id, kind",
        ),
        (
            ("kind: violations", "max: 0", CHANGE),
            "14:5: check 'it': 'change' makes no sense here, because violations are counted",
        ),
        (("kind: violations",), "11:5: check 'it': the check asks for nothing; give min, max"),
        (("kind: custom", "max: 0", "function: a b"), f"14:5: check 'it': 'function' is 'a b'; {NAME}"),
        (
            ("kind: custom", "function: f", "max: 0", CHANGE),
            "15:5: check 'it': 'change' makes no sense here, because no earlier",
        ),
        (
            ("kind: custom", "function: f", "max: 0", "parameters: {a: [1, .inf]}"),
            "15:25: check 'it': 'a' must be finite; write",
        ),
        (
            ("kind: custom", "function: f", "max: 0", "parameters: {a: {b: .nan}}"),
            "15:22: check 'it': 'b' must be finite; write",
        ),
    ],
)
def test_a_fault_of_a_check(tmp_path: Path, keys: tuple[str, ...], fault: str) -> None:
    """The sentence names the check, and the place is that of the key that has to change."""
    at = "0.yaml:" if fault[0].isdigit() else ""

    assert f"{at}{fault}" in "\n".join(faults_of(folder(tmp_path, HEAD + check_text(*keys))))


def test_keys_named_like_kinds_do_not_mislead(tmp_path: Path) -> None:
    """Pydantic puts the kind of a check into the place of a fault; a key of that name is another place."""
    faults = faults_of(
        folder(tmp_path, HEAD + check_text("kind: bias", "metric: 3", "facets: [x]", "bias: 1", "max: 1"))
    )

    assert faults[0] == "0.yaml:13:5: check 'it': 'metric' is 3; write a text, in quotes"
    assert faults[1].startswith("0.yaml:15:5: check 'it': the key 'bias' is not known here; ")


@pytest.mark.parametrize(
    ("one", "two", "faults"),
    [
        ("tags: {policy: loans}", "tags: {policy: cars}", []),
        (
            "groups: [loan-*]",
            "groups: [loan-a, loan-b]",
            ["1.yaml:5:1: 'match' fits only packages that policy 'loans'"],
        ),
        (
            "groups: [loan-a]",
            "groups: ['*']",
            ["0.yaml:5:1: 'match' fits only packages that policy 'cars' governs too, and"],
        ),
        (
            "tags: {a: x}",
            "tags: {b: y, a: x}",
            ["1.yaml:5:1: 'match' fits only packages that policy 'loans' governs too"],
        ),
        ("tags: {a: x}", "tags: {a: x}", ["1.yaml:5:1: 'match' fits only packages that policy 'loans' governs too"]),
        ("groups: [loan-*]", "groups: ['*-loan']", []),
        ("risk_tiers: [low]", "risk_tiers: [high]", []),
        (
            "problem_types: [binary]",
            "problem_types: [binary, regression]",
            ["0.yaml:5:1: 'match' fits only packages that"],
        ),
        ("tags: {a: x}", "tags: {a: x}\n  metadata: {m: y}", ["1.yaml:5:1: 'match' fits only packages that policy"]),
        ("tags: {a: x}\n  metadata: {m: z}", "tags: {a: x}\n  metadata: {m: y}", []),
    ],
)
def test_policies_that_always_meet_are_refused(tmp_path: Path, one: str, two: str, faults: list[str]) -> None:
    """Every package of the narrower one would be held, because two policies govern it."""
    loans = POLICY.replace("tags: {policy: loans}", one)
    cars = POLICY.replace("tags: {policy: loans}", two).replace("policy: loans", "policy: cars", 1)
    at = folder(tmp_path, loans, cars) if faults else folder(tmp_path, loans, cars, version="x: 1\n")

    found = [fault for fault in faults_of(at) if not fault.startswith("bundle.yaml")]

    assert [fault[: len(start)] for fault, start in zip(found, faults, strict=True)] == faults


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    """Decisions name the policy that they follow."""
    other = POLICY.replace("tags: {policy: loans}", "tags: {policy: cars}")

    assert faults_of(folder(tmp_path, POLICY, other)) == ["1.yaml:1:1: 'policy' is 'loans', as in 0.yaml; rename one"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("version: 0\n", "bundle.yaml:1:1: 'version' is 0; write a number of at least 1"),
        ("version: 1.5\n", "bundle.yaml:1:1: 'version' is 1.5; write a whole number"),
        (
            "version: 1\nname: x\n",
            "bundle.yaml:2:1: the key 'name' is not known here; remove it, or write one of: version",
        ),
        ("{}\n", "bundle.yaml:1:1: the key 'version' is missing; add it (the version; raise it with every change)"),
        ("", "bundle.yaml:1:1: the file is empty; write its keys, or remove it"),
    ],
)
def test_a_fault_of_the_bundle_file(tmp_path: Path, text: str, fault: str) -> None:
    """It holds a version and nothing else."""
    assert faults_of(folder(tmp_path, POLICY, version=text)) == [fault]
