"""The numbers that the team looks at first, read back from the files it will register."""

import json

from examples.loan_approval.data import PROTECTED
from examples.loan_approval.files import BIAS, EXPLAINABILITY, QUALITY, PackageFiles


def summary(files: PackageFiles) -> str:
    """AUC, disparate impact for non-white applicants, and the share of race in what the model explains."""
    quality = json.loads(files.contents[QUALITY])["binary_classification_metrics"]
    facets = json.loads(files.contents[BIAS])["post_training_bias_metrics"]["facets"][PROTECTED]
    (nonwhite,) = (entry["metrics"] for entry in facets if entry["value_or_threshold"] == "nonwhite")
    (impact,) = (metric["value"] for metric in nonwhite if metric["name"] == "DI")
    shap = json.loads(files.contents[EXPLAINABILITY])["explanations"]["kernel_shap"]["label0"]["global_shap_values"]
    share = shap[PROTECTED] / sum(shap.values())
    return f"AUC {quality['auc']['value']:.2f}, disparate impact {float(impact):.2f}, race {share:.0%} of SHAP"
