"""A local SMTP server that sends nothing on: each mail becomes a file under var/mail.

`NAME.eml` holds the bytes as received, `NAME.txt` the same to read: headers and text, decoded.
Run as `python -m eoffice.launcher.mail_sink FOLDER PORT`.
"""

import asyncio
import signal
import sys
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

SHOWN_HEADERS = ("From", "To", "Cc", "Subject", "Date")


class Sink:
    """The handler `aiosmtpd` calls for every mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.received = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Write the mail down and accept it."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        self.received += 1
        # The counter keeps mails of one microsecond apart; names sort by time of receipt.
        name = f"{datetime.now().astimezone():%Y%m%d-%H%M%S-%f}-{self.received:04d}"
        part = self.folder / f"{name}.part"
        part.write_bytes(content)
        (self.folder / f"{name}.txt").write_text(readable(content, envelope.rcpt_tos), encoding="utf-8")
        part.rename(self.folder / f"{name}.eml")  # whole, or not there
        return "250 OK"


def readable(content: bytes, recipients: list[str]) -> str:
    """The mail as plain text: envelope recipients, decoded headers, text body."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    lines = [f"Envelope-To: {', '.join(recipients)}"]
    lines += [f"{name}: {message[name]}" for name in SHOWN_HEADERS if message[name]]
    body = message.get_body(("plain", "html"))
    return "\n".join([*lines, "", body.get_content() if body is not None else ""])


async def serve(folder: Path, port: int) -> None:
    """Receive mails on 127.0.0.1:`port` until SIGTERM or SIGINT."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    sink = Sink(folder)
    server = await loop.create_server(lambda: SMTP(sink, enable_SMTPUTF8=True), "127.0.0.1", port)
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
