"""Compose unikernel images from declarative manifests and recipes."""

__version__ = "0.1.0"
