"""One small view per page; what they show is made elsewhere."""
