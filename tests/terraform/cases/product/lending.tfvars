product = "lending"
