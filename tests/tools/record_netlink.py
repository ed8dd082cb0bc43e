"""Records the netlink dumps of the network namespace it runs in, as the hex side files of a recorded host.

usage: record_netlink.py DIR      (run it in a namespace made for that, never in a machine's own)
"""
import os
import socket
import struct
import sys

NETLINK_ROUTE, NETLINK_SOCK_DIAG = 0, 4
RTM = {"links": 18, "addrs": 22, "routes4": 26, "routes6": 26, "rules4": 34, "rules6": 34}
FAMILY = {"routes4": 2, "rules4": 2, "tcp4": 2, "udp4": 2, "routes6": 10, "rules6": 10, "tcp6": 10, "udp6": 10}
NLM_F_REQUEST_DUMP = 0x301


def body(name):
    if name[:3] in ("tcp", "udp"):
        protocol, states = (6, 1 << 10) if name[:3] == "tcp" else (17, 0xFFFFFFFF)
        return 20, struct.pack("=BBBBI", FAMILY[name], protocol, 0, 0, states) + bytes(48)
    return RTM[name], struct.pack("=B", FAMILY.get(name, 0)) + bytes(15 if name != "addrs" else 7)


def dump(name):
    kind, payload = body(name)
    if name.startswith("rout") or name.startswith("rule"):
        payload = payload[:12]
    proto = NETLINK_SOCK_DIAG if kind == 20 else NETLINK_ROUTE
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, proto)
    s.send(struct.pack("=IHHII", 16 + len(payload), kind, NLM_F_REQUEST_DUMP, 1, 0) + payload)
    out = b""
    while True:
        data = s.recv(1 << 20)
        at = 0
        while at < len(data):
            n, typ = struct.unpack_from("=IH", data, at)
            if typ == 3:
                return out
            if typ == 2:
                raise SystemExit("%s: the kernel answers an error" % name)
            out += data[at:at + n].ljust((n + 3) & ~3, b"\0")
            at += (n + 3) & ~3


for name in ("links", "addrs", "routes4", "routes6", "rules4", "rules6", "tcp4", "tcp6", "udp4", "udp6"):
    with open(os.path.join(sys.argv[1], "netlink." + name), "w") as f:
        text = dump(name).hex()
        f.write("\n".join(text[i:i + 96] for i in range(0, len(text), 96)) + "\n")
