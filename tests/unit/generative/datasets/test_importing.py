"""Data sets become folders of prompts only where their files are those that are meant."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.strict import canonical
from modelgate.errors import ContentError
from modelgate.generative.datasets.catalogue import CATALOGUE, Dataset, DatasetFile
from modelgate.generative.datasets.imported import PROMPTS_FILE, prompts_of, read_imported
from modelgate.generative.datasets.importing import Choice, import_folder, import_official
from modelgate.generative.memorization.prompts import reference_of
from modelgate.generative.memorization.works import WorksByDigest

TEXT = "".join(f"Sentence number {at} of a text that nobody else has written. " for at in range(200))


def item(example: int, index: int, polarity: str, context: str) -> dict[str, Any]:
    """An item of BBQ's form."""
    return {
        "example_id": example,
        "question_index": str(index),
        "question_polarity": polarity,
        "context_condition": context,
        "category": "Shoes",
        "answer_info": {"ans0": ["boots", "old"], "ans1": ["clogs", "new"], "ans2": ["Unknown", "unknown"]},
        "additional_metadata": {"stereotyped_groups": ["old"], "subcategory": "None"},
        "context": f"Boots and clogs met, for the {example}. time.",
        "question": "Who was late?",
        "ans0": "The boots",
        "ans1": "The clogs",
        "ans2": "Unknown",
        "label": 2 if context == "ambig" else 0,
    }


