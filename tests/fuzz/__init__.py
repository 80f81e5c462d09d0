"""Coverage-guided fuzzing of every reader of JSON: `make soak`, in an environment of its own."""
