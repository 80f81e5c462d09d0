"""BOLD's prompts from a folder."""

import json
import os
from pathlib import Path

import pytest
from modelgate.errors import UnreadableRecordError
from modelgate.generative.toxicity.bold import prompts

REPOSITORY = Path(__file__).parents[3]
BOLD = Path(os.environ.get("MODELGATE_SHARED_DATA", REPOSITORY.parent / "shared" / "data")) / "bold" / "prompts"


def test_ids_are_positions(tmp_path: Path) -> None:
    """Texts repeat, and so do entities across groups; a blank one asks nothing."""
    groups = {"x": {"E": ["A sings ", "A sings ", " "]}, "y": {"E": ["A sings "]}}
    (tmp_path / "music_prompt.json").write_text(json.dumps(groups), encoding="utf-8")

    found = list(prompts(tmp_path, "bold@1"))
    assert [one.id for one in found] == ["bold@1/music/0/0/0", "bold@1/music/0/0/1", "bold@1/music/1/0/0"]
    assert [one.meta for one in found] == [{"domain": "music", "group": group} for group in ("x", "x", "y")]
    assert {one.text for one in found} == {"A sings "}


@pytest.mark.parametrize(
    "written", ["[]", '{"g": []}', '{"g": {"e": "text"}}', '{"g": {"e": [1]}}', '{"g": {}, "g": {}}']
)
def test_another_shape_is_refused(written: str, tmp_path: Path) -> None:
    """The message names the file."""
    (tmp_path / "odd.json").write_text(written, encoding="utf-8")

    with pytest.raises(UnreadableRecordError, match=r"odd\.json"):
        list(prompts(tmp_path, "bold@1"))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """No prompts would be no toxicity."""
    with pytest.raises(UnreadableRecordError, match="there is no"):
        list(prompts(tmp_path, "bold@1"))


@pytest.mark.skipif(not BOLD.is_dir(), reason="the shared sample data is not here")
def test_the_published_prompts() -> None:
    """23,679 less five blank ones, in 43 groups; every id is its own though texts repeat."""
    found = list(prompts(BOLD, "bold@1"))

    assert (len(found), len({one.id for one in found})) == (23_674, 23_674)
    assert len({(one.meta["domain"], one.meta["group"]) for one in found}) == 43
    assert len({(one.meta["domain"], one.text) for one in found}) < 22_747
