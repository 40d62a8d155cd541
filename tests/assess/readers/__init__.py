"""Each reader, format by format."""
