"""`guild canary`: accounts that nobody has, which show who reads accounts one after another."""

import os
from typing import Annotated, Any
from uuid import UUID

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home

Account = Annotated[UUID, typer.Argument(help="The id of the account.")]
Token = Annotated[
    str,
    typer.Option(envvar="GUILD_OPERATOR_TOKEN", help="Of the operator; else the one of this home.", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help="Accounts that nobody has, which show who reads them all.", no_args_is_help=True)
    group.command("mark")(mark)
    group.command("unmark")(unmark)
    group.command("list")(show)
    group.callback()(lambda: None)
    app.add_typer(group, name="canary")


def mark(user_id: Account, token: Token = "", home: HomeOption = DEFAULT_HOME) -> None:
    """Make an account a canary: in no search, no suggestion and no address book, and like any other by its id."""
    canary = _call("POST", f"/internal/users/{user_id}/canary", token, home)["canary"]
    say(f"{canary['userId']} is a canary of {canary['operator']} since {canary['createdAt']}")


def unmark(user_id: Account, token: Token = "", home: HomeOption = DEFAULT_HOME) -> None:
    """Make an account a canary no more; it stays hidden until its settings say otherwise."""
    _call("DELETE", f"/internal/users/{user_id}/canary", token, home)
    say(f"{user_id} is no canary")


def show(token: Token = "", home: HomeOption = DEFAULT_HOME) -> None:
    """List all canaries, the latest accounts first."""
    following, more = "", True
    while more:
        page = _call("GET", f"/internal/trust/canaries?pageSize=100&pageToken={following}", token, home)
        for canary in page.get("canaries", []):
            say(f"{canary['userId']}  {canary['createdAt']}  {canary['operator']}")
        following = page.get("nextPageToken", "")
        more = bool(following)


def _call(method: str, path: str, token: str, home: Any) -> dict[str, Any]:
    import httpx

    place = Home(home)
    running = place.supervisor()
    if running is None:
        raise Problem(f"guild does not run on {place.path}: start it with `guild up`")
    proof = token or os.environ.get("GUILD_AUTH_ADMIN_TOKEN") or place.admin_token()
    address = f"http://127.0.0.1:{running.http_port}{path}"
    body = {} if method == "POST" else None
    try:
        answer = httpx.request(method, address, json=body, headers={"x-admin-token": proof}, timeout=15)
    except httpx.HTTPError as error:
        raise Problem(f"the edge on port {running.http_port} does not answer: {error}") from error
    if not answer.is_success:
        said = answer.json().get("detail") if "json" in answer.headers.get("content-type", "") else ""
        raise Problem(f"refused ({answer.status_code}): {said or 'no reason given'}")
    return answer.json() if answer.content else {}
