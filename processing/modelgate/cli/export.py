"""``modelgate export``: a decision with everything it rests on, in one file for somebody without access."""

from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.options import AsJson, PackageArn
from modelgate.cli.platform import platform_of
from modelgate.cli.printing import emit, say
from modelgate.cli.progress import counting
from modelgate.cli.proving.sources import Source, from_stores
from modelgate.cli.where import ArtifactStore, EvidenceStore, Prefix
from modelgate.errors import SignatureError
from modelgate.evidence.content import read_content
from modelgate.evidence.envelope import verify_signature
from modelgate.evidence.export import Entry, write_archive


def export(
    arn: PackageArn,
    *,
    to: Annotated[Path, typer.Option("--to", help="The archive to write; nothing is overwritten.", dir_okay=False)],
    with_models: Annotated[
        bool, typer.Option("--with-models", help="Include the model files; else the record names their digests.")
    ] = False,
    prefix: Prefix = None,
    evidence_store: EvidenceStore = None,
    artifact_store: ArtifactStore = None,
    as_json: AsJson = False,
) -> None:
    """
    Write the newest decision on a package, with everything it rests on, to one archive.

    Whoever has the archive and the published signing keys proves the decision without any access: modelgate verify.
    """
    if to.exists():
        raise typer.BadParameter(f"{to} is there already; name a new file", param_hint="--to")
    platform = platform_of(arn, prefix=prefix, evidence_store=evidence_store, artifact_store=artifact_store)
    source = from_stores(platform, arn, None, None)
    keyid = _signed_by(source)
    entries = _write(source, to, with_models=with_models)
    digest, size = _digest(to)
    if as_json:
        document = {"archive": str(to), "digest": digest, "size": size, "files": len(entries) + 1, "keyid": keyid}
        emit({**document, "decision_id": source.sealed.record.decision_id})
        return
    say(f"written: {to} ({len(entries) + 1} files, {size} bytes, {digest})")
    if keyid is None:
        say("no key stored with the gate has signed the record: modelgate verify says what is wrong with it")
    else:
        say(f"signed by {keyid}; whoever gets the archive compares that with the published fingerprint")
    say(f"to prove it without access: modelgate verify {to} --keys signing-keys.json")


def _signed_by(source: Source) -> str | None:
    """The key; None for a forged record, which is exported too: it is evidence of something else."""
    if source.verifier is None:
        return None
    try:
        return verify_signature(source.sealed, source.verifier)
    except SignatureError:
        return None


def _write(source: Source, to: Path, *, with_models: bool) -> tuple[Entry, ...]:
    """The archive appears whole or not at all."""
    part = to.with_name(f"{to.name}.part")
    with part.open("xb") as file:
        try:
            with counting("bytes written", total=None) as seen:
                entries = write_archive(
                    file, source.envelope, source.sealed, source.exhibits, with_models=with_models, seen=seen
                )
        except BaseException:  # whatever ended it, half an archive must not stay; raised again
            part.unlink()
            raise
    part.rename(to)
    return entries


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        content = read_content(iter(lambda: file.read(1024 * 1024), b""), most=0, seen=lambda _: None)
    return content.digest, content.size
