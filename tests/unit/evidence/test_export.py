"""Exported archives: the same bytes for the same decision, proved without access; and no other archive is read."""

import io
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.contracts.digests import sha256_of
from modelgate.errors import ContentError
from modelgate.evidence import exported
from modelgate.evidence.checked import CheckState
from modelgate.evidence.envelope import open_envelope, seal
from modelgate.evidence.exhibits import exhibits_of
from modelgate.evidence.export import header_of, name_of, write_archive
from modelgate.evidence.exported import is_archive, open_archive
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.verification import verify

from tests.unit.evidence.decision_made_up import Decision, whole_decision
from tests.unit.signing_made_up import TestSigner

Factory = pytest.TempPathFactory
Members = list[tuple[tarfile.TarInfo, bytes]]
QUALITY = "ModelQuality.Statistics"


@pytest.fixture(scope="module")
def decision() -> Decision:
    """A decision with a past, a review and an extra report."""
    return whole_decision()


def archived(decision: Decision, *, with_models: bool = True) -> bytes:
    """Its archive."""
    file = io.BytesIO()
    write_archive(file, decision.envelope, decision.sealed, decision.objects, with_models=with_models)
    return file.getvalue()


def members(archive: bytes) -> Members:
    """What tar itself finds in it."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
        return [(info, tar.extractfile(info).read()) for info in tar.getmembers()]  # type: ignore[union-attr]


def packed(found: Members, *, form: int = tarfile.USTAR_FORMAT) -> bytes:
    """An archive as tar writes it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:", format=form) as tar:
        for info, body in found:
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return file.getvalue()


def opened(archive: bytes, folder: Path) -> exported.Archive:
    """The archive, read."""
    path = folder / "decision.tar"
    path.write_bytes(archive)
    return open_archive(path)


def test_an_archive_proves_the_decision_without_access(decision: Decision, tmp_path: Path) -> None:
    """As the stores do."""
    archive = opened(archived(decision), tmp_path)

    found = verify(archive.sealed, archive, PublicKeys(decision.keys))

    assert (found.state, found.keyid) == (CheckState.PROVED, decision.signer.keyid)
    assert all(one.state is CheckState.PROVED for one in found.checked)


def test_without_the_models_it_says_so(decision: Decision, tmp_path: Path) -> None:
    """The rest is proved."""
    archive = opened(archived(decision, with_models=False), tmp_path)

    found = verify(archive.sealed, archive, PublicKeys(decision.keys))

    assert found.state is CheckState.PROVED
    assert [one.what for one in found.checked if one.state is CheckState.NOT_INCLUDED] == ["model Model.0"]


def test_one_decision_gives_one_archive(decision: Decision) -> None:
    """Byte for byte, so that two auditors can compare what they got."""
    assert archived(decision) == archived(decision)


def test_tar_reads_it(decision: Decision) -> None:
    """A standard archive of plain files, which need nothing of ours to be looked at."""
    found = members(archived(decision))

    names = [info.name for info, _ in found]
    assert (names[0], names[-1]) == ("record.json", "manifest.json")
    assert {info.type for info, _ in found} == {tarfile.REGTYPE}
    bodies = {info.name: body for info, body in found}
    assert bodies["record.json"] == decision.envelope
    assert sorted(names[1:-1]) == sorted({name_of(one) for one in exhibits_of(decision.sealed.record)})
    assert all(sha256_of(body)[7:] in name for name, body in bodies.items() if "/" in name)
    assert is_archive(archived(decision)[:512])
    assert not is_archive(decision.envelope[:512])


def test_a_decision_whose_evidence_is_gone_or_altered_is_not_exported(decision: Decision) -> None:
    """An archive is whole or there is none."""
    for name in ("policy bundle", QUALITY, "approved version 1", "review of AROA:ada", "Model.0"):
        for body, said in ((None, "is gone"), (decision.body(name) + b" ", "the record names")):
            objects = decision.objects.tampered(decision.exhibit(name), body)
            with pytest.raises(ContentError, match=said):
                write_archive(io.BytesIO(), decision.envelope, decision.sealed, objects, with_models=True)


def _at(found: Members, name: str) -> int:
    return next(at for at, (info, _) in enumerate(found) if info.name == name)


def _insert(info: tarfile.TarInfo, body: bytes = b"", at: int = 1) -> Callable[[Members], Members]:
    return lambda found: [*found[:at], (info, body), *found[at:]]


def _special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def _renamed(found: Members, old: str, new: str) -> Members:
    return [(replaced(info, name=new) if info.name == old else info, body) for info, body in found]


