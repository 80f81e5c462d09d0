variable "deployer_roles" {
  description = "Roles of the governance account that apply the platform, by path and name."
  type        = set(string)
  nullable    = false
}

variable "governance_account_id" {
  description = "Account that holds the registry, the stores and the approval pipeline."
  type        = string
}

variable "partition" {
  description = "AWS partition of all accounts."
  type        = string
  default     = "aws"
}

variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "products" {
  description = "Product accounts by product name."
  type        = map(object({ account_id = string }))
  nullable    = false
}

variable "region" {
  description = "Region of the platform."
  type        = string
}

variable "role_path" {
  description = "Path of every role."
  type        = string
}

variable "signing_keys" {
  description = "Names of the keys that decisions are signed with."
  type        = list(string)
  nullable    = false
}
