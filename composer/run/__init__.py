"""Starting a guest from a finished image, passing its console through, and learning how it ended."""
