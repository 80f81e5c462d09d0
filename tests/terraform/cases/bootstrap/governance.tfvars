account_id               = "222222222222"
image_reader_account_ids = ["555555555555"]
