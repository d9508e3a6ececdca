"""No page asks another host for anything, and none leaves a trace of its own in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, Page

from app.web.tries import LIMITER
from tests.browser.traces import hosts_asked, traces, use
from tests.browser.whole import Whole
from tests.visits import ARRIVING, PUBLIC, STAFF, Visit

ELSEWHERE = "elsewhere.example"
# So many pages are shown one after the other in one context, as one person reads them.
AT_ONCE = 8
PARTS = [PUBLIC[first : first + AT_ONCE] for first in range(0, len(PUBLIC), AT_ONCE)]
BEHIND_THE_DOOR = [(*ARRIVING, *STAFF)[first::4] for first in range(4)]


@pytest.mark.parametrize("visits", PARTS, ids=lambda visits: str(visits[0]))
def test_a_public_visit_asks_nobody_else_and_leaves_nothing(
    browser: Browser, whole: Whole, visits: tuple[Visit, ...]
) -> None:
    context = whole.context(browser)
    with closing(context), hosts_asked(context, whole.url) as hosts:
        page = context.new_page()
        for visit in visits:
            whole.open(page, visit)
            use(page)
            assert (hosts, traces(context, page)) == (set(), []), str(visit)


@pytest.mark.slow
@pytest.mark.parametrize("visits", BEHIND_THE_DOOR, ids=lambda visits: str(visits[0]))
def test_a_page_of_the_staff_asks_nobody_else_and_keeps_the_session_alone(
    browser: Browser, whole: Whole, visits: tuple[Visit, ...]
) -> None:
    for visit in visits:
        context = whole.context(browser, visit.visitor)
        with closing(context), hosts_asked(context, whole.url) as hosts:
            page = context.new_page()
            whole.open(page, visit)
            use(page)
            assert hosts == set(), str(visit)
            assert set(traces(context, page)) <= {"cookie: session"}, str(visit)


def test_somebody_who_asks_too_often_is_told_so_without_a_trace(
    browser: Browser, whole: Whole
) -> None:
    """The answer to a sender over the limit is a page like any other."""
    form = {"topic": "phone", "details": "It rings and rings."}
    visit = Visit(endpoint="public.report", path="/listings/{listing}/report", form=form)
    context = whole.context(browser)
    with closing(context), hosts_asked(context, whole.url) as hosts:
        page = context.new_page()
        path = whole.sample.fill(visit.path)
        statuses = [whole.send(page, path, dict(form)).status for _time in range(11)]
        whole.app.extensions[LIMITER].forget()
        assert statuses[-1] == 429
        use(page)
        assert (hosts, traces(context, page)) == (set(), [])


@contextmanager
def a_page(browser: Browser, whole: Whole) -> Iterator[tuple[Page, set[str]]]:
    """A page of ours in which a planted script may do what our policy forbids."""
    context = whole.context(browser, bypass_csp=True)
    with closing(context), hosts_asked(context, whole.url) as hosts:
        page = context.new_page()
        page.goto("/")
        yield page, hosts


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("document.cookie = 'seen=1'", "cookie: seen"),
        ("localStorage.setItem('seen', '1')", "localStorage: seen"),
        ("sessionStorage.setItem('seen', '1')", "sessionStorage: seen"),
        ("window.name = 'seen'", "window.name: seen"),
        ("caches.open('seen')", "Cache storage: seen"),
        (
            "new Promise((done) => { indexedDB.open('seen').onsuccess = () => done(); })",
            "IndexedDB: seen",
        ),
    ],
)
def test_a_planted_trace_is_seen(browser: Browser, whole: Whole, script: str, found: str) -> None:
    with a_page(browser, whole) as (page, _hosts):
        page.evaluate(script)
        assert found in traces(page.context, page)


def test_a_planted_worker_is_seen(browser: Browser, whole: Whole) -> None:
    with a_page(browser, whole) as (page, _hosts):
        page.evaluate(
            "navigator.serviceWorker.register(document.querySelector('script[src]').src)"
            ".then(() => 0)"
        )
        assert any(trace.startswith("service worker: ") for trace in traces(page.context, page))


@pytest.mark.parametrize(
    "script",
    [
        f"new Image().src = 'https://{ELSEWHERE}/a.png'",
        f"fetch('https://{ELSEWHERE}/a').catch(() => 0)",
        f"navigator.sendBeacon('https://{ELSEWHERE}/a')",
        f"new WebSocket('wss://{ELSEWHERE}/a')",
        f"document.head.innerHTML += '<link rel=stylesheet href=https://{ELSEWHERE}/a.css>'",
        f"document.body.insertAdjacentHTML('beforeend', '<iframe src=https://{ELSEWHERE}/>')",
    ],
)
def test_a_planted_request_to_another_host_is_seen(
    browser: Browser, whole: Whole, script: str
) -> None:
    with a_page(browser, whole) as (page, hosts):
        page.evaluate(f"() => {{ {script} }}")
        page.wait_for_timeout(300)
        assert hosts == {ELSEWHERE}
