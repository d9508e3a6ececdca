"""What the browser loads by itself is ours: in the templates, the styles and the scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = sorted(
    path for path in (ROOT / "app" / "static").iterdir() if path.suffix in {".css", ".js", ".svg"}
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
# In styles and scripts no address of a host has any business; a namespace is a name.
_ADDRESS = re.compile(r"""(?:[a-z]+:)?//[\w-]+\.[\w.-]+|url\(\s*["']?(?!["']?(?:#|data:))[^)]*//""")
_NAMESPACE = "http://www.w3.org/"
# Attributes and elements that load without being asked, with an address of their own.
_LOADS = re.compile(
    r"""<(?:script|img|iframe|link|audio|video|source|embed|object|track|input|use|image)\b[^>]*?"""
    r"""\s(?:src|srcset|href|data|poster|xlink:href)=["']\s*(?:[a-z]+:)?//""",
    re.IGNORECASE,
)
_HINTS = re.compile(r"""rel=["'][^"']*(?:dns-prefetch|preconnect|prefetch|preload|prerender)""")


def other_hosts(text: str) -> list[str]:
    """Addresses of other hosts in a style or a script, its comments aside."""
    bare = re.sub(r"/\*.*?\*/|<!--.*?-->|^\s*//.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    found = [match[0] for match in _ADDRESS.finditer(bare.replace(_NAMESPACE, ""))]
    return found + re.findall(r"@import[^;]*", bare)


def loads_elsewhere(text: str) -> list[str]:
    """What a page would load from an address that names a host, or connect to early."""
    return [match[0] for each in (_LOADS, _HINTS) for match in each.finditer(text)]


@pytest.mark.parametrize("path", STATIC, ids=lambda path: path.name)
def test_no_style_or_script_names_another_host(path: Path) -> None:
    assert other_hosts(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_loads_from_another_host(path: Path) -> None:
    assert loads_elsewhere(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "a { background: url(//fonts.example.org/a.woff) }",
        '@import "https://fonts.example.org/a.css";',
        "fetch('https://api.example.org/a')",
        "new Image().src = '//api.example.org/a'",
    ],
)
def test_a_planted_address_is_seen_in_a_style_or_a_script(planted: str) -> None:
    assert other_hosts(planted)


@pytest.mark.parametrize(
    "planted",
    [
        '<img alt="" src="https://example.org/a.png">',
        '<script defer src="//example.org/a.js"></script>',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<link href="/a" rel="dns-prefetch">',
    ],
)
def test_a_planted_load_is_seen_in_a_template(planted: str) -> None:
    assert loads_elsewhere(planted)
