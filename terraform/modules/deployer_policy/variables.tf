variable "account" {
  description = "Account that is applied in: id, region and partition."
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

variable "buckets" {
  description = "Names of the platform's buckets in the account, that of Terraform's state among them."
  type        = set(string)
  nullable    = false
}

variable "deploy_role" {
  description = "Path and name of the role that applies, without a leading slash; it may not change itself."
  type        = string
  default     = null
}

variable "governs" {
  description = "Whether this is the governance account; otherwise a product's."
  type        = bool
}

variable "prefix" {
  description = "First part of every name of the platform."
  type        = string
}

variable "role_path" {
  description = "Path of every role of the platform."
  type        = string
  default     = "/"
}
