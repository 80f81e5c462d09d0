"""Options that say where the platform is; each may come from the environment."""

from typing import Annotated

import typer

_PANEL = "Where the platform is"

Prefix = Annotated[
    str | None,
    typer.Option(
        "--prefix", envvar="MODELGATE_PREFIX", help="First part of the platform's names.", rich_help_panel=_PANEL
    ),
]
EvidenceStore = Annotated[
    str | None,
    typer.Option(
        "--evidence-store",
        envvar="MODELGATE_EVIDENCE_STORE",
        help="Bucket with the decisions. Default: <prefix>-evidence-<account>.",
        rich_help_panel=_PANEL,
    ),
]
ArtifactStore = Annotated[
    str | None,
    typer.Option(
        "--artifact-store",
        envvar="MODELGATE_ARTIFACT_STORE",
        help="Bucket with the copies of evidence. Default: <prefix>-artifacts-<account>.",
        rich_help_panel=_PANEL,
    ),
]
StartQueue = Annotated[
    str | None,
    typer.Option(
        "--start-queue-url",
        envvar="MODELGATE_START_QUEUE_URL",
        help="Queue of requests to judge. Default: the one named <prefix>-start-approval.",
        rich_help_panel=_PANEL,
    ),
]
Region = Annotated[
    str | None,
    typer.Option("--region", envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="Region.", rich_help_panel=_PANEL),
]
GovernanceAccount = Annotated[
    str | None,
    typer.Option(
        "--governance-account",
        envvar="MODELGATE_GOVERNANCE_ACCOUNT",
        help="Account that owns the stores; 12 digits.",
        rich_help_panel=_PANEL,
    ),
]
