"""Shared parts of all HTML pages: the template engine, its filters, and the templates."""