def replaced(info: tarfile.TarInfo, **changes: object) -> tarfile.TarInfo:
    """A header with *changes*."""
    made = tarfile.TarInfo(info.name)
    made.mode = 0o444
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def _report(found: Members) -> str:
    return next(info.name for info, _ in found if info.name.startswith("reports/"))


HOSTILE: dict[str, tuple[Callable[[Members], Members], str]] = {
    "escapes upwards": (_insert(replaced(tarfile.TarInfo("../../etc/passwd")), b"x"), "does not rest on"),
    "escapes from the root": (_insert(replaced(tarfile.TarInfo("/etc/passwd")), b"x"), "does not rest on"),
    "a stranger": (_insert(replaced(tarfile.TarInfo("reports/notes.txt")), b"x"), "does not rest on"),
    "a link": (_insert(_special("reports/link", tarfile.SYMTYPE, "/etc/passwd")), "does not write it"),
    "a hard link": (_insert(_special("reports/link", tarfile.LNKTYPE, "record.json")), "does not write it"),
    "a device": (_insert(_special("reports/null", tarfile.CHRTYPE)), "does not write it"),
    "a folder": (_insert(_special("reports", tarfile.DIRTYPE)), "does not write it"),
    "a name twice": (lambda found: [*found[:1], found[0], *found[1:]], "twice"),
    "a report twice": (lambda found: [*found, found[_at(found, _report(found))]], "twice"),
    "no record": (lambda found: found[1:], "no record.json"),
    "no manifest": (lambda found: found[:-1], "instead of its manifest.json"),
    "a missing report": (
        lambda found: [one for one in found if one[0].name != _report(found)], "lacks report "
    ),
    "a missing policy bundle": (
        lambda found: [one for one in found if not one[0].name.startswith("documents/")], "lacks document "
    ),
    "swapped reports": (
        lambda found: _renamed(_renamed(_renamed(found, _report(found), "x"), _reports(found)[1], _report(found)),
                               "x", _reports(found)[1]),
        "has other bytes than its name says",
    ),
    "an altered report": (
        lambda found: [(info, body + b" ") if info.name == _report(found) else (info, body) for info, body in found],
        "has other bytes than its name says",
    ),
    "another order": (lambda found: [found[0], *found[1:-1][::-1], found[-1]], "in another order"),
    "another manifest": (lambda found: [*found[:-1], (found[-1][0], b"{}")], "manifest is not that of its files"),
    "a manifest of two lines": (
        lambda found: [*found[:-1], (found[-1][0], found[-1][1] + b"\n")], "manifest is not that of its files"
    ),
    "an owner": (lambda found: [(replaced(info, uid=1000), body) for info, body in found], "does not write it"),
    "a time": (lambda found: [(replaced(info, mtime=1), body) for info, body in found], "does not write it"),
}  # fmt: skip


def _reports(found: Members) -> list[str]:
    return [info.name for info, _ in found if info.name.startswith("reports/")]


@pytest.mark.parametrize("trick", HOSTILE)
def test_what_export_does_not_write_is_refused(decision: Decision, tmp_path: Path, trick: str) -> None:
    """With a sentence, and before anything of it is used; nothing is ever unpacked."""
    change, sentence = HOSTILE[trick]
    archive = packed(change(members(archived(decision))))

    with pytest.raises(ContentError, match=sentence):
        opened(archive, tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["decision.tar"]


RAW: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "ends in the middle"),
    "only an end": (lambda _: bytes(1024), "is empty"),
    "cut in a file": (lambda data: data[:5000], "ends in the middle of 'record.json'"),
    "cut in a header": (lambda data: data[:100], "ends in the middle"),
    "without its end": (lambda data: data[:-1024], "ends in the middle"),
    "half of its end": (lambda data: data[:-512], "is cut"),
    "something behind its end": (lambda data: data + b"secret" + bytes(506), "hides something behind its end"),
    "zeros without end": (lambda data: data + bytes(2_000_000), "hides something behind its end"),
    "something behind a file": (lambda data: _behind_record(data), "hides something behind 'record.json'"),
    "a broken header": (lambda data: data[:200] + b"\xff" + data[201:], "is no file"),
    "a name of other letters": (lambda data: _renumbered(b"r\xc3\xa9cord.json" + data[12:512]) + data[512:], "is no"),
    "a size below zero": (lambda data: _sized(data, b"\xff" * 12), "is no file|does not write it"),
    "a size beyond all": (lambda data: _sized(data, b"\x80" + b"\x7f" * 11), "in the middle|does not write it|is no"),
    "a gzip": (lambda data: b"\x1f\x8b" + data[2:], "is no file|does not write it"),
    "a zip": (lambda data: b"PK\x03\x04" + data[4:], "is no file|does not write it"),
}


