# Accounts are placeholders: put your own in before the first apply; the account guard refuses any other.
environment           = "staging"
prefix                = "modelgate-staging"
region                = "eu-west-1"
governance_account_id = "111111111201"
deploy_role           = "modelgate-deploy"
on_destroy            = "refuse"
signing_keys          = ["2026"]

# The next environment's governance account pulls the image when its digest is promoted.
image_reader_account_ids = ["111111111301"]

products = {
  insurance = { account_id = "111111111203" }
  lending   = { account_id = "111111111202" }
}
