"""What every template keeps: escaped data, imports that are used, words that can be translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))

# The file that people take along has no site beside it: our stylesheet goes with it.
CARRIES_ITS_STYLES = {"take_along/file.html", "errors/proxy_page.html"}

HINTS = ("just", "simply", "easy", "easily")


@pytest.mark.parametrize("name", NAMES)
def test_every_import_of_a_template_is_used(name: str, migrated_app: Flask) -> None:
    source = (TEMPLATES / name).read_text("utf-8")
    tree = migrated_app.jinja_env.parse(source)
    imported = {
        alias if isinstance(alias, str) else alias[1]
        for node in tree.find_all(nodes.FromImport)
        for alias in node.names
    }
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    assert imported <= used, f"imported and not used: {sorted(imported - used)}"


@pytest.mark.parametrize("name", NAMES)
def test_every_import_of_a_template_is_there(name: str, migrated_app: Flask) -> None:
    tree = migrated_app.jinja_env.parse((TEMPLATES / name).read_text("utf-8"))
    for node in tree.find_all(nodes.FromImport):
        assert isinstance(node.template, nodes.Const)
        source = (TEMPLATES / node.template.value).read_text("utf-8")
        macros = {
            macro.name for macro in migrated_app.jinja_env.parse(source).find_all(nodes.Macro)
        }
        wanted = {alias if isinstance(alias, str) else alias[0] for alias in node.names}
        assert wanted <= macros, f"{node.template.value} has no {sorted(wanted - macros)}"


@pytest.mark.parametrize("name", NAMES)
def test_no_template_turns_escaping_off(name: str) -> None:
    source = (TEMPLATES / name).read_text("utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", source)


@pytest.mark.parametrize("name", NAMES)
def test_no_template_has_inline_style_or_script(name: str) -> None:
    source = (TEMPLATES / name).read_text("utf-8")
    if name in CARRIES_ITS_STYLES:
        source = source.replace("<style>{{ styles }}</style>", "")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("name", NAMES)
def test_every_script_says_what_it_has_to_be(name: str) -> None:
    source = (TEMPLATES / name).read_text("utf-8")
    for script in re.findall(r"<script\b[^>]*>", source):
        file = re.search(r"asset_url\('([\w.]+)'\)", script)
        assert file
        assert f"integrity=\"{{{{ asset_integrity('{file.group(1)}') }}}}\"" in script


@pytest.mark.parametrize("name", NAMES)
def test_no_template_calls_anything_easy_or_shouts(name: str) -> None:
    source = re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text("utf-8"), flags=re.DOTALL)
    spoken = " ".join(re.findall(r"_\(\s*[\"'](.*?)[\"']", source))
    for word in HINTS:
        assert not re.search(rf"\b{word}\b", spoken, re.IGNORECASE), word
    assert "!" not in spoken
