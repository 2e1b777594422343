"""A small client of Specwright's API, with nothing but Python's standard library.

Everything the demo knows about addresses and fields is in this file; openapi.yaml is the reference.
"""

import http.client
import json
import time
import urllib.parse


class Problem(Exception):
    """An answer that is not a success: RFC 9457 problem details, or whatever came instead."""

    def __init__(self, status: int, body: bytes):
        self.status = status
        try:
            self.fields = json.loads(body)
        except ValueError:
            self.fields = {}
        detail = self.fields.get("detail") or f"The service answered {status}."
        request_id = self.fields.get("request_id")
        super().__init__(f"{detail} (request {request_id})" if request_id else detail)


class Unreachable(Exception):
    """Nobody answers at that address, or the connection broke in the middle of an answer."""


class Client:
    def __init__(self, url: str, token: str | None = None):
        self.url = urllib.parse.urlsplit(url)
        self.token = token

    # The conversation with one server

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        return kind(self.url.hostname, self.url.port, timeout=timeout)

    def _send(self, method: str, path: str, body=None, headers=None, timeout: float = 30):
        headers = {"accept": "application/json", **(headers or {})}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        if body is not None:
            body = json.dumps(body).encode()
            headers["content-type"] = "application/json"
        connection = self._connect(timeout)
        try:
            connection.request(method, self.url.path.rstrip("/") + path, body, headers)
            response = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise Unreachable(f"{self.url.geturl()} does not answer: {error}") from error
        if response.status >= 400:
            problem = Problem(response.status, response.read())
            connection.close()
            raise problem
        return connection, response

    def call(self, method: str, path: str, body=None):
        connection, response = self._send(method, path, body)
        try:
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"The answer to {method} {path} broke off: {error}") from error
        finally:
            connection.close()
        return json.loads(content) if content else None

    def get(self, path: str):
        return self.call("GET", path)

    def post(self, path: str, body: dict):
        return self.call("POST", path, body)

    def events(self, path: str):
        """Server-sent events as (name, data) for as long as the caller goes on asking.

        A broken connection is taken up again after the last event that arrived whole, so nothing is missed or
        repeated. Between events, `(None, None)` says that time passed: the server sends a comment every 15 seconds.
        """
        last_id = None
        failures = 0
        while True:
            headers = {"accept": "text/event-stream"}
            if last_id is not None:
                headers["last-event-id"] = last_id
            try:
                connection, response = self._send("GET", path, headers=headers, timeout=40)
                if response.status == 204:
                    return
                try:
                    for event_id, name, data in read_events(response):
                        failures = 0
                        if event_id is not None:
                            last_id = event_id
                        yield name, data
                finally:
                    connection.close()
            except (Unreachable, OSError, http.client.HTTPException) as error:
                failures += 1
                if failures > 5:
                    raise Unreachable(f"The stream of events is gone: {error}") from error
            time.sleep(min(0.1 * 2**failures, 3))
            yield None, None

    def download(self, path: str, file) -> int:
        """Writes the body into `file` as it comes; the number of bytes."""
        connection, response = self._send("GET", path, headers={"accept": "application/zip"}, timeout=120)
        size = 0
        try:
            while chunk := response.read(65_536):
                file.write(chunk)
                size += len(chunk)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"The download broke off after {size} bytes: {error}") from error
        finally:
            connection.close()
        return size

    # What Specwright offers

    def ready(self) -> None:
        self.get("/ready")

    def me(self) -> dict:
        return self.get("/api/me")

    def add_key(self, provider: str, label: str, key: str) -> dict:
        return self.post("/api/settings/keys", {"provider": provider, "label": label, "key": key})

    def create_feature(self, brief_text: str) -> dict:
        return self.post("/api/features", {"brief_text": brief_text})

    def feature(self, feature: str) -> dict:
        return self.get(f"/api/features/{feature}")

    def messages(self, feature: str) -> list:
        return self.get(f"/api/features/{feature}/messages")["items"]

    def say(self, feature: str, text: str) -> str:
        """The id of the answer, which can then be followed."""
        return self.post(f"/api/features/{feature}/messages", {"text": text})["answer_id"]

    def answer_events(self, feature: str, message: str):
        return self.events(f"/api/features/{feature}/messages/{message}/events")

    def feature_events(self, feature: str):
        return self.events(f"/api/features/{feature}/events")

    def confirm(self, feature: str, revision: int) -> dict:
        return self.post(f"/api/features/{feature}/confirm", {"revision": revision})

    def approve(self, feature: str, revision: int, gate: str) -> dict:
        return self.post(f"/api/features/{feature}/approve", {"revision": revision, "gate": gate})

    def recommendations(self, feature: str) -> list:
        return self.get(f"/api/features/{feature}/recommendations")["items"]

    def reviews(self, feature: str) -> list:
        return self.get(f"/api/features/{feature}/reviews")["items"]

    def runs(self, feature: str) -> dict:
        return self.get(f"/api/features/{feature}/runs")

    def download_feature(self, feature: str, file) -> int:
        return self.download(f"/api/features/{feature}/download", file)


def read_events(lines):
    """(id, name, data) of each event in a text/event-stream; data is parsed JSON. Comments are (None, None, None)."""
    event_id, name, data = None, "message", []
    for line in lines:
        line = line.decode().rstrip("\r\n")
        if line.startswith(":"):
            yield None, None, None
        elif line:
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "id":
                event_id = value
            elif field == "event":
                name = value
            elif field == "data":
                data.append(value)
        else:
            if data:
                yield event_id, name, json.loads("\n".join(data))
            event_id, name, data = None, "message", []


def development_token(token_url: str, subject: str) -> str:
    """A token of the development identity issuer that `specwright up` runs, which trusts whoever asks."""
    parts = urllib.parse.urlsplit(token_url)
    issuer = Client(f"{parts.scheme}://{parts.netloc}")
    return issuer.post(parts.path, {"subject": subject})["access_token"]
