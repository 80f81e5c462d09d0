variable "extra_step_roles" {
  description = "Roles of the governance account that extra steps of the pipeline run as: path and name."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "image_publishers" {
  description = "Roles of the governance account that push the approval image beside the deployers: path and name."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "management_account_id" {
  description = "Account that manages the organisation; its own principals are bound by no policy of it."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.management_account_id))
    error_message = "management_account_id must have 12 digits, in quotes so that leading zeros stay."
  }

  validation {
    condition     = !contains(concat([var.governance_account_id], [for product in var.products : product.account_id]), var.management_account_id)
    error_message = "management_account_id must not be an account of the platform: service control policies do not bind the management account."
  }
}

variable "operators" {
  description = "Roles of the governance account that may put dead letters back or delete them, beside the deployers: path and name."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "targets" {
  description = "Organizational units or accounts that the policies hang on; left out, the environment's own accounts."
  type = object({
    governance = optional(set(string))
    products   = optional(set(string))
  })
  default  = {}
  nullable = false
}
