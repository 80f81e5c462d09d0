variable "groups" {
  description = "Model package groups under the gate, by name: the team, its account, and tags that policies select by."
  type = map(object({
    account = string
    tags    = optional(map(string), {})
    team    = string
  }))
  nullable = false
}

variable "product" {
  description = "Name of the product whose account this is."
  type        = string

  validation {
    condition     = contains(keys(var.products), var.product)
    error_message = "product must be one of the environment's `products`."
  }
}
