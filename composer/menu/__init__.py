"""The screen of `compose menu`: shows what `pipeline/menu.py` knows, and takes what a person chooses."""
