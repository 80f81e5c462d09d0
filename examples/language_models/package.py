"""The package of a language model: the containers that name it, and no weights, because those are where it is asked."""

import hashlib
from dataclasses import dataclass
from typing import Any

from examples.loan_approval.team import Team

MODEL_ID = "MODELGATE_MODEL_ID"  # the variable by which the gate knows whom to ask
_MADE_UP = f"sha256:{hashlib.sha256(b'what passes prompts on to a model').hexdigest()}"  # nothing pulls it here


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """A model that the team may call: *model_id* is its name where it is asked, *name* the team's own."""

    name: str
    model_id: str
    story: str


def registration(team: Team, *, group: str, model: LanguageModel, attempt: str = "") -> dict[str, Any]:
    """The request of CreateModelPackage; the same *attempt* registers once, however often it is sent."""
    token = hashlib.sha256(f"{group}/{model.name}/{model.model_id}/{model.story}/{attempt}".encode()).hexdigest()[:36]
    return {
        "ModelPackageGroupName": team.group_arn(group),
        "ModelPackageDescription": f"{model.name}: {model.story}",
        # Said although the service would assume it: the group's policy refuses any other word, and a missing one.
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            # Without model data: a package with weights of its own would run those, not the model that was asked. The
            # image goes by its digest, for whoever pushed over a tag could have another model called.
            "Containers": [
                {
                    "Image": team.serving_image,
                    "ImageDigest": _MADE_UP,
                    "Environment": {MODEL_ID: model.model_id},
                }
            ],
            "SupportedContentTypes": ["application/json"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
        "ClientToken": token,
    }
