"""Code with which a notebook speaks Jupyter's protocol by itself, and what it may say."""

from __future__ import annotations

SPEAK = '''
import json, os, socket, struct, threading, time
import zmq
from IPython import get_ipython
from ipykernel.kernelapp import IPKernelApp

kernel = get_ipython().kernel
app = IPKernelApp.instance()
session = kernel.session
asked = kernel.get_parent()

hello = {"name": "stdout", "text": "a"}

def packed(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()

def frames(kind, content, header=None, parent=None, metadata=b"{}", sign=True, buffers=()):
    made = session.msg(kind, {}, parent=asked)["header"]
    made = {**made, "date": str(made["date"])}
    above = {**asked["header"], "date": str(asked["header"]["date"])}
    parts = [packed(p) for p in (
        made if header is None else header, above if parent is None else parent, metadata, content,
    )]
    return [b"<IDS|MSG>", session.sign(parts) if sign else b"0" * 64, *parts, *buffers]

def iopub(kind, content, **options):
    kernel.iopub_socket.send_multipart([b"x", *frames(kind, content, **options)])

def shell(kind, content, **options):
    # By the thread that the socket belongs to: two at once would break it.
    address = asked["header"]["session"].encode()
    loop = app.shell_channel_thread.io_loop
    loop.add_callback(app.shell_socket.send_multipart, [address, *frames(kind, content, **options)])

def connections():
    """The kernel's ends of its connections with the grader, as plain sockets."""
    for handle in map(int, os.listdir("/proc/self/fd")):
        try:
            one = socket.socket(fileno=os.dup(handle))
        except OSError:
            continue
        try:
            one.getpeername()
            if one.family == socket.AF_UNIX and one.getsockname().startswith("/"):
                one.setblocking(True)
                yield one
        except OSError:
            pass
'''
"""Functions that send messages under the kernel's own signature."""

_VALUES = "[None, 7, 'x', [], [1], {}, {'x': 1}, True, 1.5, '\\ud800']"

