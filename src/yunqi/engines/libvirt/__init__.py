"""One machine: libvirt and QEMU for domains, raw files for disks, bridges, namespaces, nftables and tc for networks."""
