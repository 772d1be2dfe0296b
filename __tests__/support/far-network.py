"""Runs a command in a network where far.example has an IPv4 address that is 300 ms away, and an IPv6 address without a route.

Start it by `unshare --net --mount`. A packet to 10.99.0.2 comes back 150 ms later with its addresses swapped, so a
server on 10.99.0.1 answers for the far one. Swapping addresses keeps all checksums right.
"""

import fcntl
import os
import struct
import subprocess
import sys
import tempfile
import threading

TUNSETIFF = 0x400454CA
IFF_TUN_WITHOUT_HEADER = 0x1001

tun = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", b"far0", IFF_TUN_WITHOUT_HEADER))
for arguments in ("addr add 10.99.0.1/24 dev far0", "link set far0 up", "link set lo up"):
    subprocess.run(["ip", *arguments.split()], check=True)

with tempfile.NamedTemporaryFile("w", delete=False) as hosts:
    hosts.write("10.99.0.2 far.example\n2001:db8::2 far.example\n")
subprocess.run(["mount", "--bind", hosts.name, "/etc/hosts"], check=True)


def forward():
    while True:
        packet = os.read(tun, 65536)
        if packet[0] >> 4 == 4:
            swapped = packet[:12] + packet[16:20] + packet[12:16] + packet[20:]
            threading.Timer(0.15, os.write, (tun, swapped)).start()


threading.Thread(target=forward, daemon=True).start()
code = subprocess.run(sys.argv[1:], check=False).returncode
os.unlink(hosts.name)
sys.exit(code)
