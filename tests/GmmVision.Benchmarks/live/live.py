#!/usr/bin/env python3
"""Measures `gmmvision watch` from outside, with simulated cameras on the loopback. Needs ffmpeg; no packages.

    live.py cpu [seconds [1]]   one 1080p25 camera with a viewer (with 1: of every side view): processor time beyond ffmpeg's own decoding
    live.py eight [seconds]     eight 720p25 cameras, no page open: frames worked on and dropped (GMMVISION_CLIP: what they see)
    live.py latency    from the moment a picture is made to the moment it is at a viewer (through encoder, network, decoder)
    live.py recovery [rounds [1]]   from the moment a killed camera answers again to the first frame (with 1: an RTSP camera, see rtsp_camera.py)
    live.py kills      kill -9 twenty times in the middle of events: log, clips, model
    live.py soak [minutes [cameras]]   memory, handles, processes and latency over time
    live.py day [rounds]   a day, as far as the system's clock goes, in which everything goes wrong in turn: eight cameras behind
                       a switch, a full disk, a receiver that dies, a clock that is set, a kill (root and Debian's faketime)

Each prints one line of JSON. The program is taken from GMMVISION (default: the Release build of this repository), more
options of watch from GMMVISION_OPTIONS (for example "--preset fast").
"""
import base64, glob, http.server, json, os, random, re, shlex, shutil, signal, socket, struct, subprocess, sys, tempfile, threading, time, urllib.request

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
PROGRAM = shlex.split(os.environ.get("GMMVISION", f"dotnet {ROOT}/src/GmmVision.Cli/bin/Release/net10.0/GmmVision.Cli.dll"))
OPTIONS = shlex.split(os.environ.get("GMMVISION_OPTIONS", ""))
FFMPEG = ["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-y"]
ENCODER = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "50", "-bf", "0", "-threads", "1"]
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def make_clip(path, size, seconds, rate="4M"):
    """A street: the repository's sample, enlarged, or noise with a box where it is missing."""
    sample = os.path.join(ROOT, "media", "street.mp4")
    source = ["-stream_loop", "-1", "-i", sample] if os.path.exists(sample) else ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=25"]
    subprocess.run([*FFMPEG, *source, "-t", str(seconds), "-vf", f"scale={size.replace('x', ':')},noise=alls=3:allf=t", "-r", "25", "-pix_fmt", "yuv420p",
                    "-c:v", "libx264", "-preset", "veryfast", "-g", "50", "-b:v", rate, path], check=True)


class Watch:
    running = []

    def __init__(self, *args, page=True, environment=None):
        self.port = free_port()
        self.lines = []
        listen = f"127.0.0.1:{self.port}" if page else "off"
        self.process = subprocess.Popen([*PROGRAM, "watch", "--listen", listen, *args, *OPTIONS], stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
        Watch.running.append(self.process)
        threading.Thread(target=self._read, daemon=True).start()
        if page:
            self.wait_line("the page is at")

    def _read(self):
        for line in self.process.stderr:
            self.lines.append((time.time(), line.strip()))

    def wait_line(self, text, after=0.0, timeout=90):
        end = time.time() + timeout
        while time.time() < end:
            for at, line in list(self.lines):
                if at >= after and text in line:
                    return at
            time.sleep(0.01)
        raise SystemExit(f"no '{text}' in: " + "\n".join(line for _, line in self.lines))

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return json.load(answer)

    def status(self, name="camera"):
        return self.get(f"/api/cameras/{name}")["status"]

    def children(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as f:
            direct = f.read().split()
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{task}/children") as f:
                direct += f.read().split()
        return {int(pid) for pid in direct}

    def stop(self):
        self.process.terminate()
        began = time.time()
        self.process.wait(20)
        return time.time() - began


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1)) / 1024


