"""What records prove: evidence by type, why some of it does not hold, and what follows for every duty."""
