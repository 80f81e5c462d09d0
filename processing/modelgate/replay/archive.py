"""An archive: a folder of segments, those of one group in a folder of its own, so that groups can be judged apart."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from modelgate.contracts.arns import ModelPackageArn
from modelgate.errors import ContentError
from modelgate.evidence.record import EvidenceRecord
from modelgate.policy.model import Bundle
from modelgate.replay.again import replay
from modelgate.replay.frame import Frame
from modelgate.replay.pack import frames_of
from modelgate.replay.segment import MAX_SEGMENT_BYTES, from_json, to_json
from modelgate.replay.summary import Summary, summarize

PER_SEGMENT = 10_000  # decisions; one segment of as many takes some 10 MB
_WORTH_PROCESSES = 4_000_000  # bytes; smaller archives are judged before another process has started

Seen = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an archive is asked: judged by *bundle*, from *since* on, one *group* or all of them.

    See `modelgate.replay.again.replay` for *near*.
    """

    bundle: Bundle
    near: float = 0.02
    since: str = ""
    group: str | None = None


def group_folders(archive: Path) -> list[Path]:
    """The groups of *archive*, largest first.

    Raises:
        ContentError: there is no segment.
    """
    folders = sorted({path.parent for path in archive.glob("*/*.json")}, key=lambda path: (-_size(path), path.name))
    if not folders:
        raise ContentError(f"{archive} holds no packed decision; fetch them with modelgate pack")
    return folders


def read_group(folder: Path) -> list[Frame]:
    """Every frame of one group.

    Raises:
        ContentError: a segment cannot be read.
    """
    frames: list[Frame] = []
    for path in sorted(folder.glob("*.json")):
        try:
            with path.open("rb") as file:
                frames.extend(from_json(file.read(MAX_SEGMENT_BYTES + 1)))
        except ContentError as error:
            raise ContentError(f"{path}: {error}") from error
    return frames


def replay_archive(archive: Path, question: Question, *, seen: Seen = lambda _: None) -> Summary:
    """Judge every decision of *archive* again, on every core where that is worth it; *seen* hears of each group.

    Raises:
        ContentError: there is none, or a segment cannot be read.
        PolicyError: the bundle needs code that is not installed.
    """
    folders = [folder for folder in group_folders(archive) if question.group in (None, folder.name)]
    summary = Summary()
    for part in _parts(folders, question):
        summary.add(part)
        seen(part.decisions)
    return summary.sorted()


def replay_records(records: Iterable[EvidenceRecord], question: Question) -> Summary:
    """The same, from records at hand."""
    return _summary(frames_of(records), question).sorted()


def _parts(folders: Sequence[Path], question: Question) -> Iterator[Summary]:
    judge = partial(_judge, question)
    cores = min(len(folders), os.cpu_count() or 1)
    if cores < 2 or sum(map(_size, folders)) < _WORTH_PROCESSES:
        yield from map(judge, folders)
        return
    with ProcessPoolExecutor(cores) as pool:
        yield from pool.map(judge, folders)


def _judge(question: Question, folder: Path) -> Summary:
    return _summary(read_group(folder), question)


def _summary(frames: Sequence[Frame], question: Question) -> Summary:
    return summarize(replay(frames, question.bundle, near=question.near), since=question.since)


def packed(archive: Path) -> set[str]:
    """The decisions that *archive* holds already.

    Raises:
        ContentError: a segment cannot be read.
    """
    folders = {path.parent for path in archive.glob("*/*.json")}
    return {about.decision_id for folder in folders for frame in read_group(folder) for about in frame.about}


def pack(archive: Path, records: Iterable[EvidenceRecord], *, seen: Seen = lambda _: None) -> int:
    """Add *records* to *archive*, as new segments; return how many were added.

    A segment appears whole or not at all, so that an interrupted run leaves an archive that can be read.
    """
    remaining = iter(records)
    total = 0
    while chunk := list(islice(remaining, PER_SEGMENT)):
        by_group: dict[str, list[EvidenceRecord]] = {}
        for record in chunk:
            by_group.setdefault(ModelPackageArn.parse(record.subject.package_arn).group, []).append(record)
        for group, of_group in by_group.items():
            _write(archive / group, to_json(frames_of(of_group)))
        total += len(chunk)
        seen(len(chunk))
    return total


def _write(folder: Path, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    number = max((int(path.stem) for path in folder.glob("*.json")), default=0) + 1
    whole = folder / f"{number:06d}.json"
    part = whole.with_suffix(".part")
    part.write_bytes(data)
    part.rename(whole)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.json"))
