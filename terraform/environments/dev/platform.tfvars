# Accounts are placeholders: put your own in before the first apply; the account guard refuses any other.
environment           = "dev"
prefix                = "modelgate-dev"
region                = "eu-west-1"
governance_account_id = "111111111101"
deploy_role           = "modelgate-deploy"
on_destroy            = "empty"
signing_keys          = ["2026"]

# The next environment's governance account pulls the image when its digest is promoted.
image_reader_account_ids = ["111111111201"]

products = {
  insurance = { account_id = "111111111103" }
  lending   = { account_id = "111111111102" }
}