class Viewer(threading.Thread):
    """Looks at the page's socket as the page does, and keeps each message's arrival."""

    def __init__(self, port, name="camera", side="mask", keep=None):
        super().__init__(daemon=True)
        self.count, self.keep = 0, keep
        self.socket = socket.create_connection(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /api/cameras/{name}/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        while self.file.readline().strip():
            pass
        self.side = side
        self.start()

    def send(self, value):
        data = json.dumps(value).encode()
        mask = os.urandom(4)
        self.socket.sendall(bytes([0x81, 0x80 | len(data)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def run(self):
        try:
            self.send({"side": self.side, "next": 1})
            while True:
                head = self.file.read(2)
                length = head[1] & 127
                if length == 126:
                    length = struct.unpack(">H", self.file.read(2))[0]
                elif length == 127:
                    length = struct.unpack(">Q", self.file.read(8))[0]
                body = self.file.read(length)
                if head[0] & 15 == 2:
                    self.count += 1
                    if self.keep:
                        self.keep(time.time(), body)
                    self.send({"next": 1})
        except (OSError, IndexError, struct.error):
            pass


def wait_frames(watch, count, name="camera", timeout=120):
    end = time.time() + timeout
    while time.time() < end:
        if watch.status(name)["frames"] >= count:
            return
        time.sleep(0.1)
    raise SystemExit("no frames: " + "\n".join(line for _, line in watch.lines))


def cpu_of_decoding(clip):
    """Seconds of processor for a second of video."""
    probe = subprocess.run([*FFMPEG, "-benchmark", "-loglevel", "info", "-threads", "1", "-i", clip, "-f", "null", "-"], capture_output=True, text=True)
    user, system = re.search(r"utime=([\d.]+)s stime=([\d.]+)s", probe.stderr).groups()
    length = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", clip], capture_output=True, text=True).stdout
    return (float(user) + float(system)) / float(length)


def cpu(folder, seconds=40, sides=0):
    clip = os.path.join(folder, "hd.mp4")
    make_clip(clip, "1920x1080", 30)
    decode = cpu_of_decoding(clip)
    result = {"test": "cpu", "decode_only": round(decode, 3)}
    for viewer in (None, "mask", *(["probability", "background", "heatmap"] if sides else [])):
        watch = Watch(clip, "--loop", "--output", os.path.join(folder, f"out-{viewer}"))
        wait_frames(watch, 250)      # compiled by then
        look = Viewer(watch.port, side=viewer) if viewer else None
        time.sleep(5)
        before, start, status = (cpu_of(watch.process.pid), {pid: cpu_of(pid) for pid in watch.children()}), time.time(), watch.status()
        frames, dropped, seen = status["frames"], status["dropped"], look.count if look else 0
        time.sleep(seconds)
        after, status = (cpu_of(watch.process.pid), {pid: cpu_of(pid) for pid in watch.children()}), watch.status()
        done = (status["frames"] - frames) / 25      # seconds of video worked on
        own = (after[0] - before[0]) / done
        ffmpeg = sum(value - before[1].get(pid, value) for pid, value in after[1].items()) / done
        key = viewer or "no_viewer"
        result[key] = {"program": round(own, 3), "ffmpeg": round(ffmpeg, 3), "beyond_decoding": round(own + ffmpeg - decode, 3),
                       "frames_per_second": round((status["frames"] - frames) / (time.time() - start), 2), "dropped": status["dropped"] - dropped}
        if look:
            result[key]["pictures_per_second"] = round((look.count - seen) / (time.time() - start), 1)
        watch.stop()
    return result


def eight(folder, seconds=40):
    """Each camera is an ffmpeg of its own that sends a clip at its pace, undecoded, in a transport stream over the loopback."""
    seconds = int(seconds)
    clip = os.environ.get("GMMVISION_CLIP")
    if not clip:
        clip = os.path.join(folder, "hd.mp4")
        make_clip(clip, "1280x720", 30, "2M")
    decode = cpu_of_decoding(clip)
    long = os.path.join(folder, "long.ts")      # not a loop while sending: that comes in bursts at its seams
    subprocess.run([*FFMPEG, "-stream_loop", str(int((seconds + 90) * 25 / 500)), "-i", clip, "-map", "0:v:0", "-c", "copy", long], check=True)
    ports = [free_port() for _ in range(8)]
    cameras = [subprocess.Popen([*FFMPEG, "-re", "-i", long, "-c", "copy", "-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316"]) for port in ports]
    Watch.running += cameras
    watch = Watch(*[f"c{i}=udp://127.0.0.1:{port}?fifo_size=100000" for i, port in enumerate(ports)], "--output", os.path.join(folder, "out"))
    for i in range(8):
        wait_frames(watch, 250, f"c{i}")
    time.sleep(10)      # compiled by then, and the backlog of the start worked off
    before, start, pids = [watch.status(f"c{i}") for i in range(8)], time.time(), watch.children()
    cpu_before = cpu_of(watch.process.pid), sum(cpu_of(pid) for pid in pids), sum(cpu_of(camera.pid) for camera in cameras)
    time.sleep(seconds)
    after, elapsed = [watch.status(f"c{i}") for i in range(8)], time.time() - start
    cpu_after = cpu_of(watch.process.pid), sum(cpu_of(pid) for pid in pids), sum(cpu_of(camera.pid) for camera in cameras)
    program, ffmpeg, sending = [round((b - a) / elapsed, 2) for a, b in zip(cpu_before, cpu_after)]
    return {"test": "eight", "seconds": round(elapsed, 1), "frames_per_second": [round((b["frames"] - a["frames"]) / elapsed, 2) for a, b in zip(before, after)],
            "dropped": [b["dropped"] - a["dropped"] for a, b in zip(before, after)], "dropped_at_the_start": [a["dropped"] for a in before],
            "program": program, "ffmpeg": ffmpeg, "decode_only": round(8 * decode, 2), "simulated_cameras": sending, "stop_seconds": round(watch.stop(), 2)}


def latency(folder, seconds=25):
    """The picture carries its own time as 20 black and white bars; the viewer decodes the JPEG and compares with the clock."""
    port, width, height, bits = free_port(), 1280, 720, 20
    camera = subprocess.Popen([*FFMPEG, "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{height}", "-r", "25", "-use_wallclock_as_timestamps", "1", "-i", "-",
                               "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", *ENCODER, "-flush_packets", "1", "-muxdelay", "0", "-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316"], stdin=subprocess.PIPE)
    running = True

    def feed():
        while running:
            now = int(time.time() * 1000) & ((1 << bits) - 1)
            row = b"".join((b"\xeb" if now >> i & 1 else b"\x10") * (width // bits) for i in range(bits)).ljust(width, b"\x10")
            try:
                camera.stdin.write(row * height)
                camera.stdin.flush()
            except OSError:
                return
            time.sleep(max(0, 0.04 - (time.time() % 0.04)))

    threading.Thread(target=feed, daemon=True).start()
    watch = Watch(f"udp://127.0.0.1:{port}")
    wait_frames(watch, 50)
    seen = []
    viewer = Viewer(watch.port, keep=lambda at, body: seen.append((at, body)))
    time.sleep(seconds)
    delays, inner = [], []
    for at, body in seen[20::5]:
        length = struct.unpack("<i", body[:4])[0]
        header = json.loads(body[4:4 + length])
        jpeg = body[4 + length:4 + length + header["lengths"][0]]
        grey = subprocess.run([*FFMPEG, "-f", "mjpeg", "-i", "-", "-vf", "format=gray,crop=iw:1:0:ih/2", "-f", "rawvideo", "-pix_fmt", "gray", "-"], input=jpeg, capture_output=True).stdout
        step = len(grey) / (width // bits * bits) * (width // bits)
        value = sum((grey[int((i + 0.5) * step)] > 127) << i for i in range(bits))
        delay = (int(at * 1000) - value) & ((1 << bits) - 1)
        if delay < 100_000:
            delays.append(delay)
        inner.append(at * 1000 - header["time"])
    running = False
    camera.kill()
    watch.stop()
    delays.sort()
    inner.sort()
    return {"test": "latency", "pictures": len(delays), "median_ms": delays[len(delays) // 2], "p95_ms": delays[int(len(delays) * 0.95)], "max_ms": delays[-1],
            "of_which_after_arrival_median_ms": round(inner[len(inner) // 2], 1)}


def serve_http(port, clip):
    """A camera with a web server: sends the clip at its own pace to everyone who asks, from a process that can be killed."""
    code = f"""
import http.server, socketserver, subprocess
class Camera(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header('Content-Type', 'video/mp2t'); self.end_headers()
        child = subprocess.Popen(['ffmpeg', '-nostdin', '-loglevel', 'quiet', '-re', '-stream_loop', '-1', '-i', {clip!r}, '-c', 'copy', '-f', 'mpegts', '-'], stdout=subprocess.PIPE)
        try:
            while True:
                data = child.stdout.read1(65536)
                if not data: break
                self.wfile.write(data)
        except OSError: pass
        finally: child.kill()
    def log_message(self, *a): pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    allow_reuse_address = True; daemon_threads = True
Server(('127.0.0.1', {port}), Camera).serve_forever()
"""
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True)


def serve_rtsp(port):
    return subprocess.Popen(["/usr/bin/python3", os.path.join(os.path.dirname(os.path.abspath(__file__)), "rtsp_camera.py"), str(port)], stdout=subprocess.DEVNULL, start_new_session=True)


def recovery(folder, rounds=6, rtsp=0):
    rounds = int(rounds)
    clip, port = os.path.join(folder, "sd.mp4"), free_port()
    make_clip(clip, "640x360", 30, "1M")
    serve = (lambda: serve_rtsp(port)) if rtsp else (lambda: serve_http(port, clip))
    camera = serve()
    time.sleep(1)
    watch = Watch(f"rtsp://127.0.0.1:{port}/camera" if rtsp else f"http://127.0.0.1:{port}/", "--stall", "3", "--output", os.path.join(folder, "out"))
    wait_frames(watch, 30)
    times = []
    for i in range(rounds):
        os.killpg(camera.pid, signal.SIGKILL)
        camera.wait()
        lost = watch.wait_line("camera lost", after=watch.lines[-1][0])
        time.sleep(3 + 3 * i)      # so that the pauses have grown
        camera = serve()
        while True:      # when it answers
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                time.sleep(0.01)
        answers = time.time()
        times.append(round(watch.wait_line("camera back", after=lost) - answers, 2))
        time.sleep(3)
    os.killpg(camera.pid, signal.SIGKILL)
    result = {"test": "recovery", "camera": "rtsp" if rtsp else "http", "seconds_to_first_frame": times, "worst": max(times), "reconnects": watch.status()["reconnects"]}
    watch.stop()
    return result


def kills(folder, rounds=20):
    rounds = int(rounds)
    clip, out = os.path.join(folder, "sd.mp4"), os.path.join(folder, "out")
    subprocess.run([*FFMPEG, "-f", "lavfi", "-i", "color=0x607060:s=640x360:r=25,noise=alls=5:allf=t", "-f", "lavfi", "-i", "color=0xD0D0D0:s=90x120:r=25", "-filter_complex",
                    "[0][1]overlay=x='mod(t,4)*160-320':y=90:enable='gte(mod(t,4),2)',format=yuv420p", *ENCODER, "-t", "16", clip], check=True)
    camera, learned = os.path.join(out, "camera"), 0
    random.seed(1)
    for i in range(rounds):
        watch = Watch(clip, "--loop", "--output", out, "--merge-window", "0.3", "--post-roll", "0.3", page=False)
        watch.wait_line("delivers")
        learned += any("goes on with a background" in line for _, line in watch.lines)
        end = time.time() + 60
        while time.time() < end and not any(os.path.getsize(p) > 20_000 for p in glob.glob(camera + "/*.part.ts") if os.path.exists(p)):
            time.sleep(0.02)
        time.sleep(random.uniform(0, 2))
        watch.process.kill()
        watch.process.wait()
        if i == 0:      # one clean end, so that there is a model to go on with
            watch = Watch(clip, "--loop", "--output", out, page=False)
            watch.wait_line("delivers")
            time.sleep(4)
            watch.stop()
    watch = Watch(clip, "--loop", "--output", out, page=False)
    watch.wait_line("delivers")
    stop = watch.stop()
    with open(camera + "/events.jsonl") as f:
        events = [json.loads(line) for line in f]
    motion = [e for e in events if e["kind"] == "motion"]
    bad = [e["clip"] for e in motion if e.get("clip") and subprocess.run(["ffprobe", "-v", "error", "-i", os.path.join(camera, e["clip"])], capture_output=True).returncode != 0]
    return {"test": "kills", "kills": rounds, "events": len(motion), "interrupted": sum(bool(e.get("interrupted")) for e in motion), "numbers_unique": len({e["number"] for e in motion}) == len(motion),
            "clips": sum(bool(e.get("clip")) for e in motion), "clips_that_do_not_play": len(bad), "parts_left": len(glob.glob(camera + "/*.part.ts")), "restarts_with_the_model": learned, "stop_seconds": round(stop, 2)}


def soak(folder, minutes=15.0, cameras=6):
    """Cameras that see motion all the time, somebody who looks, clips that are made and removed: what grows?"""
    clip = os.path.join(folder, "sd.mp4")
    make_clip(clip, "640x360", 30, "1M")
    watch = Watch(*[f"c{i}={clip}" for i in range(int(cameras))], "--loop", "--output", os.path.join(folder, "out"), "--keep", "100MB")
    wait_frames(watch, 100, "c0")
    viewer = Viewer(watch.port, "c0")
    samples, begin = [], time.time()
    while time.time() - begin < minutes * 60:
        time.sleep(5)
        pids = watch.children()
        samples.append((memory_of(watch.process.pid), len(os.listdir(f"/proc/{watch.process.pid}/fd")), len(os.listdir(f"/proc/{watch.process.pid}/task")), len(pids), watch.status("c0")["latency"] * 1000))
    status = [watch.status(f"c{i}") for i in range(int(cameras))]
    result = {"test": "soak", "minutes": minutes, "hours_of_video": round(sum(one["frames"] for one in status) / 25 / 3600, 2), "events": sum(one["events"] for one in status),
              "dropped": sum(one["dropped"] for one in status), "pictures": viewer.count}
    # From a fifth on, and not before the models were saved once (after 5 minutes): then all is compiled, rings and log are filled.
    part = max(1, len(samples) // 5)
    start = min(max(part, len(samples) * 6 // max(6, round(minutes))), len(samples) - part)
    for i, name in enumerate(["memory_mb", "handles", "threads", "processes", "latency_ms"]):
        middle = lambda samples: round(sorted(sample[i] for sample in samples)[len(samples) // 2], 1)
        result[name] = {"start": middle(samples[start:start + part]), "middle": middle(samples[len(samples) // 2:][:part]), "end": middle(samples[-part:])}
    result["memory_growth_percent"] = round(100 * (result["memory_mb"]["end"] / result["memory_mb"]["start"] - 1), 1)
    watch.stop()
    return result


def receiver(port, got):
    """Takes notifications into a list; a thread that can be ended."""
    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            got.append(json.loads(body))
            self.send_response(204)
            self.end_headers()
        def log_message(self, *a): pass
    http.server.ThreadingHTTPServer.allow_reuse_address = True
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def day(folder, rounds=10):
    """Everything goes wrong in turn, while eight cameras see something every four seconds."""
    cameras = [f"c{i}" for i in range(8)]
    library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
    if library is None or os.geteuid() != 0:
        sys.exit("live.py day: needs root (a small file system of its own) and Debian's faketime")
    clip, disk, clock = os.path.join(folder, "sd.mp4"), os.path.join(folder, "disk"), os.path.join(folder, "clock")
    subprocess.run([*FFMPEG, "-f", "lavfi", "-i", "color=0x607060:s=320x180:r=10,noise=alls=5:allf=t", "-f", "lavfi", "-i", "color=0xD0D0D0:s=45x60:r=10", "-filter_complex",
                    "[0][1]overlay=x='mod(t,4)*80-160':y=45:enable='gte(mod(t,4),2)',format=yuv420p", *ENCODER, "-t", "16", clip], check=True)
    os.mkdir(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400M", "tmpfs", disk], check=True)
    port, hook, got, offset = free_port(), free_port(), [], [0]

    def set_clock(seconds):
        offset[0] = seconds
        with open(clock + ".new", "w") as f:
            f.write(f"{seconds:+d}s")
        os.replace(clock + ".new", clock)

    def begin():
        return Watch(*[f"{name}=http://127.0.0.1:{port}/{name}" for name in cameras], "--stall", "3", "--output", os.path.join(disk, "out"), "--keep", "30d", "--merge-window", "0.3", "--pre-roll", "0.5",
                     "--post-roll", "0.3", "--webhook", f"http://127.0.0.1:{hook}/", environment={"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_CACHE_DURATION": "1"})

    def lines():
        found = {}
        for name in cameras:
            with open(os.path.join(disk, "out", name, "events.jsonl"), encoding="utf-8") as f:
                found[name] = [json.loads(line) for line in f.read().split("\n")[:-1]]      # the last may be under way
        return found

    def numbers():
        return {name: max((e.get("number", 0) for e in each), default=0) for name, each in lines().items()}

    problems, spread, sizes = [], [], []

    def all_go_on(what, seconds=45):
        """Every camera writes an event that begins after this."""
        before, end = numbers(), time.time() + seconds
        while time.time() < end:
            now = numbers()
            if all(now[name] > before[name] + 1 for name in cameras):
                return
            time.sleep(1)
        problems.append(f"{what}: no event of {[name for name in cameras if now[name] <= before[name] + 1]} in {seconds} s")

    set_clock(0)
    server, answers, watch = serve_http(port, clip), None, None
    try:
        time.sleep(1)
        answers, watch = receiver(hook, got), begin()
        for name in cameras:
            wait_frames(watch, 60, name)
        for number in range(int(rounds)):
            what = ["switch", "disk", "receiver", "clock", "kill"][number % 5]
            set_clock(offset[0] + round(86400 / rounds))      # the day goes on
            time.sleep(3)
            last = watch.lines[-1][0] if watch.lines else 0
            if what == "switch":
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
                time.sleep(25)
                server, again = serve_http(port, clip), time.time()
                times = [round(watch.wait_line(f"{name}: camera back", after=again) - again, 1) for name in cameras]
                spread.append(sorted(times))
            elif what == "disk":
                with open(os.path.join(disk, "full"), "wb") as f:
                    try:
                        while True:
                            f.write(bytes(1 << 20))
                    except OSError:
                        pass
                time.sleep(60)
                os.remove(os.path.join(disk, "full"))
            elif what == "receiver":
                answers.shutdown()
                answers.server_close()
                time.sleep(30)
                answers = receiver(hook, got)
            elif what == "clock":
                kept = len(glob.glob(os.path.join(disk, "out", "*", "*.mp4")))
                set_clock(offset[0] + 60 * 86400)
                time.sleep(20)
                set_clock(offset[0] - 60 * 86400)
                if len(glob.glob(os.path.join(disk, "out", "*", "*.mp4"))) < kept:
                    problems.append("a clock that was set took recordings away")
            else:
                watch.process.kill()
                watch.process.wait()
                watch = begin()
                for name in cameras:
                    wait_frames(watch, 60, name)
            all_go_on(what)
            sizes.append(round(memory_of(watch.process.pid)))
        time.sleep(20)      # what waits for the receiver gets there
        stop = watch.stop()
        events = lines()
        motion = {name: [e for e in each if e["kind"] == "motion"] for name, each in events.items()}
        for name, each in motion.items():
            # A clip that a full disk had no room for is told by a second line, at the next start.
            first = {e["number"]: e for e in reversed(each)}
            found = [e["number"] for e in each if first[e["number"]] is e]
            if found != sorted(found) or any(first[e["number"]] is not e and first[e["number"]].get("clip") for e in each):
                problems.append(f"{name}: numbers are not rising")
            gaps = sorted(set(range(1, max(found) + 1)) - set(found))
            if gaps:
                problems.append(f"{name}: no line of {gaps}")
        clips = [os.path.join(disk, "out", name, e["clip"]) for name, each in motion.items() for e in each if e.get("clip")]
        missing = [c for c in clips if not os.path.exists(c)]
        played = random.Random(1).sample(clips, min(100, len(clips)))
        bad = [c for c in played if os.path.exists(c) and subprocess.run(["ffprobe", "-v", "error", c], capture_output=True).returncode != 0]
        told = {(e["camera"], e["number"]) for e in got if e.get("kind") == "motion"}
        if os.environ.get("GMMVISION_KEEP"):      # to look at what was left
            shutil.copytree(os.path.join(disk, "out"), os.environ["GMMVISION_KEEP"], dirs_exist_ok=True)
            with open(os.path.join(os.environ["GMMVISION_KEEP"], "log"), "w") as f:
                f.writelines(f"{at:.1f} {line}\n" for at, line in watch.lines)
        return {"test": "day", "rounds": int(rounds), "events": sum(len(each) for each in motion.values()), "without_clip": sum(not e.get("clip") for each in motion.values() for e in each),
                "interrupted": sum(bool(e.get("interrupted")) for each in motion.values() for e in each), "clock_set": sum(e["kind"] == "clock_set" for each in events.values() for e in each),
                "told": len(told), "clips_missing": [os.path.relpath(c, disk) for c in missing], "clips_that_do_not_play": len(bad), "of_clips_tried": len(played), "parts_left": [f"{os.path.relpath(part, disk)} {os.path.getsize(part)}" for part in glob.glob(os.path.join(disk, "out", "*", "*.part*"))],
                "back_after_switch_s": spread, "memory_mb": sizes, "stop_seconds": round(stop, 2), "problems": problems}
    finally:
        if watch is not None:
            watch.process.kill()
            watch.process.wait()
        os.killpg(server.pid, signal.SIGKILL)
        subprocess.run(["umount", "-l", disk])


if __name__ == "__main__":
    tests = {f.__name__: f for f in (cpu, eight, latency, recovery, kills, soak, day)}
    if len(sys.argv) < 2 or sys.argv[1] not in tests:
        sys.exit(__doc__)
    scratch = tempfile.mkdtemp(prefix="gmmvision-live-")
    try:
        print(json.dumps(tests[sys.argv[1]](scratch, *(float(a) for a in sys.argv[2:]))))
    finally:
        for process in Watch.running:
            process.kill()
        shutil.rmtree(scratch, ignore_errors=True)
