"""Which duties apply to a company: what follows from its role, its markets and its answers, and what people decide."""
