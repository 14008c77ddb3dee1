"""The demo's certification authority as a process: `python -m eoffice.launcher.demo_authority FOLDER PORT`."""

import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

from signing.demo_ca import DemoAuthority
from signing.demo_server import application


class Server(ThreadingMixIn, WSGIServer):
    """One thread per request; none of them keeps the process alive."""

    daemon_threads = True


def main(folder: Path, port: int) -> None:
    """Answer on 127.0.0.1:`port` for the authority kept in `folder` until ended."""
    with make_server("127.0.0.1", port, application(DemoAuthority(folder)), server_class=Server) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
