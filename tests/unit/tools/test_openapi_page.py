"""The reference as a page."""

import re

from edge.contract import load_contract
from tools.openapi import openapi
from tools.openapi_page import page


def test_every_operation_is_on_the_page() -> None:
    """With a line of curl; nothing of it comes from elsewhere."""
    document = openapi(load_contract().descriptors)
    operations = sum(len(item) for item in document["paths"].values())

    html = page(document).decode()

    assert (operations, operations) == (html.count("<details"), html.count("<pre>curl"))
    assert not re.search(r"(src|href)=.?https?:", html)


def test_a_line_of_curl_can_be_run() -> None:
    """It signs in where one has to, and sends a body where there is one."""
    html = page(openapi(load_contract().descriptors)).decode()
    create_post = html[html.index('id="PostService_CreatePost"') :].split("</details>")[0]

    for part in ("curl -X POST", "$GUILD/api/v1/posts", "Bearer $TOKEN", "application/json", "visibility"):
        assert part in create_post


def test_the_contracts_words_are_escaped() -> None:
    """Comments are text, not markup."""
    parameter = {"name": "<q>", "in": "query", "schema": {"type": "string"}, "description": "<u>"}
    operation = {"tags": ["T"], "operationId": "o", "summary": "<i>", "parameters": [parameter]}
    document = {"info": {"title": "<t>"}, "tags": [{"name": "T"}], "paths": {"/x": {"get": operation}}}

    html = page(document).decode()

    assert [] == [markup for markup in ("<q>", "<u>", "<i>", "<t>") if markup in html.partition("<h2")[2]]
