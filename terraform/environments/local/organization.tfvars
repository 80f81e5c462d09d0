# The embedded AWS has no organisation: these values are for plans, which prove what the policies deny.
management_account_id = "111111111100"
image_publishers      = ["modelgate-image"]
