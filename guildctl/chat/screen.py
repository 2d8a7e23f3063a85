"""What a chat looks like in a terminal."""

from collections.abc import Sequence
from typing import Any

from google.rpc import error_details_pb2
from rich.console import Console
from rich.table import Table
from rich.text import Text

from guild.messaging.v1 import chat_pb2, message_pb2
from guildctl.chat.account import Account
from mesh.contract import moment

HELP = "/list  /open NUMBER  /to USER_ID  /history  /help  /quit — anything else is sent"


class Screen:
    """Prints; people's text is never taken as markup."""

    def __init__(self, console: Console, account: Account) -> None:
        self._console = console
        self._account = account

    def note(self, text: str) -> None:
        """Print a remark."""
        self._console.print(Text(text, style="dim"))

    def conversations(self, found: Sequence[message_pb2.Conversation]) -> None:
        """Print a numbered list."""
        table = Table("#", "with", "unread", "last message", box=None, header_style="dim")
        for number, conversation in enumerate(found, 1):
            last = conversation.last_message.content.replace("\n", " ")[:60]
            unread = str(conversation.unread_count or "")
            table.add_row(str(number), Text(self.title(conversation)), unread, Text(last))
        self._console.print(table if found else Text("no conversations yet: write to somebody with /to USER_ID"))

    def title(self, conversation: message_pb2.Conversation) -> str:
        """What a conversation is called."""
        others = [self._account.name(id_) for id_ in conversation.participant_ids if id_ != self._account.user_id]
        return conversation.title or ", ".join(others)

    def message(self, message: message_pb2.Message, *, elsewhere: bool = False) -> None:
        """Print a message."""
        who = self._account.name(message.sender_id)
        line = Text(_clock(message.created_at), style="dim")
        line.append(f" {who}", style="bold cyan" if who == "you" else "bold green")
        if elsewhere:
            line.append(f" (in {message.conversation_id[-8:]})", style="dim")
        deleted = message.state == message_pb2.MESSAGE_STATE_DELETED
        line.append(": ").append("(deleted)" if deleted else message.content, style="not dim")
        self._console.print(line)

    def ack(self, ack: chat_pb2.ChatAck) -> None:
        """Print that a message is stored."""
        self.note(f"{_clock(ack.created_at)} stored as number {ack.sequence}")

    def frame(self, frame: chat_pb2.ChatResponse) -> None:
        """Print any other frame that is worth a line."""
        match frame.WhichOneof("frame"):
            case "receipt":
                read = frame.receipt.kind == chat_pb2.RECEIPT_KIND_READ
                what = "read" if read else "got"
                self.note(f"{self._account.name(frame.receipt.user_id)} {what} up to {frame.receipt.up_to_sequence}")
            case "changed":
                changed = frame.changed.message
                self.note(f"{self._account.name(changed.sender_id)} deleted number {changed.sequence}")
            case "typing":
                self.note(f"{self._account.name(frame.typing.user_id)} is typing…")
            case "presence":
                state = "is here" if frame.presence.online else "went away"
                self.note(f"{self._account.name(frame.presence.user_id)} {state}")
            case "error":
                self._console.print(Text(f"refused: {frame.error.status.message} ({_reason(frame)})", style="red"))
            case "goaway":
                self.note("the server asks to connect again")
            case _:
                pass


def _clock(at: Any) -> str:
    return moment(at).astimezone().strftime("%H:%M")


def _reason(frame: chat_pb2.ChatResponse) -> str:
    info = error_details_pb2.ErrorInfo()
    return next((info.reason for detail in frame.error.status.details if detail.Unpack(info)), "UNKNOWN")
