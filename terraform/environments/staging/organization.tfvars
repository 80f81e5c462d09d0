# Placeholder, as the other accounts. Without `targets` the policies hang on the environment's accounts; name organizational
# units instead where accounts come and go.
management_account_id = "111111111100"
image_publishers      = ["modelgate-ci-deploy"] # promotes the image, see docs/ci.md
