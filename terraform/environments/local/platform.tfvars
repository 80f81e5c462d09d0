# The embedded AWS on one machine. The accounts are made up; nothing here costs or lasts.
environment           = "local"
prefix                = "modelgate-local"
region                = "eu-west-1"
governance_account_id = "222222222222"
deployers             = ["modelgate-deploy"]
on_destroy            = "empty"
signing_keys          = ["2026"]

products = {
  insurance = { account_id = "444444444444" }
  lending   = { account_id = "333333333333" }
}
