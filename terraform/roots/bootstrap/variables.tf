variable "account_id" {
  description = "Account to bootstrap: governance, or one of the products."
  type        = string

  validation {
    condition     = contains(concat([var.governance_account_id], [for product in var.products : product.account_id]), var.account_id)
    error_message = "account_id must be the governance account or a product's account of this environment's values."
  }
}
