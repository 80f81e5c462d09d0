vpc = null
