"""The only ways to write: each action has an actor, a reason, `check()` and `execute()`."""
