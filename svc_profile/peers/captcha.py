"""A provider that tells people from robots."""

from typing import TYPE_CHECKING, final

from mesh.settings import Secret
from mesh.telemetry import get_logger

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 3.0
_log = get_logger(__name__)


@final
class Captcha:
    """Asks `verify_url` as reCAPTCHA, hCaptcha and Turnstile are asked: a form in, `{"success": …}` back.

    A provider that does not answer lets nobody through, or everybody where `open_when_away` says so. A Part: it keeps
    its connections from one question to the next, and closes them.
    """

    name = "captcha"

    def __init__(self, site_key: str, verify_url: str, secret: Secret, *, open_when_away: bool) -> None:
        self.site_key = site_key
        self._url = verify_url
        self._secret = secret
        self._open_when_away = open_when_away
        self._client: httpx.AsyncClient | None = None

    async def start(self) -> None:
        """Be ready to ask; connections are made when there is something to ask."""
        import httpx

        self._client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False)

    async def stop(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def is_person(self, answer: str) -> bool:
        """Whether the answer is one that the provider gave to a person; raises RuntimeError before the start."""
        import httpx

        if self._client is None:
            raise RuntimeError("the provider is asked after the start")
        form = {"secret": self._secret.reveal(), "response": answer}
        try:
            answered = await self._client.post(self._url, data=form)
            answered.raise_for_status()
            return answered.json().get("success") is True
        except (httpx.HTTPError, ValueError, AttributeError) as error:
            _log.warning("captcha_unavailable", error=type(error).__name__)
            return self._open_when_away