def _renumbered(header: bytes) -> bytes:
    """*header* with the checksum it should have."""
    blank = header[:148] + b" " * 8 + header[156:]
    return blank[:148] + b"%06o\0 " % sum(blank) + blank[156:]


def _sized(data: bytes, size: bytes) -> bytes:
    return _renumbered(data[:124] + size + data[136:512]) + data[512:]


def _behind_record(data: bytes) -> bytes:
    size = tarfile.TarInfo.frombuf(data[:512], "ascii", "strict").size
    return data[: 512 + size] + b"x" + data[512 + size + 1 :]


@pytest.mark.parametrize("trick", RAW)
def test_what_is_no_whole_archive_is_refused(decision: Decision, tmp_path: Path, trick: str) -> None:
    """Cut, padded, mangled, or something else."""
    change, sentence = RAW[trick]

    with pytest.raises(ContentError, match=sentence):
        opened(change(archived(decision)), tmp_path)


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_headers_of_other_forms_are_refused(decision: Decision, tmp_path: Path, form: int) -> None:
    """A pax header may rename the file that follows it, and a long one is read whole by most readers."""
    long = tarfile.TarInfo("reports/" + "x" * 200)
    long.mode = 0o444

    with pytest.raises(ContentError):
        opened(packed(_insert(long, b"x")(members(archived(decision))), form=form), tmp_path)


def test_an_archive_of_another_signed_record_is_named_by_verification(decision: Decision, tmp_path: Path) -> None:
    """Whoever swaps the record and all that belongs to it has no signature."""
    forged = seal(decision.sealed.record, TestSigner("stranger"))
    file = io.BytesIO()
    write_archive(file, forged, open_envelope(forged), decision.objects, with_models=False)
    archive = opened(file.getvalue(), tmp_path)

    found = verify(archive.sealed, archive, PublicKeys(decision.keys))

    assert [one.what for one in found.checked if one.state is CheckState.DIFFERS] == ["signature"]


def test_an_archive_changed_after_it_was_read_is_named_by_verification(decision: Decision, tmp_path: Path) -> None:
    """Every byte is compared again where it is used."""
    archive = opened(archived(decision), tmp_path)
    offset, _ = archive.offsets[name_of(decision.exhibit(QUALITY))]
    with (tmp_path / "decision.tar").open("r+b") as file:
        file.seek(offset)
        file.write(b"[")

    found = verify(archive.sealed, archive, PublicKeys(decision.keys))

    assert [one.what for one in found.checked if one.state is CheckState.DIFFERS] == [f"report {QUALITY}"]


def test_a_large_archive_is_read_in_little_memory(decision: Decision, tmp_path: Path) -> None:
    """A model of 200 MB takes its time, and a few MiB."""
    path, size = tmp_path / "large.tar", 200_000_000
    with path.open("wb") as file:
        file.write(header_of("models/" + "0" * 64, size))
        file.seek(size + -size % 512, io.SEEK_CUR)
        file.write(bytes(1024))
    tracemalloc.start()

    with pytest.raises(ContentError, match="instead of its manifest"):
        open_archive(path)

    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_more_files_than_a_decision_rests_on_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small each of them is."""
    monkeypatch.setattr(exported, "MAX_ENTRIES", 10)
    many = b"".join(header_of(f"reports/{number}", 0) for number in range(11)) + bytes(1024)

    with pytest.raises(ContentError, match="more than 10 files"):
        opened(many, tmp_path)


def test_a_file_beyond_eight_gibibytes_has_a_header() -> None:
    """Models may be as large; every tar reads that form."""
    header = header_of("models/x", 8**11 + 5)

    assert tarfile.TarInfo.frombuf(header, "ascii", "strict").size == 8**11 + 5


@given(st.data())
@settings(max_examples=60, deadline=None, database=None)
def test_no_bit_of_an_archive_can_be_changed(
    decision: Decision, tmp_path_factory: Factory, data: st.DataObject
) -> None:
    """Headers, contents, what lies between them and the end: each change is refused, and by a sentence."""
    archive = bytearray(archived(decision, with_models=False))
    at = data.draw(st.integers(0, len(archive) - 1))
    archive[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(ContentError):
        opened(bytes(archive), tmp_path_factory.mktemp("archive"))


@given(st.data())
@settings(max_examples=30, deadline=None, database=None)
def test_no_part_of_an_archive_can_be_cut_off(
    decision: Decision, tmp_path_factory: Factory, data: st.DataObject
) -> None:
    """Wherever it ends, it ends too soon."""
    archive = archived(decision, with_models=False)
    end = data.draw(st.integers(0, len(archive) - 1))

    with pytest.raises(ContentError):
        opened(archive[:end], tmp_path_factory.mktemp("archive"))
