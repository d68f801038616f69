"""A server on the loopback interface that knows which lines are open, and hangs up in good order."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

HOST: Final = "127.0.0.1"
JOIN_SECONDS: Final = 5
POLL_SECONDS: Final = 0.05  # how soon a server notices that it is to stop


class LoopbackLines(ThreadingHTTPServer):
    """One thread for each line; all of them end when it hangs up."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        self._lines: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        super().__init__((HOST, port), handler)

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://{HOST}:{self.server_port}"

    def server_bind(self) -> None:
        """Bind, without asking who the machine is: that could leave it."""
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one line, and know that it is open."""
        with self._lock:
            self._lines[request] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._lines.pop(request, None)

    def hang_up(self) -> None:
        """End the lines that are open, and wait for their threads."""
        with self._lock:
            lines = dict(self._lines)
        for line in lines:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has just ended
        for thread in lines.values():
            thread.join(timeout=JOIN_SECONDS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that breaks is the client's business."""
