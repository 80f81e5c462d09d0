"""Versions only grow, and going back is a new version."""

from dataclasses import replace
from pathlib import Path

import pytest
from modelgate.errors import PolicyError
from modelgate.policy.bundle import build, main, read_bundle
from modelgate.policy.growth import growth_faults
from modelgate.policy.model import Bundle

from tests.unit.policy.folders import POLICY, bundle_of, folder


@pytest.fixture
def old(tmp_path: Path) -> Bundle:
    """Bundle version 3 with policy version 2."""
    return bundle_of(tmp_path, POLICY)


def changed(bundle: Bundle, *, bundle_version: int, policy_version: int) -> Bundle:
    """*bundle* with another owner of its policy."""
    policy = replace(bundle.policies[0], owner="somebody else", version=policy_version)
    return replace(bundle, version=bundle_version, policies=(policy,))


def test_the_same_may_be_built_again(old: Bundle) -> None:
    """Nothing grew, because nothing changed."""
    assert growth_faults(old, old) == []


def test_whatever_changed_has_a_higher_version(old: Bundle) -> None:
    """Policy and bundle both."""
    assert growth_faults(old, changed(old, bundle_version=4, policy_version=3)) == []


def test_a_changed_policy_needs_a_higher_version(old: Bundle) -> None:
    """The sentence says which."""
    assert growth_faults(old, changed(old, bundle_version=4, policy_version=2)) == [
        "policy 'loans' changed since its version 2 was built; write version: 3"
    ]


def test_a_changed_bundle_needs_a_higher_version(old: Bundle) -> None:
    """Also when only waivers or budgets changed."""
    for new in (changed(old, bundle_version=3, policy_version=3), replace(old, budgets={"lending": 1})):
        assert growth_faults(old, new) == ["something changed since bundle version 3 was built; write version: 4"]


def test_versions_never_shrink(old: Bundle) -> None:
    """Whether or not anything else changed; the older content comes back under a new version."""
    back = "versions only grow, so publish the older content again as version: "

    assert growth_faults(old, replace(old, version=2)) == [f"the bundle has version 2, but 3 was built before; {back}4"]
    assert growth_faults(old, changed(old, bundle_version=4, policy_version=1)) == [
        f"policy 'loans' has version 1, but 2 was built before; {back}3"
    ]


def test_policies_that_come_have_any_version(old: Bundle, tmp_path: Path) -> None:
    """One that goes takes its version with it."""
    cars = bundle_of(tmp_path / "cars", POLICY.replace("loans", "cars").replace("version: 2", "version: 1"))
    both = replace(old, version=4, policies=(*cars.policies, *old.policies))

    assert growth_faults(old, both) == []
    assert growth_faults(both, replace(old, version=5)) == []


def test_a_bundle_that_did_not_grow_is_not_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command refuses with all sentences, and writes nothing."""
    before, output = tmp_path / "before.json", tmp_path / "bundle.json"
    before.write_bytes(build(folder(tmp_path / "in", POLICY)))
    changed = folder(tmp_path / "changed", POLICY.replace("min: 0.7", "min: 0.8"))

    assert main([str(changed), "-o", str(output), "--after", str(before)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{changed}: something changed since bundle version 3 was built; write version: 4",
        f"{changed}: policy 'loans' changed since its version 2 was built; write version: 3",
    ]
    assert not output.exists()
    assert main([str(tmp_path / "in"), "-o", str(output), "--after", str(before)]) == 0
    assert output.read_bytes() == before.read_bytes()


def test_an_older_bundle_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Not there, or no bundle."""
    (tmp_path / "no.json").write_text("{}")

    with pytest.raises(PolicyError, match=r"none\.json: cannot be read"):
        read_bundle(tmp_path / "none.json")
    with pytest.raises(PolicyError, match=r"no\.json: the policy bundle has schema None"):
        read_bundle(tmp_path / "no.json")
