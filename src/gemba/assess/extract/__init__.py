"""From plain blocks to what a document says of itself: identity, claims, references, marks of a template."""