ITEMS = b"".join(
    canonical(item(at, index, polarity, context))
    for at, (index, polarity, context, _) in enumerate(
        product(range(6), ("neg", "nonneg"), ("ambig", "disambig"), range(5))
    )
)
SHOES = replace(
    CATALOGUE["bbq"],
    files=(
        DatasetFile(name="Shoes.jsonl", address="https://example.org/Shoes.jsonl", digest=sha256_of(ITEMS)),
        DatasetFile(name="Socks.jsonl", address="https://example.org/Socks.jsonl"),
    ),
)
ONLY_SHOES = Choice(files=("Shoes.jsonl",))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with the file of a set, somewhere inside."""
    folder = tmp_path / "source"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "Shoes.jsonl").write_bytes(ITEMS)
    return folder


def refusal(dataset: Dataset, source: Path, choice: Choice) -> str:
    """Why an import is refused; it leaves nothing behind."""
    target = source.parent / "imported"
    with pytest.raises(ContentError) as caught:
        import_folder(dataset, source, target, choice)
    assert list(source.parent.iterdir()) == [source]
    return str(caught.value)


def test_the_note_says_what_the_prompts_are(source: Path, tmp_path: Path) -> None:
    """Licence, author, files, digests and counts, beside the prompts."""
    found = import_folder(SHOES, source, tmp_path / "a" / "shoes", ONLY_SHOES)

    folder = tmp_path / "a" / "shoes"
    assert {path.name for path in folder.iterdir()} == {PROMPTS_FILE, "dataset.json"}
    assert read_imported(folder) == found
    assert found.digest == sha256_of((folder / PROMPTS_FILE).read_bytes())
    assert (found.dataset, found.concern, found.licence) == ("bbq@2022", "bias", "CC-BY-4.0")
    assert "Parrish" in found.attribution
    assert found.counts == {"Shoes/ambiguous": 60, "Shoes/disambiguated": 60}
    assert [(file.name, file.digest, file.address) for file in found.files] == [("Shoes.jsonl", sha256_of(ITEMS), None)]
    assert len(list(prompts_of(folder))) == found.prompts == 120


def test_another_file_is_refused(source: Path) -> None:
    """Both digests are named."""
    (source / "data" / "Shoes.jsonl").write_bytes(ITEMS + b"\n")

    said = refusal(SHOES, source, ONLY_SHOES)
    found, asked = sha256_of(ITEMS + b"\n"), sha256_of(ITEMS)
    assert said == f"Shoes.jsonl has the digest {found}, and {asked} is asked; it is another file"


def test_a_file_without_a_recorded_digest_needs_one(source: Path, tmp_path: Path) -> None:
    """The one found is said, and given back it is taken."""
    (source / "Socks.jsonl").write_bytes(ITEMS)
    socks = Choice(files=("Socks.jsonl",))

    said = refusal(SHOES, source, socks)
    assert said.endswith(f"and give --digest Socks.jsonl={sha256_of(ITEMS)} to import it")
    given = replace(socks, digests={"Socks.jsonl": sha256_of(ITEMS)})
    assert import_folder(SHOES, source, tmp_path / "imported", given).prompts == 120


def test_a_digest_that_is_given_goes_before_the_recorded_one(source: Path) -> None:
    """Whoever gives it knows of another edition."""
    said = refusal(SHOES, source, replace(ONLY_SHOES, digests={"Shoes.jsonl": f"sha256:{'0' * 64}"}))

    assert f"sha256:{'0' * 64} is asked" in said
    odd = refusal(SHOES, source, replace(ONLY_SHOES, digests={"Shoes.jsonl": "md5:1"}))
    assert odd == "the digest given for Shoes.jsonl is 'md5:1'; write sha256: and 64 hex digits"


def test_a_file_that_is_not_there_is_named(source: Path) -> None:
    """So is one that is there twice, or that no set has."""
    assert refusal(SHOES, source, Choice()).startswith("Socks.jsonl is not in ")
    assert refusal(SHOES, source, Choice(files=("Hats.jsonl",))).startswith(
        "bbq@2022 has no file 'Hats.jsonl'; it has S"
    )
    (source / "Shoes.jsonl").write_bytes(ITEMS)
    assert refusal(SHOES, source, ONLY_SHOES).startswith("Shoes.jsonl is 2 times in ")


def test_what_is_there_is_not_replaced(source: Path, tmp_path: Path) -> None:
    """An evaluation may rest on it."""
    (tmp_path / "imported").mkdir()

    with pytest.raises(ContentError, match="is there already"):
        import_folder(SHOES, source, tmp_path / "imported", ONLY_SHOES)


def test_a_sample_is_balanced_and_the_same_for_ever(source: Path, tmp_path: Path) -> None:
    """Of each template, context and polarity as many; another seed takes others."""
    made = [
        import_folder(SHOES, source, tmp_path / str(at), replace(ONLY_SHOES, per_cell=2, seed=seed))
        for at, seed in enumerate((0, 0, 1))
    ]

    assert made[0].digest == made[1].digest != made[2].digest
    assert made[0].counts == {"Shoes/ambiguous": 24, "Shoes/disambiguated": 24}
    assert made[0].made == {"per_cell": 2, "seed": 0}


def test_a_set_is_fetched_and_held_against_its_digest(tmp_path: Path) -> None:
    """Nothing of what came stays where it is another file."""
    asked: list[str] = []

    def fetch(address: str) -> Iterator[bytes]:
        asked.append(address)
        yield ITEMS[:100]
        yield ITEMS[100:] if len(asked) == 1 else b""

    found = import_official(SHOES, tmp_path / "one", ONLY_SHOES, fetch)
    assert asked == ["https://example.org/Shoes.jsonl"]
    assert found.files[0].address == asked[0]
    with pytest.raises(ContentError, match="it is another file"):
        import_official(SHOES, tmp_path / "two", ONLY_SHOES, fetch)
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_too_large_a_file_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it fills the disk."""
    monkeypatch.setattr("modelgate.generative.datasets.sources.MOST_BYTES", 250)

    def endless(_: str) -> Iterator[bytes]:
        while True:
            yield b"x" * 100

    with pytest.raises(ContentError, match=r"Shoes\.jsonl has more than 250 bytes"):
        import_official(SHOES, tmp_path / "one", ONLY_SHOES, endless)


