"""Loaders of the content that ships with the project: taxonomy, crisis words, listings, helplines."""
