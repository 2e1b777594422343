"""Checks that an OpenAPI document is valid, and that every example in it fits the schema beside it.

Usage: check_openapi.py openapi.yaml
"""

import sys

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate
from openapi_spec_validator.readers import read_from_filename
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def resolve(document, node):
    """Follows a local $ref, for validation and examples alike live in one file."""
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def media_types(document):
    """Every (where, media type object) of the operations' bodies, parameters and responses."""
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if method not in METHODS:
                continue
            where = f"{method.upper()} {path}"
            body = resolve(document, operation.get("requestBody", {}))
            for kind, media in body.get("content", {}).items():
                yield f"{where} request {kind}", media
            for parameter in operation.get("parameters", []) + item.get("parameters", []):
                parameter = resolve(document, parameter)
                yield f"{where} parameter {parameter.get('name')}", parameter
            for status, response in operation.get("responses", {}).items():
                for kind, media in resolve(document, response).get("content", {}).items():
                    yield f"{where} {status} {kind}", media


def examples(document, media):
    if "example" in media:
        yield "example", media["example"]
    for name, example in media.get("examples", {}).items():
        example = resolve(document, example)
        if "value" in example:
            yield f"example {name}", example["value"]


def absolute(schema):
    """The schema with its local references made absolute, so that it can be checked outside its document."""
    if isinstance(schema, list):
        return [absolute(item) for item in schema]
    if isinstance(schema, dict):
        return {
            key: f"urn:openapi{value}" if key == "$ref" and str(value).startswith("#") else absolute(value)
            for key, value in schema.items()
        }
    return schema


def main() -> int:
    path = sys.argv[1]
    try:
        document, base = read_from_filename(path)
        validate(document)
    except (OSError, yaml.YAMLError) as error:
        print(f"{path} cannot be read: {error}", file=sys.stderr)
        return 1
    except Exception as error:  # the validator has no common base for what it finds wrong
        print(f"{path} is not valid OpenAPI: {error}", file=sys.stderr)
        return 1

    root = Resource.from_contents(document, default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:openapi", root)
    wrong = 0
    checked = 0
    for where, media in media_types(document):
        schema = media.get("schema")
        # A stream of events or a ZIP is described, not modelled.
        if schema is None or "event-stream" in where:
            continue
        validator = Draft202012Validator(absolute(schema), registry=registry, format_checker=FormatChecker())
        for name, value in examples(document, media):
            checked += 1
            for error in validator.iter_errors(value):
                wrong += 1
                print(f"{where}: {name} at {error.json_path}: {error.message}", file=sys.stderr)

    operations = sum(method in METHODS for item in document.get("paths", {}).values() for method in item)
    print(f"{path}: OpenAPI {document['openapi']}, {operations} operations, {checked} examples, {wrong} that do not fit")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
