"""Waivers: exceptions that expire, within a budget, granted by somebody else; one that could not work is refused."""

from pathlib import Path

import pytest
from modelgate.policy.model import Waiver

from tests.unit.policy.folders import POLICY, bundle_of, check_text, faults_of, folder

WAIVER = {
    "id": "w",
    "policy": "loans",
    "check": "auc",
    "group": "loan-approval",
    "team": "lending",
    "floor": "0.65",
    "reason": "A new market.",
    "ticket": "RISK-7",
    "owner": "ana",
    "approver": "ben",
    "granted": "2026-01-01",
    "expires": "2026-12-31",
}
BIAS = {"check": "di", "facet": "race", "floor": "0.7"}
GAP = "  - id: gap\n    kind: gap\n    metric: mae\n    facets: all\n    max: 1\n    reason: r\n"


def waivers(*changes: dict[str, str | None], budgets: str = "{lending: 1}") -> str:
    """A waivers file; a change of None leaves the key out. The first waiver's keys begin in line 3, column 5."""
    entries = []
    for change in changes:
        pairs = {key: value for key, value in (WAIVER | change).items() if value is not None}
        entries.append("  - " + "\n    ".join(f"{key}: {value}" for key, value in pairs.items()) + "\n")
    return f"budgets: {budgets}\nwaivers:\n{''.join(entries)}"


def waiver_of(at: Path, **changes: str | None) -> Waiver:
    """The waiver of a folder with one."""
    (found,) = bundle_of(at, POLICY + GAP, waivers=waivers(changes)).waivers
    return found


def test_a_waiver_arrives_as_it_was_written(tmp_path: Path) -> None:
    """Every key, and the budgets."""
    bundle = bundle_of(tmp_path, POLICY, waivers=waivers({}, budgets="{lending: 1, insurance: 0}"))

    assert bundle.budgets == {"insurance": 0, "lending": 1}
    assert bundle.waivers == (
        Waiver(
            id="w",
            policy="loans",
            check="auc",
            group="loan-approval",
            team="lending",
            facet=None,
            facet_value=None,
            floor=0.65,
            ceiling=None,
            reason="A new market.",
            ticket="RISK-7",
            owner="ana",
            approver="ben",
            granted="2026-01-01",
            expires="2026-12-31",
        ),
    )


def test_a_folder_without_waivers_grants_none(tmp_path: Path) -> None:
    """The file may be left out."""
    bundle = bundle_of(tmp_path, POLICY)

    assert (bundle.waivers, bundle.budgets) == ((), {})


@pytest.mark.parametrize(
    ("changes", "facet", "facet_value"),
    [
        (BIAS, "race", "*"),
        (BIAS | {"facet": "'*'"}, "*", "*"),
        (BIAS | {"facet_value": "non*"}, "race", "non*"),
        ({"check": "gap", "facet": "race", "floor": None, "ceiling": "2"}, "race", "*"),
    ],
)
def test_a_waiver_of_a_facet_means_all_its_values(
    tmp_path: Path, changes: dict[str, str | None], facet: str, facet_value: str | None
) -> None:
    """Unless it names some; of a gap nothing narrower can be meant."""
    waiver = waiver_of(tmp_path, **changes)

    assert (waiver.facet, waiver.facet_value) == (facet, facet_value)


def test_a_year_is_the_longest(tmp_path: Path) -> None:
    """365 days after the first."""
    assert waiver_of(tmp_path, granted="2026-01-01", expires="2027-01-01").expires == "2027-01-01"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": "W 1"}, "3:5: waiver 'W 1': 'id' is 'W 1'; write a name of lower-case letters"),
        ({"owner": None}, "3:5: waiver 'w': the key 'owner' is missing; add it (who asked for it and answers for it)"),
        ({"expires": None}, "3:5: waiver 'w': the key 'expires' is missing; add it (last day; at most a year later)"),
        ({"ticket": "''"}, "10:5: waiver 'w': 'ticket' is ''; write a text that says something"),
        ({"reason": ""}, "9:5: waiver 'w': 'reason' has no value; write one, or remove it"),
        ({"floor": "low"}, "8:5: waiver 'w': 'floor' is 'low'; write a number, such as 0.8"),
        ({"floor": ".nan"}, "8:5: waiver 'w': 'floor' is nan; write a finite number"),
        ({"flor": "1"}, "15:5: waiver 'w': the key 'flor' is not known here; did you mean 'floor'?"),
        ({"approver": "ana"}, "12:5: waiver 'w': 'approver' is its owner too; somebody else must grant a waiver"),
        ({"approver": "' ANA '"}, "12:5: waiver 'w': 'approver' is its owner too; somebody else must grant a waiver"),
        ({"floor": None}, "3:5: waiver 'w': the waiver has no limit; give the floor or ceiling that the value must"),
        ({"facet_value": "x"}, "15:5: waiver 'w': 'facet_value' needs the facet it belongs to; add facet"),
        ({"expires": "2025-12-31"}, "14:5: waiver 'w': 'expires' is 2025-12-31, before it is granted; mend one of"),
        (
            {"expires": "2027-01-02"},
            "14:5: waiver 'w': 'expires' is 366 days after it is granted; at most 365, then grant anew",
        ),
        ({"granted": "2026-02-30"}, "13:5: waiver 'w': 'granted' is 2026-02-30, which is no day of the calendar"),
        ({"granted": "1.2.2026"}, "13:5: waiver 'w': 'granted' is '1.2.2026'; write a day, such as 2027-03-31"),
        ({"team": "sales"}, "7:5: waiver 'w': 'team' is 'sales', which has no budget; say under budgets how many"),
        # useless ones
        ({"policy": "cars"}, "4:5: waiver 'w': 'policy' is 'cars', which is not here; one of: loans"),
        (
            {"check": "acu"},
            "5:5: waiver 'w': 'check' is 'acu', which policy 'loans' does not have; one of: auc, di, gap",
        ),
        ({"check": "di", "floor": "0.7"}, "5:5: waiver 'w': 'check' is 'di', which judges slices; name the facet that"),
        ({"facet": "race"}, "15:5: waiver 'w': 'facet' makes no sense here, because 'auc' judges no slices; remove it"),
        (
            {"check": "gap", "floor": None, "ceiling": "2", "facet": "race", "facet_value": "white"},
            "16:5: waiver 'w': 'facet_value' makes no sense here, because 'gap' compares all values of a facet",
        ),
        ({"floor": "0.75"}, "8:5: waiver 'w': 'floor' is 0.75, but 'auc' asks for at least 0.7; a floor lies below"),
        ({"floor": "0.7"}, "8:5: waiver 'w': 'floor' is 0.7, but 'auc' asks for at least 0.7; a floor lies below what"),
        (
            {"floor": None, "ceiling": "2"},
            "14:5: waiver 'w': 'ceiling' is 2, but 'auc' has no upper end; a ceiling lies above what is allowed",
        ),
        (
            BIAS | {"floor": None, "ceiling": "1.2"},
            "15:5: waiver 'w': 'ceiling' is 1.2, but 'di' allows at most 1.25; a ceiling lies above what is allowed",
        ),
        (
            {"check": "gap", "facet": "race", "floor": "-1"},
            "8:5: waiver 'w': 'floor' is -1, but 'gap' has no lower end; a floor lies below what is asked",
        ),
    ],
)
def test_a_waiver_that_is_wrong_or_useless_is_refused(
    tmp_path: Path, changes: dict[str, str | None], fault: str
) -> None:
    """With the place and the fix; a useless one would look like an exception and be none."""
    found = faults_of(folder(tmp_path, POLICY + GAP, waivers=waivers(changes)))

    assert f"waivers.yaml:{fault}" in "\n".join(found)


