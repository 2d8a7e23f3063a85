"""`guild token`: an access token to try the API with."""

import os
from typing import Annotated

import typer

from guildctl.console import DEFAULT_HOME, HomeOption, Problem, say
from guildctl.home import Home


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("token")(token)


def token(
    email: Annotated[str | None, typer.Argument(help="Whose token; without it, the operators' token.")] = None,
    password: Annotated[
        str | None, typer.Option(envvar="GUILD_PASSWORD", help="Asked for when it is not given.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Log in and print the access token of a member, or print the operators' token of this home."""
    place = Home(home)
    if email is None:
        say(os.environ.get("GUILD_AUTH_ADMIN_TOKEN") or place.admin_token())
        return
    running = place.supervisor()
    if running is None:
        raise Problem(f"guild does not run on {place.path}: start it with `guild up`")
    secret = password or typer.prompt("password", hide_input=True, err=True)
    say(_login(running.http_port, email, secret))


def _login(port: int, email: str, password: str) -> str:
    import httpx

    address = f"http://127.0.0.1:{port}/api/v1/auth/login"
    try:
        answer = httpx.post(address, json={"email": email, "password": password}, timeout=15)
    except httpx.HTTPError as error:
        raise Problem(f"the edge on port {port} does not answer: {error}") from error
    if answer.is_success:
        return str(answer.json()["accessToken"])
    try:
        problem = answer.json()
        said = problem.get("detail") or problem.get("title")
    except ValueError:
        said = None
    raise Problem(f"login was refused ({answer.status_code}): {said or 'no reason given'}")
