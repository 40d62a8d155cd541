"""Reviews of the system itself: its trail, who may do what, whether a backup brings everything back (4.2.5)."""
