"""What a product team does to bring a language model before the gate: it registers a package that names the model."""
