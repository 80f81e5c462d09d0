"""The package of a language model: a small archive that says what it is, and the containers that it would run in."""

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from typing import Any

from examples.loan_approval.team import Team

ARCHIVE = "model.tar.gz"
MODEL_ID = "MODELGATE_MODEL_ID"  # the variable by which the gate knows whom to ask


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """A model that the team has deployed, or may call: *model_id* is its name where it is asked."""

    name: str
    model_id: str
    story: str

    def archive(self) -> bytes:
        """``model.tar.gz`` with one file that describes the model; the same model gives the same bytes."""
        card = json.dumps({"model_id": self.model_id, "story": self.story}, indent=2, sort_keys=True).encode() + b"\n"
        packed = io.BytesIO()
        with (
            gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as compressed,
            tarfile.open(mode="w", fileobj=compressed, format=tarfile.USTAR_FORMAT) as archive,
        ):
            entry = tarfile.TarInfo("card.json")
            entry.size = len(card)
            archive.addfile(entry, io.BytesIO(card))
        return packed.getvalue()


def key(group: str, model: LanguageModel) -> str:
    """Where the archive lies in the team's bucket; its digest is part of it, so that none is written over."""
    return f"{group}/{model.name}/{hashlib.sha256(model.archive()).hexdigest()[:32]}/{ARCHIVE}"


def registration(team: Team, *, group: str, model: LanguageModel, attempt: str = "") -> dict[str, Any]:
    """The request of CreateModelPackage; the same *attempt* registers once, however often it is sent."""
    container = {
        "Image": team.serving_image,
        "ModelDataUrl": f"s3://{team.bucket}/{key(group, model)}",
        "Environment": {MODEL_ID: model.model_id},
    }
    token = hashlib.sha256(f"{group}/{key(group, model)}/{attempt}".encode()).hexdigest()[:36]
    return {
        "ModelPackageGroupName": team.group_arn(group),
        "ModelPackageDescription": f"{model.name}: {model.story}",
        # Said although the service would assume it: the group's policy refuses any other word, and a missing one.
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": ["application/json"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
        "ClientToken": token,
    }
