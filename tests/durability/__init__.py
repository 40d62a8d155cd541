"""Faults of the machine: killed servers, full disks, a database that is away. Acknowledged is stored, always."""
