"""The models that the team tries: named variants, each a scikit-learn pipeline over the same record."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from examples.loan_approval.data import PROTECTED, Applications
from examples.loan_approval.errors import ExampleError

# The usual cut: an application is approved when approval is likelier than refusal.
CUTOFF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A way to train and decide: which columns of the record the model uses, whether both outcomes weigh the same, and
    from which probability on an application is approved.
    """

    name: str
    story: str
    features: tuple[str, ...]
    balanced: bool = False
    cutoff: float = CUTOFF


VARIANTS = MappingProxyType(
    {
        variant.name: variant
        for variant in (
            Variant(
                name="good",
                story="six credit features",
                features=("chist", "obrat", "loanprc", "pubrec", "cons", "unver"),
            ),
            Variant(
                name="weak",
                story="two features that say next to nothing about credit",
                features=("loanamt", "unem"),
            ),
            Variant(
                name="biased",
                story="race among the features, both outcomes weighing the same",
                features=("obrat", "loanprc", PROTECTED),
                balanced=True,
            ),
            Variant(
                name="leaning",
                story="leans on race, but approves so many that the rates of the groups hardly differ",
                features=("loanprc", "unver", PROTECTED),
            ),
            Variant(
                name="thin",
                story="obligations alone, for applicants without a credit history",
                features=("obrat",),
            ),
            Variant(
                name="lenient",
                story="ranks as well as good, and approves next to everybody",
                features=("chist", "obrat", "loanprc", "pubrec", "cons", "unver"),
                cutoff=0.05,
            ),
            # Each a little worse than the one before; together they lose what nobody would give up at once.
            Variant(
                name="fading-1",
                story="good without loan to price",
                features=("chist", "obrat", "pubrec", "cons", "unver"),
            ),
            Variant(
                name="fading-2",
                story="good without accounts in arrears and bankruptcies",
                features=("obrat", "loanprc", "cons", "unver"),
            ),
            Variant(
                name="fading-3",
                story="good without obligations",
                features=("chist", "loanprc", "pubrec", "cons", "unver"),
            ),
        )
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanModel:
    """A trained pipeline; it takes whole records and uses the columns of its variant."""

    variant: Variant
    pipeline: Pipeline

    def probability(self, record: pd.DataFrame) -> np.ndarray:
        """The probability of approval, for each row of *record*."""
        return np.asarray(self.pipeline.predict_proba(record)[:, 1])

    def decisions(self, record: pd.DataFrame) -> np.ndarray:
        """1 for approved, 0 for refused, for each row of *record*."""
        return (self.probability(record) >= self.variant.cutoff).astype(int)


def variant_named(name: str) -> Variant:
    """Find a variant.

    Raises:
        ExampleError: there is none of that name.
    """
    if name not in VARIANTS:
        raise ExampleError(f"there is no variant {name!r}; choose one of {', '.join(VARIANTS)}")
    return VARIANTS[name]


def train(variant: Variant, applications: Applications) -> LoanModel:
    """Fit the variant; deterministic."""
    pipeline = Pipeline(
        [
            ("columns", ColumnTransformer([("scaled", StandardScaler(), list(variant.features))])),
            ("logistic", LogisticRegression(class_weight="balanced" if variant.balanced else None)),
        ]
    )
    return LoanModel(variant=variant, pipeline=pipeline.fit(applications.record, applications.approved))
