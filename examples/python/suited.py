"""suited from Python, with the standard library alone.

SUITED_URL=http://127.0.0.1:8011 SUITED_KEY=sk_suited_… python3 suited.py CORPID
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request


class SuitedProblem(Exception):
    """What suited refuses: `code` is for programs, `detail` says what to do."""

    def __init__(self, status, problem, retry_after_seconds):
        super().__init__(f"{problem.get('code')}: {problem.get('detail')}")
        self.status = status
        self.code = problem.get("code")
        self.detail = problem.get("detail")
        self.retry_after_seconds = retry_after_seconds


class Suited:
    def __init__(self, url, key):
        self.url = url.rstrip("/")
        self.key = key

    def ask(self, path, query=None, body=None):
        """The JSON of an answer; a body is posted."""
        address = self.url + path
        if query:
            address += "?" + urllib.parse.urlencode(query)
        request = urllib.request.Request(
            address,
            data=None if body is None else json.dumps(body).encode(),
            headers={"authorization": f"Bearer {self.key}", "content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=35) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            retry_after = error.headers.get("retry-after")
            seconds = int(retry_after) if retry_after and retry_after.isdigit() else None
            try:
                problem = json.load(error)
            except ValueError:
                problem = {"code": "not_from_suited", "detail": error.reason}
            raise SuitedProblem(error.code, problem, seconds) from None

    def sign(self, corpid, url):
        """What ww.register wants for a page that this server renders."""
        return self.ask("/sign", {"corpid": corpid, "url": url})

    def events(self, **filters):
        """Events, newest first, page by page."""
        cursor = None
        while True:
            page = self.ask("/api/events", filters | ({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def wecom(self, corpid, path, query=None, body=None):
        """WeCom's API for a company: suited puts the token in, and renews a dead one."""
        corp = urllib.parse.quote(corpid, safe="")
        answer = self.ask(f"/proxy/corps/{corp}/cgi-bin/{path}", query, body)
        if answer["errcode"] != 0:
            raise RuntimeError(f"WeCom: {answer['errcode']} {answer['errmsg']}")
        return answer


def main(corpid):
    suited = Suited(os.environ["SUITED_URL"], os.environ["SUITED_KEY"])

    signature = suited.sign(corpid, "https://app.example.com/orders?id=7")
    print("signature", json.dumps(signature))

    for event in suited.events(corpid=corpid):
        print("event", event["type"], event["status"])

    for member in suited.wecom(corpid, "user/simplelist", {"department_id": 1})["userlist"]:
        details = suited.wecom(corpid, "user/get", {"userid": member["userid"]})
        print("member", details["userid"], details["name"])

    try:
        suited.sign("wpNobody", "https://app.example.com/")
    except SuitedProblem as problem:
        print("problem", problem.status, problem.code, problem.detail)


if __name__ == "__main__":
    main(sys.argv[1])
