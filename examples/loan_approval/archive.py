"""``model.tar.gz``, as SageMaker's scikit-learn container unpacks it; the same model gives the same bytes."""

import gzip
import io
import tarfile
from pathlib import Path

import joblib  # type: ignore[import-untyped]

from examples.loan_approval import inference
from examples.loan_approval.models import LoanModel


def model_archive(model: LoanModel) -> bytes:
    """Pack the pipeline and the code that serves it."""
    members = {
        "code/inference.py": Path(inference.__file__).read_bytes(),
        "model.joblib": _pickled(model),
    }
    packed = io.BytesIO()
    # No file name, owner or time inside: they would change the digest without changing the model.
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as compressed,
        tarfile.open(mode="w", fileobj=compressed, format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def _pickled(model: LoanModel) -> bytes:
    stored = io.BytesIO()
    joblib.dump(model.pipeline, stored)
    return stored.getvalue()
