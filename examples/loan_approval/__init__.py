"""A lending team: real mortgage applications, real models, reports in SageMaker's own formats, and registration."""
