# Accounts are placeholders: put your own in before the first apply; the account guard refuses any other.
environment           = "prod"
prefix                = "modelgate-prod"
region                = "eu-west-1"
governance_account_id = "111111111301"
deploy_role           = "modelgate-deploy"
on_destroy            = "refuse"
signing_keys          = ["2026"]

products = {
  insurance = { account_id = "111111111303" }
  lending   = { account_id = "111111111302" }
}
