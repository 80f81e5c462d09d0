variable "account" {
  description = "Account that holds the resources: id, region and partition."
  type = object({
    id        = string
    region    = string
    partition = optional(string, "aws")
  })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account.id))
    error_message = "account.id must have 12 digits, in quotes so that leading zeros stay."
  }
}

variable "alias" {
  description = "Alias of the key; policies and the deployment name the key by it."
  type        = string

  validation {
    condition     = startswith(var.alias, "alias/")
    error_message = "alias must start with \"alias/\"."
  }
}

variable "on_destroy" {
  description = "What may become of the key: \"refuse\" to disable or delete it, or \"empty\" where nobody will verify what it signed."
  type        = string
  default     = "refuse"

  validation {
    condition     = contains(["refuse", "empty"], var.on_destroy)
    error_message = "on_destroy must be \"refuse\" or \"empty\"; use \"empty\" only where losing the proof of decisions is fine."
  }
}

variable "signer_role_arn" {
  description = "ARN of the one role that signs; it need not exist yet."
  type        = string
}
