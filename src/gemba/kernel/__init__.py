"""What any quality record needs: people, rights, trail, signatures, links, files, tasks. Knows no record type."""
