"""Reads the code for the calls that a role's program can make: every function reachable from its entry module."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import botocore.session
from botocore import xform_name

from deploy.paths import ROOT

_PACKAGES = (ROOT / "processing", ROOT)  # modelgate, and lambdas
_SERVICES = (
    *("bedrock-runtime", "cloudwatch", "comprehend", "dynamodb", "events", "kms", "s3", "sagemaker"),
    *("sagemaker-runtime", "secretsmanager", "sqs", "sts"),
)
_PLAIN = frozenset({"search", "sign", "verify"})  # of KMS; keys on a disk do both as well, and patterns search


def calls_of(entry: str) -> frozenset[str]:
    """The AWS operations, as boto3 names them, that the program of module *entry* can call."""
    operations = _operations()
    return frozenset(word for node in _reachable(entry) for word in _called(node) if word in operations)


@functools.cache
def _operations() -> frozenset[str]:
    session = botocore.session.Session()
    return frozenset(
        xform_name(operation)
        for service in _SERVICES
        for operation in session.get_service_model(service).operation_names
    )


def _reachable(entry: str) -> Iterator[ast.AST]:
    """The whole entry module, and each definition of ours that something reachable names."""
    waiting = [(entry, name) for name in _definitions(entry)]
    waiting += [(entry, "")]
    seen = set()
    while waiting:
        module, name = waiting.pop()
        if (module, name) in seen:
            continue
        seen.add((module, name))
        nodes = [_definitions(module)[name]] if name else _statements(module)
        yield from nodes
        imported = _imported(module)
        for word in {word for node in nodes for word in _words(node)}:
            if word in _definitions(module):
                waiting.append((module, word))
            elif word in imported and imported[word][1] in _definitions(imported[word][0]):
                waiting.append(imported[word])


def _called(node: ast.AST) -> Iterator[str]:
    """As `_words`; but what anything may be called counts only where a client of its name does it."""
    plain = {
        inner.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute) and inner.attr in _PLAIN and ast.unparse(inner.value).endswith("kms")
    }
    yield from (word for word in _words(node) if word not in _PLAIN or word in plain)


def _words(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") == "get_paginator":
            yield ast.literal_eval(inner.args[0])


@functools.cache
def _tree(module: str) -> ast.Module:
    path = next((p for p in _paths(module) if p.is_file()), None)
    return ast.parse(path.read_text()) if path else ast.Module(body=[], type_ignores=[])


def _paths(module: str) -> list[Path]:
    return [folder / f"{module.replace('.', '/')}.py" for folder in _PACKAGES]


def _definitions(module: str) -> dict[str, ast.AST]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name: node for node in _tree(module).body if isinstance(node, kinds)}


def _statements(module: str) -> list[ast.AST]:
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return [node for node in _tree(module).body if not isinstance(node, kinds)]


def _imported(module: str) -> dict[str, tuple[str, str]]:
    return {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in _tree(module).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
