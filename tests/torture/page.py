"""A requester's browser, as far as the torture needs one: the link of a mail, a text, Send."""
import http.client
import re
import urllib.parse

LINE = "x" * 20


def link_of(text):
    """The reply link in a mail's text, without the host; None where there is none."""
    found = re.search(r"http://127\.0\.0\.1:\d+(/r/[a-z2-7]{26})\b", text)
    return found and found[1]


def ask(port, method, path, cookie=None, *, form=None, written=None):
    """One request and its answer; form is urlencoded, written is multipart as the page sends it."""
    headers = {"Cookie": cookie} if cookie else {}
    body = None
    if written is not None:
        headers["Content-Type"] = f"multipart/form-data; boundary={LINE}"
        body = "".join(f'--{LINE}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
                       for n, v in written.items()) + f"--{LINE}--\r\n"
    elif form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urllib.parse.urlencode(form)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.text = answer.read().decode(errors="replace")
    finally:
        connection.close()
    return answer


def enter(port, link):
    """Presses the button behind the link: (cookie, the case's page, its csrf)."""
    entered = ask(port, "POST", link, form={})
    assert entered.status == 303, (entered.status, entered.text[-500:])
    cookie = entered.getheader("Set-Cookie").split(";")[0]
    where = entered.getheader("Location")
    page = ask(port, "GET", where, cookie)
    return cookie, where, re.search(r'name="csrf" value="([a-z2-7]+)"', page.text)[1]


def send(port, session, page, **fields):
    """Sends a form of the case's page, as enter() opened it."""
    cookie, where, csrf = session
    sent = ask(port, "POST", f"{where}/{page}", cookie, written={"csrf": csrf, **fields})
    assert sent.status == 303, (sent.status, sent.text[-500:])


def write(port, link, text):
    """Opens the link, and sends a text on the case's page.  Whoever gets HTTPException or OSError
    does not know whether it was taken, and may send it again."""
    send(port, enter(port, link), "write", text=text)
