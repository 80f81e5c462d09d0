"""The demo: real models, registered across accounts, judged by events alone; people only answer what waits for them."""
