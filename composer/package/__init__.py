"""Images as OCI image layouts: made, and read with suspicion."""
