"""Whether everything that a request names is there: in the folder, or in the team's bucket."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from modelgate.cli.package.faults import Fault
from modelgate.cli.package.folder import PackageFolder
from modelgate.cli.package.named_files import NamedFile
from modelgate.contracts.uris import S3Uri

if TYPE_CHECKING:
    from modelgate.aws.uploads import Upload


class Look(Protocol):
    """Look for an upload."""

    def __call__(self, uri: S3Uri) -> "Upload | None":
        """What lies at *uri*; None when nothing does."""
        ...


def presence_faults(file: NamedFile, folder: PackageFolder, uri: S3Uri, look: Look | None) -> Iterator[Fault]:
    """Reports must be in the folder; with *look*, everything must be uploaded, in the size that it has there."""
    path = folder.find(uri)
    if look is None:
        if path is None and file.is_report:
            problem = f"there is no {uri.key.rpartition('/')[2]} in {folder.folder} to upload"
            yield Fault(where=file.where, sentence=f"{problem}; put it there, or look at what is uploaded by --uploads")
        return
    upload = look(uri)
    if upload is None:
        yield Fault(where=file.where, sentence=f"nothing is uploaded to {uri}; upload it, then register")
    elif path is not None and upload.size != path.stat().st_size:
        problem = f"{uri} has {upload.size} bytes, {path} has {path.stat().st_size}"
        yield Fault(where=file.where, sentence=f"{problem}; upload that file again, then register")
