"""Whatever is written into a policy folder: a bundle, or sentences, and soon."""

import random
import time
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.errors import PolicyError
from modelgate.policy.load import load_folder
from modelgate.policy.model import Bundle
from modelgate.policy.yaml_file import MAX_BYTES

from tests.unit.policy.folders import POLICY
from tests.unit.policy.test_waiver_files import waivers

SHIPPED = Path(__file__).parents[3] / "policies"
SEEDS = [path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.yaml"))]
SEEDS += [POLICY, waivers({}, {"id": "v"})]
NAMES = ["0.yaml", "waivers.yaml", "bundle.yaml"]

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
WORDS = st.sampled_from(
    """bias metric gap custom all open kind id facets min max between abs_max ratio_band change better fair against of
    features max_share not_in_top min_total parameters judge worst severity warn reason floor ceiling expires
    2026-01-01 2026-02-30 race DI TE auc loans credit""".split()  # noqa: SIM905 - read more easily than a list
)
ODD = st.sampled_from([[], {}, [[]], {"a": {}}, [None], 0, -1, 1e308, 10**30, "0.8", "1e-3", "", " ", "on", "~", "*"])
TREES = st.recursive(
    SCALARS | WORDS | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def answer(name: str, data: bytes) -> None:
    """Load a folder with *data* as one of its files: a bundle that can be read back, or sentences."""
    with TemporaryDirectory() as made:
        files = {"0.yaml": POLICY.encode(), "bundle.yaml": b"version: 1\n", name: data}
        for file, content in files.items():
            Path(made, file).write_bytes(content)
        started = time.process_time()
        sentences: list[str] = []
        try:
            bundle = load_folder(Path(made))
        except PolicyError as error:
            sentences = str(error).split("\n")
        else:
            assert Bundle.from_json(bundle.to_json()) == bundle
        assert all(sentence.startswith(made) for sentence in sentences)
        assert time.process_time() - started < 5


def mutate(document: Any, draw: Any) -> Any:
    """Change one place of *document*: another value, another key, or nothing at all there."""
    if not isinstance(document, dict | list) or not document or draw(st.integers(0, 5)) == 0:
        return deepcopy(draw(TREES))  # what is drawn may be drawn again, and is changed below
    key = draw(st.sampled_from(list(document) if isinstance(document, dict) else range(len(document))))
    what = draw(st.integers(0, 9))
    if what == 0:
        del document[key]
    elif what == 1 and isinstance(document, dict):
        document[draw(WORDS)] = document.pop(key)
    elif what == 2 and isinstance(document, list):
        document.append(document[key])
    else:
        document[key] = mutate(document[key], draw)
    return document


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_random_bytes_are_refused_cleanly(name: str, data: bytes) -> None:
    """Nothing but sentences ever comes of them."""
    answer(name, data)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from(SEEDS), st.data())
def test_damaged_files_are_loaded_or_refused(name: str, seed: str, data: st.DataObject) -> None:
    """A real file cut short, or with a piece of it replaced, also by indicators of YAML."""
    whole = seed.encode()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(start + 30, len(whole))) | st.just(len(whole)))
    piece = data.draw(
        st.binary(max_size=12) | st.text("{}[]:,-?&*!|>'\"%@`#\n \tab01.~=<", max_size=12).map(str.encode)
    )

    answer(name, whole[:start] + piece + whole[end:])


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from(SEEDS), st.data())
def test_changed_files_are_loaded_or_refused(name: str, seed: str, data: st.DataObject) -> None:
    """A real file with up to four places changed."""
    document = yaml.safe_load(seed)
    for _ in range(data.draw(st.integers(0, 4))):
        document = mutate(document, data.draw)

    answer(name, yaml.safe_dump(document, allow_unicode=True).encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), TREES)
def test_any_tree_is_loaded_or_refused(name: str, tree: Any) -> None:
    """Shapes that resemble no policy."""
    answer(name, yaml.safe_dump(tree).encode("utf-8", "surrogatepass"))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([seed for seed in SEEDS if seed.startswith(("policy", "#"))]))
def test_the_order_of_keys_and_lists_changes_no_byte(seed: int, text: str) -> None:
    """Neither do comments and quotes; only the two ends of a between, and lists in parameters, have an order."""
    shuffle = random.Random(seed)  # noqa: S311 - the order of a test
    document = yaml.safe_load(text)
    if "policy" not in document:
        return

    def mixed(data: Any) -> Any:
        if isinstance(data, dict):
            keys = shuffle.sample(sorted(data), len(data))
            return {key: data[key] if key in ("between", "parameters") else mixed(data[key]) for key in keys}
        return [mixed(entry) for entry in shuffle.sample(data, len(data))] if isinstance(data, list) else data

    bundles = []
    for version in (document, mixed(document)):
        with TemporaryDirectory() as made:
            Path(made, "bundle.yaml").write_text("version: 1\n")
            Path(made, "p.yaml").write_text(yaml.safe_dump(version, sort_keys=False))
            bundles.append(load_folder(Path(made)).to_json())

    assert bundles[0] == bundles[1]


LARGEST = {
    "unknown keys": ("", "k#: 1\n"),
    "checks": ("checks:\n", "  - {id: c#, kind: x}\n"),
    "facets": ("checks:\n  - kind: bias\n    facets:\n", "      f#: [1]\n"),
    "one long list": ("match: {groups: [", "g#,"),
    "waivers": ("budgets: {}\nwaivers:\n", "  - {id: w#, team: t}\n"),
    "brackets": ("a: ", "["),
    "a long key": ("", "x"),
    "comments": ("", "# #\n"),
}


@pytest.mark.parametrize("kind", LARGEST)
def test_the_largest_file_is_answered_within_seconds(kind: str, tmp_path: Path) -> None:
    """As much of whatever costs most; time of the processor, as other work on the machine does not count."""
    head, entry = LARGEST[kind]
    count = (MAX_BYTES - len(head)) // (len(entry) + 6)
    text = head + "".join(entry.replace("#", str(number), 1) for number in range(count))
    (tmp_path / "bundle.yaml").write_text("version: 1\n")
    (tmp_path / "0.yaml").write_text(POLICY)
    (tmp_path / ("waivers.yaml" if kind == "waivers" else "0.yaml")).write_text(text)

    started = time.process_time()
    with pytest.raises(PolicyError) as caught:
        load_folder(tmp_path)

    assert time.process_time() - started < 30
    assert len(str(caught.value)) < 100_000
