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

variable "groups" {
  description = "Model package groups by name: the team, its account, and tags that policies select by."
  type = map(object({
    account = string
    tags    = optional(map(string), {})
    team    = string
  }))
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.groups) : can(regex("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$", name))])
    error_message = "groups: a name has up to 63 letters, digits and hyphens, with no hyphen at either end."
  }

  validation {
    condition     = alltrue([for group in var.groups : contains(keys(var.registration_role_arns), group.account)])
    error_message = "groups: every account must be the account of a product; add it to `products` or mend the id."
  }
}

variable "registration_role_arns" {
  description = "Per account: the role that registers its models."
  type        = map(string)
  nullable    = false
}