MALFORMED = {
    "stream-values": f"""
for value in {_VALUES}:
    iopub("stream", value)
    iopub("stream", {{"name": value, "text": "a"}})
    iopub("stream", {{"name": "stdout", "text": value}})
""",
    "display-values": f"""
for kind in ("display_data", "execute_result", "update_display_data"):
    for value in {_VALUES}:
        iopub(kind, value)
        iopub(kind, {{"data": value, "metadata": {{}}, "execution_count": 1}})
        iopub(kind, {{"data": {{}}, "metadata": value, "execution_count": 1}})
        iopub(kind, {{"data": {{"text/plain": value}}, "metadata": {{}}, "execution_count": 1}})
        iopub(kind, {{"data": {{"image/png": value}}, "metadata": {{}}, "execution_count": 1}})
        iopub(kind, {{"data": {{"application/json": value}}, "metadata": {{}}}})
        iopub(kind, {{"data": {{str(value): "x"}}, "metadata": {{}}, "execution_count": 1}})
        iopub(kind, {{"data": {{}}, "metadata": {{"image/png": value}}, "execution_count": 1}})
        iopub(kind, {{"data": {{}}, "metadata": {{"tags": value}}, "execution_count": 1}})
        iopub(kind, {{"data": {{}}, "metadata": {{}}, "execution_count": value}})
        iopub(kind, {{"data": {{}}, "metadata": {{}}, "transient": value}})
        iopub(kind, {{"data": {{}}, "metadata": {{}}, "transient": {{"display_id": value}}}})
""",
    "error-values": f"""
for value in {_VALUES}:
    iopub("error", value)
    for name in ("ename", "evalue", "traceback"):
        iopub("error", {{"ename": "E", "evalue": "v", "traceback": [], name: value}})
    iopub("error", {{"ename": "E", "evalue": "v", "traceback": [value]}})
""",
    "state-values": f"""
for value in {_VALUES}:
    for kind in ("status", "clear_output", "execute_input", "comm_open", "comm_msg", "comm_close"):
        iopub(kind, value)
    iopub("status", {{"execution_state": value}})
    iopub("clear_output", {{"wait": value}})
    widget = {{"target_name": "jupyter.widget", "comm_id": "c"}}
    iopub("comm_open", {{**widget, "comm_id": value, "data": value}})
    iopub("comm_open", {{**widget, "data": {{"state": value}}}})
    iopub("comm_msg", {{"comm_id": "c", "data": {{"state": value}}}})
""",
    "header-values": f"""
for value in {_VALUES}:
    iopub("stream", hello, header=value)
    iopub("stream", hello, parent=value)
    iopub("stream", hello, metadata=packed(value))
    iopub("stream", hello, header={{"msg_type": value, "msg_id": value}})
    iopub("stream", hello, header={{"msg_type": "stream", "version": value}})
    iopub("stream", hello, parent={{"msg_id": value}})
""",
    "no-json": """
for raw in (b"", b"{", b"\\xff", b"\\x00", b"[" * 10**4, b'{"a":' * 10**4, b"1" * 10**4,
            b"1e999", b"NaN", b"-Infinity", b'{"name": "stdout", "text": "\\\\ud800"}', b"{}" * 9,
            "{}".encode("utf-16"), b'"' * 10**4, b"\\\\" * 10**4):
    for kind in ("stream", "display_data", "error", "status", "clear_output"):
        iopub(kind, raw)
    for part in ("header", "parent", "metadata"):
        iopub("stream", hello, **{part: raw})
for number in ("NaN", "Infinity", "1e999", "9" * 10**4, "-0.0", "1e-999"):
    iopub("display_data", b'{"data": {"application/json": %s}, "metadata": {}}' % number.encode())
    empty = b'{"data": {}, "metadata": {}, '
    iopub("execute_result", empty + b'"execution_count": %s}' % number.encode())
""",
    "deep-output": """
deep = "[" * 900 + "]" * 900
iopub("display_data", ('{"data": {"application/json": %s}, "metadata": {}}' % deep).encode())
iopub("display_data", ('{"data": {}, "metadata": {"a": %s}}' % deep).encode())
""",
    "surrogates": """
for text in ("\\\\ud800", "\\\\udfff x", "\\\\ud83d\\\\ude00"):
    iopub("stream", ('{"name": "stdout", "text": "%s"}' % text).encode())
    iopub("error", ('{"ename": "E", "evalue": "%s", "traceback": ["%s"]}' % (text, text)).encode())
    shown = '{"data": {"text/html": "%s"}, "metadata": {"%s": 1}}' % (text, text)
    iopub("display_data", shown.encode())
""",
    "frames": """
send = kernel.iopub_socket.send_multipart
good = frames("stream", hello)
for cut in range(len(good)):
    send([b"x", *good[:cut]])
    send([b"x", *good[cut:]])
send([b""] * 1000)
send([b"x"] * 100 + good)
send([b"x", *good, *[b"y"] * 1000])
send([b"x" * (1 << 20), *good])
send([b"x", b"<IDS|MSG>", *good])
""",
    "signature": """
for sign in (b"", b"0" * 64, b"0" * 10**4, b"\\xff" * 64):
    parts = frames("stream", hello)
    kernel.iopub_socket.send_multipart([b"x", parts[0], sign, *parts[2:]])
again = [b"x", *frames("stream", {"name": "stdout", "text": "again"})]
for _ in range(3):
    kernel.iopub_socket.send_multipart(again)
""",
    "other-parents": """
for parent in ({}, {"msg_id": ""}, {"msg_id": "x" * 1000}, {"msg_id": ["x"]}):
    iopub("status", {"execution_state": "idle"}, parent=parent)
    shell("execute_reply", {"status": "ok"}, parent=parent)
""",
    "idle-again": """
for _ in range(3):
    iopub("status", {"execution_state": "idle"})
    iopub("stream", {"name": "stdout", "text": "after the end"})
""",
    "displays": """
for number in range(3):
    iopub("display_data", {"data": {"text/plain": "x"}, "metadata": {},
                           "transient": {"display_id": "d"}})
iopub("clear_output", {"wait": True})
iopub("update_display_data", {"data": {"text/plain": "y"}, "metadata": {},
                              "transient": {"display_id": "d"}})
iopub("display_data", {"data": {"text/plain": "z"}, "metadata": {},
                       "transient": {"display_id": "d"}})
iopub("clear_output", {"wait": False})
iopub("update_display_data", {"data": {"text/plain": "y"}, "metadata": {},
                              "transient": {"display_id": "d"}})
""",
}
"""Messages of wrong kinds, by name; the cell that sends them goes on to its end."""

REPLIES = {
    "wrong-status": 'shell("execute_reply", {"status": {"a": 1}})',
    "no-content": 'shell("execute_reply", b"")',
    "not-signed": 'shell("execute_reply", {"status": "ok"}, sign=False)',
    "deep": 'shell("execute_reply", b"[" * 10**4)',
    "large": 'shell("execute_reply", {"status": "ok", "x": "x" * (8 << 20)})',
    "error-of-numbers": 'shell("execute_reply", {"status": "error", "ename": 7, "evalue": []})',
    "other-kind": 'shell("kernel_info_reply", {"status": "ok"}); shell("x", {}); shell("", [])',
    "many": 'for _ in range(100): shell("execute_reply", {"status": "ok"})',
    "aborted": 'shell("execute_reply", {"status": "aborted"})',
}
"""Replies that the kernel has not given; the cell's own reply comes after them."""

