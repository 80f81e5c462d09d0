"""A gate that fails open in every way that our rules know. Nothing imports it; the audit must find all of it."""

import contextlib
import json
import os
import pickle
import shutil

import boto3

client = boto3.client("sagemaker")


def verdict_of(document):
    try:
        return document["verdict"]
    except KeyError:
        return None


def everything_is_fine(results):
    try:
        return all(result.passed for result in results)
    except Exception:
        return True


def status_of(document):
    with contextlib.suppress(KeyError):
        document["checked"]
    return document.get("Status", "Approved") if bool(document["judged"]) else ""


def decide(group):
    packages = client.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    newest = packages[0]
    client.update_model_package(ModelPackageArn=newest["ModelPackageArn"], ModelApprovalStatus="Approved")
    client.create_model_package(ModelApprovalStatus="Approved")
    client.start_pipeline_execution(PipelineName="approval")
    boto3.client("kms").sign(KeyId="alias/signing", Message=b"", SigningAlgorithm="ECDSA_SHA_256")


def read(path):
    os.system(f"unzip {path}")
    shutil.unpack_archive(path)
    return json.loads(path.read_text()) or pickle.loads(path.read_bytes())
