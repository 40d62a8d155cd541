"""The commands a person types, one module each: `arguments(parser)` and `run(options)`."""
