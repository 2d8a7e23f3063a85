"""The reference of the REST side as one page of HTML that needs nothing else."""

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any

_STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
nav a{margin-right:1rem}code,pre{font:13px/1.45 ui-monospace,monospace}
pre{background:var(--soft);padding:.7rem;border-radius:6px;overflow:auto}
details{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}summary b{display:inline-block;width:4.5rem}summary span{opacity:.7;margin-left:.6rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .6rem;border-top:1px solid var(--line)}
"""
_VERBS = ("get", "post", "patch", "delete", "put")
_MAX_DEPTH = 6


def page(document: Mapping[str, Any]) -> bytes:
    """Return the page of an OpenAPI document: each operation with its parameters, its body, a line of curl."""
    by_tag: dict[str, list[str]] = {tag["name"]: [] for tag in document["tags"]}
    for path, item in document["paths"].items():
        for verb in _VERBS:
            if verb in item:
                for tag in item[verb]["tags"]:
                    by_tag.setdefault(tag, []).append(_operation(document, verb, path, item[verb]))
    told = {tag["name"]: tag.get("description", "") for tag in document["tags"]}
    links = "".join(f'<a href="#{tag}">{tag}</a>' for tag in by_tag)
    sections = "".join(
        f'<h2 id="{tag}">{tag}</h2><p>{html.escape(told.get(tag, ""))}</p>{"".join(operations)}'
        for tag, operations in by_tag.items()
    )
    info = document["info"]
    title, summary = html.escape(info["title"]), html.escape(info.get("description", ""))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f'<h1>{title}</h1><p>{summary} The same as data: <a href="/openapi.yaml">openapi.yaml</a>.</p>'
        f"<nav>{links}</nav>{sections}</html>"
    ).encode()


def _operation(document: Mapping[str, Any], verb: str, path: str, operation: Mapping[str, Any]) -> str:
    parameters = [_resolve(document, one) for one in operation.get("parameters", ())]
    rows = "".join(
        f"<tr><td><code>{html.escape(one['name'])}</code><td>{one['in']}<td>{_kind(one['schema'])}"
        f"<td>{html.escape(one.get('description', one['schema'].get('description', '')))}"
        for one in parameters
    )
    table = f"<table><tr><th>name<th>in<th>type<th>meaning{rows}</table>" if rows else ""
    body = _body(document, operation)
    return (
        f'<details id="{operation["operationId"]}"><summary><b>{verb.upper()}</b><code>{html.escape(path)}</code>'
        f"<span>{html.escape(operation.get('summary', ''))}</span></summary>"
        f"<p>{html.escape(operation.get('description', ''))}</p>{table}"
        f"<pre>{html.escape(_curl(verb, path, operation, body))}</pre></details>"
    )


def _curl(verb: str, path: str, operation: Mapping[str, Any], body: Any) -> str:
    parts = ["curl" if verb == "get" else f"curl -X {verb.upper()}", f'"$GUILD{path}"']
    for need in operation.get("security", ()):
        parts += ['-H "Authorization: Bearer $TOKEN"'] if "accessToken" in need else []
        parts += ['-H "X-Admin-Token: $ADMIN_TOKEN"'] if "adminToken" in need else []
    if body is not None:
        parts += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body)}'"]
    return " \\\n  ".join(parts)


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return _example(document, content["schema"], 0) if content else None


def _example(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    """Make up a value of a schema: names of types where values would be."""
    schema = _resolve(document, schema)
    if depth >= _MAX_DEPTH:
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {name: _example(document, one, depth + 1) for name, one in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_example(document, schema["items"], depth + 1)] if "items" in schema else []
    return {"integer": 0, "number": 0.5, "boolean": False, "object": {}}.get(_kind(schema), schema.get("format", "…"))


def _resolve(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Any = document
    for part in _parts(reference):
        found = found[part]
    return found


def _parts(reference: str) -> Iterator[str]:
    yield from reference.removeprefix("#/").split("/")


def _kind(schema: Mapping[str, Any]) -> str:
    return str(schema.get("type", "value"))
