"""The demo: real models, registered across accounts, judged by events alone; this code only watches."""
