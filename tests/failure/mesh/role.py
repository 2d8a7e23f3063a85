"""A server to kill: `python -m tests.failure.mesh.role PORT` serves nothing but health, and logs when it does."""

import asyncio
import sys

from mesh.rpc.pipeline import Pipeline
from mesh.rpc.server import RpcServer
from mesh.settings import ServerSettings


async def main(port: int) -> None:
    """Serve until somebody ends the process."""
    await RpcServer(ServerSettings(port=port), [], Pipeline()).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
