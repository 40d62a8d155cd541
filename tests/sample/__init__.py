"""A module that declares everything a module can declare, so that what the kernel makes of it is tested without one."""
