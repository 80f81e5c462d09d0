"""YAML without surprises: a line means what it says wherever it stands."""

from pathlib import Path

import pytest
from modelgate.errors import PolicyError
from modelgate.policy.yaml_file import MAX_BYTES, parse_yaml, read_yaml


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 0.7", {"a": 0.7}),
        ("a: -12", {"a": -12}),
        ("a: +0.5", {"a": 0.5}),
        ("a: 1.0e-3", {"a": 0.001}),
        ("a: 2026-11-25", {"a": "2026-11-25"}),
        ("a: 2026-13-41", {"a": "2026-13-41"}),
        ("a: '010'", {"a": "010"}),
        ("a: 012345678901", {"a": "012345678901"}),
        ("a: yes", {"a": True}),
        ("a:", {"a": None}),
        ("", None),
        ("\ufeffa: b", {"a": "b"}),
        ("a: [b, {c: d}]  # why", {"a": ["b", {"c": "d"}]}),
    ],
)
def test_what_people_read_is_what_is_read(text: str, data: object) -> None:
    """Plain values; days and account numbers stay texts."""
    assert parse_yaml("f", text).data == data


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\na: 2", "f:2:1: the key 'a' appears twice; keep one of them"),
        ("a: {b: 1, b: 2}", "f:1:11: the key 'b' appears twice; keep one of them"),
        ("a: &x {}\nb: *x", "f:1:4: anchors and aliases are refused; write the value out"),
        ("a: *x", "f:1:4: anchors and aliases are refused; write the value out"),
        ("<<: {a: 1}", "f:1:1: merge keys are refused; write the keys out"),
        ("a: !!float 2", "f:1:4: the tag 'tag:yaml.org,2002:float' is refused; write the value plainly"),
        ("a: !x y", "f:1:4: the tag '!x' is refused; write the value plainly"),
        ("a: 010", "f:1:4: '010' is no plain decimal number; write it as 0.8, 12, 1.0e-3, or in quotes"),
        ("a: 1:30", "f:1:4: '1:30' is no plain decimal number; "),
        ("a: 0x1F", "f:1:4: '0x1F' is no plain decimal number; "),
        ("a: 1_000", "f:1:4: '1_000' is no plain decimal number; "),
        ("a: .5", "f:1:4: '.5' is no plain decimal number; "),
        ("a: " + "9" * 400, "is no plain decimal number; "),
        ("a: " + "9" * 5000, "cannot be read (Exceeds the limit (4300 digits)"),
        ("on: 1", "f:1:1: the key 'on' is no text to YAML; put it in quotes"),
        ("3: 1", "f:1:1: the key '3' is no text to YAML; put it in quotes"),
        ("? [a]\n: 1", "f:1:3: the key "),
        ("a: " + "[" * 3000 + "]" * 3000, "f:1:20: it nests deeper than 16, which no policy needs; flatten it"),
        ("a: [", "f:1:5: is not YAML: "),
        ("a: 'b", "f:1:6: is not YAML: found unexpected end of stream"),
        ("a: b: c", "f:1:5: is not YAML: mapping values are not allowed here"),
        ("a: 1\n---\nb: 2", "f:2:1: is not YAML: but found another document"),
        ("a:\n\tb: 1", "f:2:1: is not YAML: found character '\\t' that cannot start any token"),
        ("a: b\nc: \x07", "f:2:4: is not YAML: the character #x0007 is refused; remove it"),
        ('a: "\\U00110000"', "f:1:1: is not YAML: "),
        ("a: =", "f:1:4: is not YAML: "),
        ("- %", "f:1:3: is not YAML: "),
    ],
)
def test_what_could_be_read_otherwise_is_refused(text: str, fault: str) -> None:
    """With line and column."""
    with pytest.raises(PolicyError) as caught:
        parse_yaml("f", text)

    assert fault in str(caught.value)


def test_places_are_those_of_keys_and_entries() -> None:
    """The nearest thing around a place that is not in the file stands for it."""
    file = parse_yaml("f", "a:\n  - b: 1\n    c: [x, y]\n")

    assert file.place(()) == "f:1:1"
    assert file.place(("a", 0)) == "f:2:5"
    assert file.place(("a", 0, "c")) == "f:3:5"
    assert file.place(("a", 0, "c", 1)) == "f:3:12"
    assert file.place(("a", 0, "d", "e")) == "f:2:5"


def test_files_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    """Not there, a folder, not text, or too large."""
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "large.yaml").write_text("#" * (MAX_BYTES + 1))

    for name, fault in [
        ("none.yaml", "none.yaml: cannot be read ("),
        ("latin.yaml", "latin.yaml: cannot be read ('utf-8' codec can't decode"),
        ("folder.yaml", "folder.yaml: cannot be read ("),
        ("large.yaml", f"large.yaml: has {MAX_BYTES + 1} bytes, at most {MAX_BYTES} are read; divide it"),
    ]:
        with pytest.raises(PolicyError) as caught:
            read_yaml(tmp_path / name)
        assert fault in str(caught.value)
