"""Plans, applies and destroys the Terraform roots of one environment.

    python -m deploy.terraform apply dev                  every root, in order
    python -m deploy.terraform plan dev --root product/lending

From Python: `apply_root("local", "governance", say=progress.say)`, see `order.py`.
"""

from deploy.terraform.errors import DeployError
from deploy.terraform.order import apply, apply_after_image, apply_root, destroy, outputs, plan

__all__ = ["DeployError", "apply", "apply_after_image", "apply_root", "destroy", "outputs", "plan"]
