"""Text messages through the gateway of a provider."""

from typing import final

import httpx

from mesh.mail.outgoing import Outgoing, Undeliverable
from mesh.settings import MailSettings

TIMEOUT_SECONDS = 20.0
_REFUSED = frozenset({400, 404, 410, 422})


@final
class SmsGateway:
    """Posts `{id, to, text}` as JSON, with a bearer token; a provider's own API is a few lines behind such a door."""

    def __init__(self, settings: MailSettings) -> None:
        self._url = settings.sms_url
        self._token = settings.sms_token
        self._client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False)

    async def send(self, outgoing: Outgoing) -> None:
        """Hand a text message on; raises Undeliverable where the gateway says that it never will be."""
        body = {"id": outgoing.id, "to": outgoing.to, "text": outgoing.text}
        headers = {"authorization": f"Bearer {self._token.reveal()}", "idempotency-key": outgoing.id}
        answer = await self._client.post(self._url, json=body, headers=headers)
        if answer.status_code in _REFUSED:
            raise Undeliverable(f"refused: {answer.status_code}")
        answer.raise_for_status()

    async def close(self) -> None:
        """Close the connections to the gateway."""
        await self._client.aclose()
