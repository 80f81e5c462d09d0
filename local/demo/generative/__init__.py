"""The demo of language models: two of them on their way through the gate, asked and scored by it."""
