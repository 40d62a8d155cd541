"""The way to a certificate on two tracks, paper and practice, and all that stays due after it (M92, M104, M190)."""
