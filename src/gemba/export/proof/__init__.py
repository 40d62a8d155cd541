"""Evidence that others can check without Gemba: records with their whole history, files, proofs and a verifier."""
