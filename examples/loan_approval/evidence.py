"""From a variant to the files of its package: train, measure, write down. Everything slow is done once a run."""

import json
from datetime import datetime
from functools import cache
from typing import Any

from examples.loan_approval.archive import model_archive
from examples.loan_approval.bias import bias_document
from examples.loan_approval.data import Applications, load_split
from examples.loan_approval.explainability import explainability_document
from examples.loan_approval.files import BIAS, EXPLAINABILITY, MODEL, QUALITY, PackageFiles
from examples.loan_approval.models import LoanModel, train, variant_named
from examples.loan_approval.quality import quality_document


def package_files(variant: str, *, evaluated_at: datetime) -> PackageFiles:
    """Train *variant* and write its model and its three reports.

    Raises:
        ExampleError: there is no such variant.
    """
    return PackageFiles(
        contents={
            MODEL: model_archive(trained(variant)),
            QUALITY: quality_on_first(len(load_split().test.record), variant, evaluated_at),
            BIAS: _bias(variant),
            EXPLAINABILITY: _explainability(variant),
        }
    )


@cache
def quality_on_first(rows: int, variant: str, evaluated_at: datetime) -> bytes:
    """The quality report of *variant* on the first *rows* test applications."""
    model, test = trained(variant), load_split().test
    truth, probability = test.approved[:rows].to_numpy(), model.probability(test.record[:rows])
    return _as_json(
        quality_document(truth, probability, evaluated_at=evaluated_at, cutoff=model.variant.cutoff),
    )


def bias_on_first(rows: int, variant: str) -> bytes:
    """The bias report of *variant* on the first *rows* test applications only: a sample too small to say much."""
    test = load_split().test
    return _bias_on(trained(variant), Applications(record=test.record[:rows], approved=test.approved[:rows]))


@cache
def trained(variant: str) -> LoanModel:
    """The trained model of *variant*.

    Raises:
        ExampleError: there is no such variant.
    """
    return train(variant_named(variant), load_split().train)


@cache
def _bias(variant: str) -> bytes:
    return _bias_on(trained(variant), load_split().test)


def _bias_on(model: LoanModel, applications: Applications) -> bytes:
    return _as_json(bias_document(applications, model.decisions(applications.record)))


@cache
def _explainability(variant: str) -> bytes:
    return _as_json(explainability_document(trained(variant), load_split()))


def _as_json(document: dict[str, Any]) -> bytes:
    # allow_nan=False: a bare NaN or Infinity is no JSON; the formats have texts for them.
    return json.dumps(document, indent=2, allow_nan=False).encode() + b"\n"
