"""What a real board's boot loader needs to start an image under Xen without a dom0: a fragment of its device tree."""

from __future__ import annotations

_BLOCK = 2 << 20


def board_fragment(name: str, memory: int, image_size: int) -> str:
    """The source of a device-tree fragment that gives Xen the guest `name`; sizes in bytes.

    Where the boot loader puts the Image is the board's own, so the address is left open: the text does not compile
    before it is written in ("docs/features/dom0less.pandoc" and "docs/misc/arm/device-tree/booting.txt" of Xen).
    """
    kib = -(-memory // 1024)
    return f"""\
// A fragment of the device tree that Xen is started with: it makes {name} a guest without a dom0.
// ADDRESS is where the boot loader puts {name}.img in memory: a multiple of {_BLOCK:#x} that nothing else uses.
// Xen's own words go to /chosen/xen,xen-bootargs, for instance "console=dtuart dtuart=serial0 bootscrub=0".
// Words for the guest (K=V, then -- and its arguments) go into bootargs.

/ {{
	chosen {{
		#address-cells = <2>;
		#size-cells = <2>;

		{_node_name(name)} {{
			compatible = "xen,domain";
			#address-cells = <2>;
			#size-cells = <2>;
			cpus = <1>;
			memory = <{kib >> 32:#x} {kib & 0xFFFFFFFF:#x}>; // {kib} KiB
			vpl011;
			xen,enhanced = "no-xenstore";

			module@ADDRESS {{
				compatible = "multiboot,kernel", "multiboot,module";
				reg = <0x0 ADDRESS 0x0 {image_size:#x}>;
				bootargs = "-- --";
			}};
		}};
	}};
}};
"""


def _node_name(name: str) -> str:
    """`name` as a node's name, which has at most 31 characters (Devicetree Specification, section 2.2.1)."""
    return f"domU-{name}"[:31]
