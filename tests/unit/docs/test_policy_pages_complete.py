"""The pages on policies leave out nothing of the language, and their tables say what the code says."""

from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import chain
from pathlib import Path
from statistics import NormalDist
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
import yaml
from modelgate.cli.cases.run import run_cases
from modelgate.errors import PolicyError
from modelgate.policy.bias_metrics import BIAS_METRICS
from modelgate.policy.bounds import ChangeFile
from modelgate.policy.check_files import CheckFile
from modelgate.policy.file_model import FileModel
from modelgate.policy.schema import EvidenceFile, MatchFile, PolicyFile
from modelgate.policy.waiver_files import WaiverFile, WaiversFile

from tests.unit.docs.policy_pages import ROOT, Block, Example, examples, rows

CHECKS = ROOT / "docs" / "policy-checks.md"
PAGES = (CHECKS, ROOT / "docs" / "waivers.md", ROOT / "policies" / "README.md")

Key = tuple[str, str]


def _arms(annotation: Any) -> Iterator[Any]:
    """What *annotation* may be, its alternatives one by one."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _arms(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        yield from chain.from_iterable(map(_arms, get_args(annotation)))
    else:
        yield annotation


KINDS: Mapping[str, type[FileModel]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in _arms(CheckFile)
}
_PLACES: Mapping[str, type[FileModel]] = {"match": MatchFile, "evidence": EvidenceFile}
PARTS = (PolicyFile, MatchFile, EvidenceFile, ChangeFile, WaiversFile, WaiverFile)


def own(model: type[FileModel]) -> set[str]:
    """The keys that *model* itself declares: inherited ones are shown wherever they make sense."""
    return set(model.__annotations__) & set(model.model_fields)


def declared() -> set[type[FileModel]]:
    """Every part of the language: the kinds of checks, what they inherit, and the rest of the files."""
    bases = {base for model in KINDS.values() for base in model.__mro__ if issubclass(base, FileModel)}
    return bases | set(PARTS)


def choices(annotation: Any) -> set[Any]:
    """The words of a closed set, where *annotation* has one."""
    found: set[Any] = set()
    for arm in _arms(annotation):
        if get_origin(arm) is Literal:
            found.update(get_args(arm))
        elif isinstance(arm, type) and issubclass(arm, Enum):
            found.update(member.value for member in arm)
    return found


def shown() -> Iterator[tuple[type[FileModel], Mapping[str, Any]]]:
    """Every part that an example writes, with the model that describes it."""
    for example in chain.from_iterable(map(examples, PAGES)):
        policy = yaml.safe_load(example.policy.text)
        yield PolicyFile, policy
        for key in _PLACES.keys() & policy.keys():
            yield _PLACES[key], policy[key]
        for check in policy.get("checks", ()):
            yield KINDS[check["kind"]], check
            if "change" in check:
                yield ChangeFile, check["change"]
        if example.waivers is not None:
            waivers = yaml.safe_load(example.waivers.text)
            yield WaiversFile, waivers
            for waiver in waivers["waivers"]:
                yield WaiverFile, waiver


def test_every_key_has_an_example() -> None:
    """No key of the language is shown nowhere: those of a kind in a check of that kind, inherited ones in any."""
    written = {
        (base.__name__, key)
        for model, part in shown()
        for base in model.__mro__
        if issubclass(base, FileModel)
        for key in own(base) & part.keys()
    }

    assert {(model.__name__, key) for model in declared() for key in own(model)} - written == set()
    assert set(KINDS) == {part["kind"] for _, part in shown() if "kind" in part}


def test_every_word_has_an_example() -> None:
    """Of a key with a closed set of words, each is written somewhere, or is what leaving the key out means."""
    wanted, written = set[tuple[str, Any]](), set[tuple[str, Any]]()
    for model in declared() - {WaiversFile, WaiverFile, MatchFile}:
        for key in own(model):
            wanted |= {(key, word) for word in choices(model.model_fields[key].annotation)}
    for model, part in shown():
        for key, field in model.model_fields.items():
            value = part.get(key, getattr(field.default, "value", field.default))
            written |= {(key, value)} if isinstance(value, str) else set()

    assert wanted - written == set()
    assert {("against", "best_approved"), ("on_infinite", "pass"), ("measure", "difference")} <= wanted


def test_facets_are_shown_in_every_form() -> None:
    """All, a list, and by facet: all its values, or those listed, with a pattern in each place that takes one."""
    forms = [part["facets"] for _, part in shown() if "facets" in part]
    by_facet = [values for form in forms if isinstance(form, dict) for values in form.values()]
    listed = [form for form in forms if isinstance(form, list)]

    assert "all" in forms
    assert "all" in by_facet
    assert any("*" in facet for form in listed for facet in form)
    assert any("*" in value for values in by_facet if isinstance(values, list) for value in values)


BIAS = rows(CHECKS, "metric", "is", "training")


def test_the_table_of_bias_metrics_is_that_of_the_code() -> None:
    """All 21 metrics in order: what each is, where it is measured, its fair value, and whether it may be infinite."""
    where = {"pre_training": "before", "post_training": "after"}
    expected = [
        [name, metric.description, where[metric.section], f"{metric.fair:g}", "yes" if metric.unbounded else "no"]
        for name, metric in BIAS_METRICS.items()
    ]

    assert [[*row[:4], row[6]] for row in BIAS] == expected
    assert len(BIAS) == 21


@pytest.mark.parametrize("row", BIAS, ids=lambda row: row[0])
def test_each_bias_metric_takes_its_bound_and_refuses_an_open_one(tmp_path: Path, row: list[str]) -> None:
    """The bound of the table is taken; a two-sided metric refuses an open one, the others one from below."""
    name, bound = row[0], row[5]
    assert _bundles(tmp_path / "table", name, bound)
    two_sided = not bound.startswith("max")
    assert two_sided == BIAS_METRICS[name].two_sided
    assert _bundles(tmp_path / "above", name, "max: 1.5") is not two_sided
    assert not _bundles(tmp_path / "below", name, "min: -1.5")
    assert (row[4] == "no direction") is not two_sided


def _bundles(folder: Path, metric: str, bound: str) -> bool:
    check = f"{{id: it, kind: bias, metric: {metric}, facets: all, {bound}, reason: Made up.}}"
    try:
        Example(policy=Block(language="yaml", text=f"checks: [{check}]", where="a row")).bundle(folder)
    except PolicyError:
        return False
    return True


SERIES = rows(CHECKS, "version", "AUC")


@pytest.mark.parametrize(("column", "check"), [(2, "against-last"), (3, "against-best")])
def test_erosion_goes_as_the_table_says(tmp_path: Path, column: int, check: str) -> None:
    """Version by version, judged against those that were approved before it."""
    [example] = [one for one in examples(CHECKS) if "id: against-best" in one.policy.text]
    checks = [one for one in yaml.safe_load(example.policy.text)["checks"] if one["id"] in (check, "floor")]
    alone = Example(policy=Block(language="yaml", text=yaml.safe_dump({"checks": checks}), where="the series"))
    bundle = alone.bundle(tmp_path / "policies")
    approved: list[dict[str, Any]] = []
    for row in SERIES:
        version, auc, result = int(row[0]), float(row[1]), row[column]
        expect = {"verdict": "approve" if result == "pass" else "reject", "results": {check: result}}
        case = {"name": f"version {version}", "model_quality": {"auc": auc}, "history": approved, "expect": expect}
        (tmp_path / "cases.yaml").write_text(yaml.safe_dump({"cases": [case]}), encoding="utf-8")
        [ran] = run_cases(tmp_path / "cases.yaml", bundle)

        assert ran.differences == ()
        if result == "pass":
            approved = [*approved, {"version": version, "model_quality": {"auc": auc}}]
    assert len(SERIES) == 6


def test_half_a_deviation_is_worth_what_the_table_says() -> None:
    """An interval of z deviations, each half as wide as it should be, holds the value as often as one of z/2 does."""
    table = rows(CHECKS, "the check asks for", "z")

    for asked, z, worth in table:
        quantile = NormalDist().inv_cdf(0.5 + float(asked) / 2)
        assert f"{quantile:.3f}" == z
        assert f"{2 * NormalDist().cdf(quantile / 2) - 1:.2f}" == worth
    assert len(table) == 4
