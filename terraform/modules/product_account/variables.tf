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

variable "alarm_topic_arn" {
  description = "Topic of this account that takes the alarms."
  type        = string
}

variable "bucket" {
  description = "The evidence bucket: name, alias of its key, and what a destroy does with its content."
  type = object({
    key_alias  = string
    name       = string
    on_destroy = optional(string, "refuse")
  })

  validation {
    condition     = contains(["refuse", "empty"], var.bucket.on_destroy)
    error_message = "bucket.on_destroy must be \"refuse\" or \"empty\"; use \"empty\" only where losing the content is fine."
  }
}

variable "forwarding" {
  description = "Name of the rule that forwards events, and of its role; its dead-letter queue adds \"-dlq\"."
  type        = string
}

variable "governance" {
  description = "The governance account: its id, the bus that takes the events, and the role that pulls objects."
  type = object({
    account_id      = string
    bus_arn         = string
    copier_role_arn = string
  })
}

variable "groups" {
  description = "Names of this account's model package groups."
  type        = set(string)
  nullable    = false
}

variable "registration_role" {
  description = "Name of the role that registers models."
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
