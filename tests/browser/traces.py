"""What a visit leaves in a browser, and whom it tells: read after the pages were shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request, Route, WebSocket

# Runs in the page, since each of these stores belongs to the host of a page.
_STORED = """async () => {
  const databases = await indexedDB.databases();
  const workers = await navigator.serviceWorker.getRegistrations();
  return {
    cookie: document.cookie.split('; ').map((each) => each.split('=')[0]).filter(Boolean),
    localStorage: Object.keys(localStorage),
    sessionStorage: Object.keys(sessionStorage),
    IndexedDB: databases.map((each) => each.name),
    'Cache storage': await caches.keys(),
    'service worker': workers.map((each) => each.scope),
    'window.name': window.name ? [window.name] : [],
  };
}"""


@contextmanager
def hosts_asked(context: BrowserContext, base_url: str) -> Iterator[set[str]]:
    """The other hosts that pages of this context ask for; none of them is reached."""
    ours = urlsplit(base_url).netloc
    found: set[str] = set()

    def note(address: str) -> bool:
        parts = urlsplit(address)
        is_foreign = parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != ours
        if is_foreign:
            found.add(parts.netloc)
        return is_foreign

    def judge(route: Route) -> None:
        # A page may have routes of its own, such as one that makes a POST of a visit.
        if note(route.request.url):
            route.abort()
        else:
            route.fallback()

    def note_request(request: Request) -> None:
        note(request.url)

    def note_socket(socket: WebSocket) -> None:
        note(socket.url)

    def watch(page: Page) -> None:
        page.on("websocket", note_socket)

    context.route("**/*", judge)
    context.on("request", note_request)
    context.on("page", watch)
    yield found


def traces(context: BrowserContext, page: Page) -> list[str]:
    """All that this context keeps of the site, each with the name of the place it lies in."""
    cookies = [f"cookie: {cookie.get('name')}" for cookie in context.cookies()]
    workers = [f"service worker: {worker.url}" for worker in context.service_workers]
    stored: dict[str, list[str]] = page.evaluate(_STORED)
    lying = [f"{place}: {name}" for place, names in stored.items() for name in names]
    return cookies + workers + lying


def use(page: Page) -> None:
    """Do what people do on any page: open what is folded, go through it by keyboard, to its end."""
    for summary in page.locator("main details > summary:visible").all():
        summary.click()
    for _step in range(3):
        page.keyboard.press("Tab")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
