"""The doors for people: pages, their headers and their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.web import finding, health
from app.web.admin import blueprint as admin_blueprint
from app.web.admin.door import register_staff_door
from app.web.admin.imports.launching import register_launcher
from app.web.admin.sign_in import register_sign_in
from app.web.assets import register_assets
from app.web.errors import register_errors
from app.web.headers import register_headers, security_headers
from app.web.learn import blueprint as learn_blueprint
from app.web.public import blueprint as public_blueprint
from app.web.resting import keep_resting_page
from app.web.take_along import blueprint as take_along_blueprint
from app.web.words import register_words

if TYPE_CHECKING:
    from flask import Flask

    from config import Config


def register_web(app: Flask, config: Config) -> None:
    """Give the application its pages, headers, error pages and template words."""
    register_headers(app, is_behind_https=config.is_behind_https)
    register_assets(app, headers=security_headers(is_behind_https=config.is_behind_https))
    register_errors(app)
    register_words(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(finding.blueprint)
    app.register_blueprint(public_blueprint)
    app.register_blueprint(learn_blueprint)
    app.register_blueprint(take_along_blueprint)
    register_sign_in(app, config)
    register_staff_door(app)
    app.register_blueprint(admin_blueprint)
    keep_resting_page(app)
    register_launcher(app, config)
