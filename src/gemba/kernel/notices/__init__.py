"""Comments, mentions, watchers and notifications, with an outbox that survives a dead mail server."""
