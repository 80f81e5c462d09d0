"""What a product team does to bring a language model before the gate: it names the model, uploads and registers."""
