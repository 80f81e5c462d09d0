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

variable "evidence_store" {
  description = "Where decisions are read and reviews are written: bucket, key by alias, and the folders that hold what was decided and why."
  type = object({
    bucket           = string
    key_alias        = string
    readable_folders = set(string)
  })
}

variable "groups" {
  description = "Names of the groups under the gate."
  type        = set(string)
  nullable    = false
}

variable "name" {
  description = "Name of the role."
  type        = string
}

variable "principal_arns" {
  description = "ARNs of the principals that may assume the role; each must exist."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.principal_arns) > 0 && alltrue([for arn in var.principal_arns : can(regex("^arn:[a-z-]+:(iam|sts)::[0-9]{12}:[^*]+$", arn))])
    error_message = "principal_arns must name at least one principal by its whole ARN, such as \"arn:aws:iam::111111111101:role/model-risk\", without a wildcard."
  }
}

variable "queue_arn" {
  description = "Queue of start_approval, which takes requests for another run."
  type        = string
}

variable "roles" {
  description = "Path of every role, and the permissions boundary that the organisation asks for, if any."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}
