"""Copy each uploaded artifact into the artifact store."""
