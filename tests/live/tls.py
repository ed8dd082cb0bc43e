"""A real HTTPS server on loopback with an authority made at test time, a table of answers, and a log of what came.

    ca = tls.Authority(directory)
    server = tls.Server(ca, {"GET /user": tls.answer(200, {"login": "a"}, {"X-OAuth-Scopes": "repo"})})
    environment["SSL_CERT_FILE"] = ca.file; server.host is "127.0.0.1:PORT"; server.requests holds what arrived
    server.stop()

A table's key is "METHOD /path?query", "METHOD /path" or a compiled pattern over either; its value an answer, a list of
answers (one a request, the last one stays), or a function of the request. What is in no table answers 404 in JSON.
"""
import atexit
import http.server
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import time

LOOPBACK = ["127.0.0.1", "localhost", "::1"]


def run(*argv):
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


class Authority:
    """Signs certificates with the openssl program. `file` is what a client must trust."""

    def __init__(self, directory, name="a test authority"):
        self.directory, self.count = directory, 0
        os.makedirs(directory, exist_ok=True)
        self.file, self.key = os.path.join(directory, "ca.pem"), os.path.join(directory, "ca.key")
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=" + name, "-keyout", self.key, "-out", self.file)

    def issue(self, names=LOOPBACK, expired=False):
        """(certificate, key) files for these names; expired: yesterday was the last day."""
        self.count += 1
        base = os.path.join(self.directory, "server%d" % self.count)
        alt = ",".join(("IP:" if re.match(r"[\d.]+$|.*:", n) else "DNS:") + n for n in names)
        with open(base + ".ext", "w") as f:
            f.write("subjectAltName=%s\n" % alt)
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", "/CN=a test server", "-keyout", base + ".key", "-out", base + ".csr")
        if not expired:
            run("openssl", "x509", "-req", "-in", base + ".csr", "-CA", self.file, "-CAkey", self.key, "-days", "2",
                "-set_serial", str(self.count), "-extfile", base + ".ext", "-out", base + ".pem")
            return base + ".pem", base + ".key"
        with open(base + ".cnf", "w") as f:  # only `openssl ca` takes dates in the past
            f.write("[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=%s\ndatabase=%s.db\nserial=%s.srl\ndefault_md=sha256\n"
                    "policy=p\nunique_subject=no\n[p]\ncommonName=supplied\n" % (self.directory, base, base))
        open(base + ".db", "w").close()
        with open(base + ".srl", "w") as f:
            f.write("%04x\n" % (0x1000 + self.count))
        run("openssl", "ca", "-batch", "-notext", "-config", base + ".cnf", "-cert", self.file, "-keyfile", self.key,
            "-in", base + ".csr", "-out", base + ".pem", "-extfile", base + ".ext", "-startdate", "20200101000000Z",
            "-enddate", "20200102000000Z")
        return base + ".pem", base + ".key"


class Answer:
    def __init__(self, status, body, headers, stream):
        self.status, self.body, self.headers, self.stream = status, body, headers, stream


def answer(status=200, body=b"", headers=None, stream=None):
    """body: bytes, text, or anything that becomes JSON. stream: a function of the connection's file, instead of a body,
    called after the headers (give Content-Length by hand or leave it out)."""
    headers = dict(headers or {})
    if not isinstance(body, (bytes, str)):
        body = json.dumps(body)
        headers.setdefault("Content-Type", "application/json; charset=utf-8")
    return Answer(status, body.encode() if isinstance(body, str) else body, headers, stream)


class Request:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.line = method + " " + path

    def __contains__(self, text):
        return text in self.line or any(text in v for v in self.headers.values()) or text.encode() in self.body


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else head and body, written apart, come 40 ms apart
    timeout = 60

    def serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, self.rfile.read(length))
        self.server.owner.note(request)
        reply = self.server.owner.find(request)
        if self.server.owner.delay:
            time.sleep(self.server.owner.delay)
        self.send_response(reply.status)
        headers = dict(reply.headers)
        if not reply.stream:
            headers.setdefault("Content-Length", str(len(reply.body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.stream:
            self.close_connection = True
            reply.stream(self.wfile)
        elif self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = serve

    def log_message(self, *args):
        pass


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def get_request(self):
        connection, peer = self.socket.accept()
        self.owner.connections += 1
        if self.owner.context:  # the handshake itself is done by the handler's thread
            connection = self.owner.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, peer

    def handle_error(self, request, peer):
        pass


class Server:
    def __init__(self, ca, table, names=LOOPBACK, expired=False, delay=0, address="127.0.0.1"):
        """ca None: plain http. delay: seconds before each answer."""
        self.table, self.delay, self.requests, self.connections = table, delay, [], 0
        self.lock, self.context = threading.Lock(), None
        if ca:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*ca.issue(names, expired))
        self.listener = Listener((address, 0), Handler)
        self.listener.owner = self
        self.port = self.listener.server_address[1]
        self.host = "%s:%d" % (address, self.port)
        self.url = ("https://" if ca else "http://") + self.host
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()
        atexit.register(self.stop)

    def note(self, request):
        with self.lock:
            self.requests.append(request)

    def find(self, request):
        for name in (request.line, request.line.split("?")[0]):
            if name in self.table:
                return self.chosen(self.table[name], request)
        for key, value in self.table.items():
            if not isinstance(key, str) and key.match(request.line):
                return self.chosen(value, request)
        return answer(404, {"message": "Not Found"})

    def chosen(self, value, request):
        if isinstance(value, list):
            with self.lock:
                value = value.pop(0) if len(value) > 1 else value[0]
        return value(request) if callable(value) else value

    def mutations(self):
        """Requests that could change something: whatever is neither GET nor HEAD nor a query by POST (to judge by)."""
        return [r.line for r in self.requests if r.method not in ("GET", "HEAD")]

    def clear(self):
        with self.lock:
            self.requests, self.connections = [], 0

    def stop(self):
        atexit.unregister(self.stop)
        self.listener.shutdown()
        self.listener.server_close()


def huge(total):
    """A stream of `total` bytes, for as long as the other end takes them."""
    def stream(out):
        block = b" " * 65536
        for _ in range(total // len(block)):
            out.write(block)
    return stream


def slow(pause_s, count):
    """One byte, a pause, and so on."""
    def stream(out):
        for _ in range(count):
            out.write(b" ")
            out.flush()
            time.sleep(pause_s)
    return stream


def free_port():
    """A port where nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
