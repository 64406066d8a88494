"""Tap devices of this machine: opened for a process, or tried before a machine opens one itself."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from composer.errors import Code, ComposerError, Diagnostic

_TUN = "/dev/net/tun"
_TUNSETIFF = 0x400454CA  # <linux/if_tun.h>, _IOW('T', 202, int)
_TUNSETOFFLOAD = 0x400454D0  # _IOW('T', 208, unsigned int)
_IFF_TAP, _IFF_NO_PI = 0x0002, 0x1000
_IFREQ = struct.Struct("16sH22x")
_NAME_MOST = 15  # bytes of an interface's name


@contextmanager
def opened_tap(name: str) -> Iterator[int]:
    """A descriptor for the frames of the tap `name`, which must be there; raises `ComposerError` (NO_TAP)."""
    _require_interface(name)
    try:
        descriptor = os.open(_TUN, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        message = f"the tap '{name}' cannot be opened: {_TUN}: {error.strerror}"
        raise _no_tap(message, "leave out --tap for a network that needs no rights, or run as root") from None
    try:
        try:
            fcntl.ioctl(descriptor, _TUNSETIFF, _IFREQ.pack(name.encode(), _IFF_TAP | _IFF_NO_PI))
            fcntl.ioctl(descriptor, _TUNSETOFFLOAD, 0)  # a machine that had it before may have left checksums to itself
        except OSError as error:
            raise _refused(name, error) from None
        yield descriptor
    finally:
        os.close(descriptor)


def require_tap(name: str) -> None:
    """Raise `ComposerError` (NO_TAP) if the tap `name` cannot be opened now."""
    with opened_tap(name):
        pass


def _require_interface(name: str) -> None:
    """Opening one that is not there would make it, for who may."""
    try:
        socket.if_nametoindex(name)
    except OSError:
        if 0 < len(name.encode()) <= _NAME_MOST:
            hint = f"make it with `sudo ip tuntap add {name} mode tap user $USER` and `sudo ip link set {name} up`"
        else:
            hint = f"names of devices have 1 to {_NAME_MOST} bytes"
        raise _no_tap(f"there is no tap '{name}'", hint) from None


def _refused(name: str, error: OSError) -> ComposerError:
    match error.errno:
        case errno.EPERM:
            hint = f"it belongs to somebody else: `sudo ip tuntap add {name} mode tap user $USER` makes one of yours"
            return _no_tap(f"you may not open the tap '{name}'", hint)
        case errno.EBUSY:
            return _no_tap(f"the tap '{name}' is in use", "end the guest that has it, or make another")
        case errno.EINVAL:
            return _no_tap(f"the device '{name}' is no tap", "`ip tuntap` lists those that are")
        case _:
            return _no_tap(f"the tap '{name}' cannot be opened: {error.strerror}", "`ip tuntap` lists those that are")


def _no_tap(message: str, hint: str) -> ComposerError:
    return ComposerError(Diagnostic(Code.NO_TAP, message, hint=hint))
