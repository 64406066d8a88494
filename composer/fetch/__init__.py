"""Getting what a run needs and no wheel can carry: a hypervisor, from the system's own package archive."""
