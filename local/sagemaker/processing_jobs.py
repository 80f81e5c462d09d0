"""The Processing jobs of pipeline steps, as DescribeProcessingJob shows them; others are moto's."""

from local.sagemaker.errors import not_found
from local.sagemaker.interpreter.processing import JOB
from local.sagemaker.operations import Answer, Call, Service

OF_PIPELINES = "pipelines-"


def describe(service: Service, call: Call) -> Answer:
    name = call.request["ProcessingJobName"]
    job = service.store.get(JOB, call.home.processing_job(name))
    if job is None:
        raise not_found(f"Could not find the requested Processing job {name}.")
    return job


OPERATIONS = {"DescribeProcessingJob": describe}
