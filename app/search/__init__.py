"""The search index: a read-only copy of the listings that answers in a millisecond."""