def test_a_waiver_of_a_check_that_only_warns_is_refused(tmp_path: Path) -> None:
    """Nothing stands in the way that would have to be waived."""
    policy = POLICY + check_text("kind: metric", "metric: m", "max: 1", "severity: warn")
    at = folder(tmp_path, policy, waivers=waivers({"check": "it", "floor": None, "ceiling": "2"}))

    assert faults_of(at) == [
        "waivers.yaml:5:5: waiver 'w': 'check' is 'it', which only warns; there is nothing to waive, so remove it"
    ]


def test_a_waiver_of_a_group_that_is_not_governed_is_refused(tmp_path: Path) -> None:
    """A policy that names its groups."""
    policy = POLICY.replace("tags: {policy: loans}", "groups: [car-*, van]")

    assert faults_of(folder(tmp_path, policy, waivers=waivers({}))) == [
        "waivers.yaml:6:5: waiver 'w': 'group' is 'loan-approval', which policy 'loans' does not govern; it governs "
        "car-*, van"
    ]


def test_a_name_is_given_once(tmp_path: Path) -> None:
    """Verdicts cite waivers by name."""
    (found,) = faults_of(folder(tmp_path, POLICY, waivers=waivers({}, {}, budgets="{lending: 9}")))

    assert found == "waivers.yaml:15:5: waiver 'w': 'id' is 'w', like that of another waiver; rename one"


@pytest.mark.parametrize(
    ("periods", "fits"),
    [
        ([("01-01", "03-31"), ("04-01", "06-30"), ("04-01", "12-31")], True),
        ([("01-01", "04-01"), ("03-01", "06-30"), ("04-01", "12-31")], False),
        ([("01-01", "12-31"), ("02-01", "02-01"), ("02-02", "02-03")], True),
        ([("01-01", "12-31"), ("02-01", "02-02"), ("02-02", "02-03")], False),
    ],
)
def test_the_budget_counts_on_the_busiest_day(tmp_path: Path, periods: list[tuple[str, str]], fits: bool) -> None:
    """First and last days are included; waivers of the past and of the future count on their own days."""
    changes = [
        {"id": f"w{number}", "granted": f"2026-{first}", "expires": f"2026-{last}"}
        for number, (first, last) in enumerate(periods)
    ]
    at = folder(tmp_path, POLICY, waivers=waivers(*changes, budgets="{lending: 2}"))

    if fits:
        assert len(bundle_of(at, POLICY).waivers) == 3
    else:
        assert faults_of(at)[0].startswith("waivers.yaml:1:11: 'lending' is 2, but 3 waivers are in force on 2026-0")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "waivers: []\n",
            "1:1: the key 'budgets' is missing; add it (by team: how many of its waivers may be in force",
        ),
        ("budgets: {}\n", "1:1: the key 'waivers' is missing; add it (the exceptions)"),
        ("budgets: {a: -1}\nwaivers: []\n", "1:11: 'a' is -1; write a number of at least 0"),
        ("budgets: {a: 1.5}\nwaivers: []\n", "1:11: 'a' is 1.5; write a whole number"),
        ("budgets: []\nwaivers: []\n", "1:1: 'budgets' is empty ([]); write a block of keys and values"),
        ("budgets: {}\nwaivers: none\n", "2:1: 'waivers' is 'none'; write a list"),
        ("budgets: {}\nwaivers: [x]\n", "2:11: an entry of 'waivers' is 'x'; write a block of keys and values"),
    ],
)
def test_a_fault_of_the_file_itself(tmp_path: Path, text: str, fault: str) -> None:
    """Budgets and waivers must be there, even when empty."""
    assert f"waivers.yaml:{fault}" in "\n".join(faults_of(folder(tmp_path, POLICY, waivers=text)))