def test_a_set_that_is_published_nowhere_is_not_fetched(tmp_path: Path) -> None:
    """The user's own, and one that people get from its authors."""
    for name in ("mrf", "own-works", "books"):
        with pytest.raises(ContentError, match="is published at no address"):
            import_official(CATALOGUE[name], tmp_path / name, Choice(), lambda _: iter(()))


def test_own_works_are_every_file_of_a_folder(tmp_path: Path) -> None:
    """By digest only where they may not be stored: then the prompts hold nothing of what follows."""
    works = tmp_path / "works"
    (works / "inner").mkdir(parents=True)
    (works / "inner" / "one.txt").write_text(TEXT)
    choice = Choice(lengths=(10, 20), per_work=3, store_references=False)

    found = import_folder(CATALOGUE["own-works"], works, tmp_path / "imported", choice)
    assert found.counts == {"inner/one.txt/10": 3, "inner/one.txt/20": 3}
    assert not found.complete
    for prompt in prompts_of(tmp_path / "imported"):
        assert "reference" not in prompt.meta
        assert reference_of(prompt, WorksByDigest(works)) == TEXT[prompt.meta["end"] :]


def test_works_that_are_too_short_give_no_set(tmp_path: Path) -> None:
    """An evaluation of nothing would find nothing."""
    works = tmp_path / "works"
    works.mkdir()
    (works / "one.txt").write_text("Short.")

    assert "nothing of it gives a prompt" in refusal(CATALOGUE["own-works"], works, Choice())


def test_own_headlines_are_those_called_false(tmp_path: Path) -> None:
    """Each once, of all files together."""
    folder = tmp_path / "headlines"
    folder.mkdir()
    for name in ("a.tsv", "b.tsv"):
        (folder / name).write_text(
            f"headline\tgold_label\nMoon is cheese\tmisinfo\nOnly in {name}\tmisinfo\nSo\treal\n"
        )

    found = import_folder(CATALOGUE["own-headlines"], folder, tmp_path / "imported", Choice())
    claims = [prompt.meta["claim"] for prompt in prompts_of(tmp_path / "imported")]
    assert claims == ["Moon is cheese", "Only in a.tsv", "Only in b.tsv"]
    assert found.counts == {"disinformation": 3}


def test_what_project_gutenberg_adds_is_cut(tmp_path: Path) -> None:
    """Its licence is about files that carry its name."""
    folder = tmp_path / "books"
    folder.mkdir()
    written = (
        f"\ufeffThe Project Gutenberg eBook\r\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\r\n\r\n{TEXT}\r\n"
        "*** END OF THE PROJECT GUTENBERG EBOOK X ***\r\nLicense\r\n"
    ).encode()
    (folder / "11-0.txt").write_bytes(written)
    choice = Choice(files=("11-0.txt",), digests={"11-0.txt": sha256_of(written)}, lengths=(10,))

    found = import_folder(CATALOGUE["gutenberg"], folder, tmp_path / "imported", choice)
    texts = [prompt.text + prompt.meta["reference"] for prompt in prompts_of(tmp_path / "imported")]
    assert found.prompts == len(texts) > 0
    assert all("Gutenberg" not in text and "License" not in text for text in texts)
    assert "Sentence number 199" in texts[0]


def test_marks_that_are_missing_are_noticed(tmp_path: Path) -> None:
    """Then it is not known what is whose."""
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / "11-0.txt").write_text(TEXT)
    choice = Choice(files=("11-0.txt",), digests={"11-0.txt": sha256_of(TEXT.encode())})

    assert "lacks the marks" in refusal(CATALOGUE["gutenberg"], folder, choice)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_set_says_what_its_licence_asks(name: str) -> None:
    """And whose it is, where it is somebody's."""
    dataset = CATALOGUE[name]

    assert dataset.id.startswith(f"{name}@")
    assert dataset.licence.spdx
    assert len(dataset.licence.use) > 30
    assert bool(dataset.attribution) == bool(dataset.home) == bool(dataset.files)
    assert all((file.address or "https://").startswith("https://") for file in dataset.files)
