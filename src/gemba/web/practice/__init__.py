"""Paper and practice on screen: the clause map, each clause, each duty, and the rows behind every figure."""