FLOODS = {
    "unread-channel": """
address = asked["header"]["session"].encode()
for _ in range(20):
    try:
        app.stdin_socket.send_multipart([address, bytes(60 << 20)], zmq.NOBLOCK, copy=False)
    except zmq.ZMQError:
        pass
    time.sleep(0.01)
""",
    "updates": """
for number in range(4):
    shown = {"metadata": {}, "transient": {"display_id": str(number)}}
    iopub("display_data", {"data": {"text/plain": "x"}, **shown})
    iopub("update_display_data", {"data": {"text/plain": "y" * (20 << 20)}, **shown})
""",
    "many-places": """
shown = {"metadata": {}, "transient": {"display_id": "d"}}
for _ in range(300):
    iopub("display_data", {"data": {"text/plain": "x"}, **shown})
iopub("update_display_data", {"data": {"text/plain": "y" * 500_000}, **shown})
""",
    "widgets": """
for number in range(3):
    state = {"state": {"value": "x" * (4 << 20)}, "buffer_paths": []}
    for kind in ("comm_open", "comm_msg", "comm_close", "comm_unknown", "unknown"):
        iopub(kind, {"comm_id": str(number), "target_name": "jupyter.widget", "data": state})
""",
    "lists": """
for kind in ("display_data", "stream", "update_display_data", "error", "status", "comm_msg"):
    lists = b"[" + b"[]," * 300_000 + b"[]]"
    iopub(kind, b'{"metadata": {}, "data": {"application/json": ' + lists + b"}}")
    iopub(kind, lists)
""",
    "many-lists": """
objects = b"[" + b'{"":0},' * 30_000 + b"0]"
for _ in range(100):
    iopub("display_data", b'{"metadata": {}, "data": {"application/json": ' + objects + b"}}")
""",
    "lines": """
for _ in range(100):
    iopub("display_data", {"metadata": {}, "data": {"text/plain": "\\n" * 90_000}})
    iopub("clear_output", {"wait": True})
for end in "\\r\\f\\x85":
    iopub("display_data", {"metadata": {}, "data": {"text/plain": end * 50_000}})
iopub("display_data", {"metadata": {}, "data": {"text/html": "\\n" * 90_000}})
""",
    "small-outputs": """
for number in range(3_000):
    iopub(("display_data", "error", "stream")[number % 3], {
        "data": {}, "metadata": {}, "name": "stdout", "text": "", "ename": "", "evalue": "",
        "traceback": [],
    })
""",
    "wide-text": """
for name in ("stdout", "stderr") * 20:
    iopub("stream", {"name": name, "text": "\\U0001f600" + "x" * 40_000})
""",
    "buffers": """
shown = {"metadata": {}, "data": {"text/plain": "x"}}
for _ in range(4):
    iopub("display_data", shown, buffers=[bytes(20 << 20)] * 3)
""",
    "replies": """
for _ in range(20):
    shell("execute_reply", {"status": "ok", "payload": "x" * (30 << 20)})
    shell("other_reply", {"status": "ok", "payload": "x" * (30 << 20)})
    shell("execute_reply", {"status": "ok"}, metadata=bytes(30 << 20))
    time.sleep(0.05)
""",
    "endless-message": """
for one in connections():
    one.settimeout(0.5)
    try:
        for _ in range(200):
            one.sendall(b"\\x03" + struct.pack(">Q", 1 << 20) + bytes(1 << 20))
        one.sendall(b"\\x01\\x00" * 100_000)
    except OSError:
        pass
""",
}
"""Much of what the grader must not keep, by name."""

ENDS = {
    "closed": "[one.shutdown(socket.SHUT_RDWR) for one in connections()]",
    "rebound": """
folder = os.path.dirname(app.ip)
for name in [f"k-{number}" for number in range(1, 6)]:
    try:
        os.remove(f"{folder}/{name}")
        os.symlink("/run/docker.sock", f"{folder}/{name}")
    except OSError:
        pass
[one.shutdown(socket.SHUT_RDWR) for one in connections()]
""",
    "no-frames": "[one.send(b'\\xff' * 1000) for one in connections()]",
    "endless-frame": "[one.send(b'\\x02' + b'\\xff' * 8) for one in connections()]",
    "deaf": "import signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "silent": """
while True:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
""",
}
"""What ends the conversation, by name."""
