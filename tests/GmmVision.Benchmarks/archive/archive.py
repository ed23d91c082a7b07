#!/usr/bin/env python3
"""What long lists cost, measured on this machine with files that are made for it; needs only Python, ffmpeg and the application.

  archive.py lists      --manifest and --shard over 10,000 inputs: the time before the first frame
  archive.py kills      50 kill -9 at random moments of a run with --resume, the results compared with those of a run in one go
  archive.py collect    10,000 results with 100,000 events: time, memory, and the page in a browser (chromium)
  archive.py search     a year of one camera, an hour a file
  archive.py pictures   10,000 PNG of 320x240, segment -k 4, against an ffmpeg a picture
  archive.py simulate   1,000 nodes and 1,000,000 files, from costs that were measured here or are given
"""
import argparse, heapq, json, os, pathlib, random, shutil, signal, struct, subprocess, sys, tempfile, time

root = pathlib.Path(__file__).resolve().parents[3]
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("what", choices=["lists", "kills", "collect", "search", "pictures", "simulate"])
parser.add_argument("--app", default=str(root / "out/.app/GmmVision.Cli.dll"), help="the published application (./run.sh --help publishes it)")
parser.add_argument("--count", type=int, help="fewer of whatever there are many of")
parser.add_argument("--folder", help="where to make files; kept then")
args = parser.parse_args()
work = pathlib.Path(args.folder or tempfile.mkdtemp(prefix="gmmvision-archive-"))
work.mkdir(parents=True, exist_ok=True)


def run(*words, check=(0,), **more):
    """Runs the application; returns seconds, peak memory in MB, stdout."""
    begin = time.perf_counter()
    process = subprocess.Popen(["dotnet", args.app, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    peak = 0
    import threading
    output = []
    reader = threading.Thread(target=lambda: output.append(process.stdout.read()))
    errors = threading.Thread(target=lambda: output.append(process.stderr.read()))
    reader.start(), errors.start()
    while process.poll() is None:
        try:
            for line in open(f"/proc/{process.pid}/status"):
                if line.startswith("VmHWM"):
                    peak = max(peak, int(line.split()[1]) / 1024)
        except OSError:
            pass
        time.sleep(0.005)
    reader.join(), errors.join()
    if process.returncode not in check:
        sys.exit(f"{words} ended with {process.returncode}: {output}")
    return time.perf_counter() - begin, peak, "".join(output)


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, words)], check=True)


def lists():
    count = args.count or 10_000
    source = work / "clip.mp4"
    ffmpeg("-i", root / "media/street.mp4", "-t", 1, "-vf", "scale=160:90", "-c:v", "libx264", "-preset", "ultrafast", source)
    (work / "in").mkdir(exist_ok=True)
    for i in range(count):
        path = work / "in" / f"cam{i % 7}-{i:06}.mp4"
        if not path.exists():
            if i % 50_000 == 0:      # a file has 65,000 names at most
                source = work / f"clip{i // 50_000}.mp4"
                shutil.copy(work / "clip.mp4", source)
            os.link(source, path)
    (work / "list.txt").write_text("".join(f"{work}/in/cam{i % 7}-{i:06}.mp4\n" for i in range(count)))
    shutil.rmtree(work / "out", ignore_errors=True)
    alone = min(run("detect", source, "--output", work / "alone")[0] for _ in range(3))
    # The first part of as many as there are inputs has one input: its whole run is the cost of the list and one detect.
    part = min(run("detect", "--manifest", work / "list.txt", "--shard", f"1/{count}", "--output", work / "out")[0] for _ in range(3))
    print(f"{count} inputs: {part - alone:.2f} s more than the one input alone ({alone:.2f} s)")


def kills():
    count = args.count or 50
    (work / "in").mkdir(exist_ok=True)
    names = []
    for i in range(60):
        path = work / "in" / f"cam-{i:02}.mp4"
        ffmpeg("-ss", i % 5, "-i", root / "media/street.mp4", "-t", 4, "-vf", "scale=320:180", "-c:v", "libx264", "-preset", "ultrafast", "-g", 25, path)
        os.utime(path, (1.79e9 + i, 1.79e9 + i))
        names.append(f"{path}\n")
    (work / "list.txt").write_text("".join(names))
    for folder in ("whole", "killed"):
        shutil.rmtree(work / folder, ignore_errors=True)
    words = ["detect", "--manifest", work / "list.txt", "--resume", "--clips", "--output"]
    run(*words, work / "whole")
    chance, finished, twice = random.Random(1), {}, 0
    for i in range(count):
        process = subprocess.Popen(["dotnet", args.app, *map(str, words), str(work / "killed")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.1, 1.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for report in (work / "killed").glob("[!.]*/events.json"):
            if "fingerprint" in json.loads(report.read_text()):
                changed = report.stat().st_mtime_ns
                twice += finished.setdefault(report, changed) != changed
        if len(finished) == 60:      # all is done: begin again from nothing
            shutil.rmtree(work / "killed")
            finished.clear()
    _, _, said = run(*words, work / "killed")
    difference = subprocess.run(["diff", "-rq", "-I", '"created"', work / "whole", work / "killed"], capture_output=True, text=True).stdout
    print(f"{count} kills: {len(finished)} of 60 were finished at the last, {twice} done twice; then: {said.strip().splitlines()[-1]}")
    print(difference or "results are equal, byte for byte but for the time of creation")


def results(count, each):
    folder = work / "archive"
    if (folder / "20260101-000000").exists():
        return folder
    jpeg = work / "event.jpg"
    ffmpeg("-i", root / "media/street.mp4", "-frames:v", 1, "-vf", "scale=160:90", jpeg)
    for i in range(count):
        moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime(1767225600 + 3600 * i))
        path = folder / moment
        path.mkdir(parents=True)
        events = [{"number": n + 1, "start": {"frame": 9000 * n, "seconds": 360.0 * n, "timecode": "00:00:00.000"}, "end": {"frame": 9000 * n + 100, "seconds": 360.0 * n + 4, "timecode": "00:00:04.000"},
                   "duration": {"frame": 100, "seconds": 4.0, "timecode": "00:00:04.000"}, "peak": {"score": 0.0123, "seconds": 360.0 * n + 2, "frame": 9000 * n + 50},
                   "box": {"x": 1, "y": 2, "width": 300, "height": 200}, "clip_start": 0, "clip_end": 6, "zones": ["door"] if n % 2 else [], "thumbnail": f"event-{n + 1:03}.jpg", "clip": None} for n in range(each)]
        (path / "events.json").write_text(json.dumps({"version": 1, "generator": "made", "created": "", "status": "complete", "input": {"name": f"{moment}.mp4", "camera": f"cam {i % 3}", "width": 1920, "height": 1080, "frame_rate": 25, "frames": 90000},
                                                      "parameters": {"preset": "balanced"}, "fingerprint": {"input": moment, "parameters": "made"}, "mask_hash": "0", "scene_changes": [], "events": events}, indent=2))
        for n in range(min(each, 1)):      # a thumbnail a result is enough for a browser that loads what it shows
            os.link(jpeg, path / f"event-{n + 1:03}.jpg")
    return folder


def collect():
    folder = results(args.count or 10_000, 10)
    seconds, memory, said = run("collect", folder, "--clock", "%Y%m%d-%H%M%S")
    page = folder / "index.html"
    print(said.strip())
    print(f"collect: {seconds:.1f} s, {memory:.0f} MB; index.html {page.stat().st_size / 1e6:.1f} MB")
    browser = shutil.which("chromium")
    if not browser:
        return print("no chromium: the page was not opened")
    words = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=1", "--dump-dom"]
    def opened(what):
        begin = time.perf_counter()
        subprocess.run([*words, f"file://{what}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begin
    empty = work / "empty.html"
    empty.write_text("<!DOCTYPE html><p>empty")
    print(f"in chromium: {min(opened(page) for _ in range(3)):.2f} s, an empty page {min(opened(empty) for _ in range(3)):.2f} s (both with the browser's start)")


def number(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def search():
    chance, folder, count = random.Random(1), work / "year", args.count or 24 * 365
    size = 0
    for i in range(count):
        moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime(1767225600 + 3600 * i))
        path = folder / moment
        if path.exists():
            size += (path / "motion.grid").stat().st_size
            continue
        path.mkdir(parents=True)
        (path / "events.json").write_text("{}")
        grid, last = bytearray(b"GMMG" + bytes([1, 32, 18]) + struct.pack("<ii", 1920, 1080)), 0
        second = 0
        # Something moves in a twelfth of all seconds, in 4 to 40 cells that lie together.
        while True:
            second += 1 if chance.random() < 0.8 else chance.randrange(2, 110)
            if second >= 3600:
                break
            left, top, wide, high = chance.randrange(28), chance.randrange(14), chance.randrange(2, 9), chance.randrange(2, 5)
            cells = sorted(y * 32 + x for y in range(top, min(18, top + high)) for x in range(left, min(32, left + wide)))
            grid += number(second - last) + number(len(cells))
            last, before = second, -1
            for cell in cells:
                grid += number(cell - before - 1) + bytes([chance.randrange(1, 256)])
                before = cell
        (path / "motion.grid").write_bytes(grid)
        size += len(grid)
    words = ["search", folder, "--clock", "%Y%m%d-%H%M%S", "--zone", "1500,700 1800,700 1800,1000 1500,1000", "--min-score", "0.5"]
    for more in ([], ["--from", "2026-06-01", "--to", "2026-06-07"]):
        taken = [run(*words, *more) for _ in range(3)]
        print(f"{count} hours, {size / 1e6:.0f} MB of grids, {' '.join(more) or 'all'}: {min(each[0] for each in taken):.2f} s, {taken[-1][2].splitlines()[-1]}")


def pictures():
    count, folder = args.count or 10_000, work / "pictures"
    folder.mkdir(exist_ok=True)
    ffmpeg("-i", root / "media/street.mp4", "-frames:v", 100, "-vf", "scale=320:240", folder / "base-%03d.png")
    bases = sorted(folder.glob("base-*.png"))
    (work / "in").mkdir(exist_ok=True)
    for i in range(count):
        if not (work / "in" / f"{i:06}.png").exists():
            os.link(bases[i % len(bases)], work / "in" / f"{i:06}.png")
    for reader, some in (("ffmpeg", max(1, count // 20)), ("auto", count)):
        (work / "list.txt").write_text("".join(f"{work}/in/{i:06}.png\n" for i in range(some)))
        shutil.rmtree(work / "segments", ignore_errors=True)
        seconds, memory, _ = run("segment", "--manifest", work / "list.txt", "-k", 4, "--reader", reader, "--output", work / "segments")
        print(f"--reader {reader}: {some} pictures in {seconds:.1f} s, {some / seconds:.1f} a second, {memory:.0f} MB")


def simulate():
    """Dealt out by size in advance, as --shard does, against a queue that hands out the next file; nodes that differ in speed, and that fail."""
    chance, nodes, files = random.Random(1), 1000, args.count or 1_000_000
    # Measured on the machine of the documentation: an hour of 720p (0.9 GB at 2 Mbit/s) takes 333 s of two cores at 270 frames a
    # second, a start 0.4 s, a line of the list 6 microseconds in every task. Assumed: a disk that hands out 2 GB/s in all.
    start, per_byte, read_list, disk = 0.4, 333 / 0.9e9, files * 6e-6, 2e9
    sizes = sorted((chance.lognormvariate(0, 1) * 0.7e9 for _ in range(files)), reverse=True)
    loads = [(0.0, node) for node in range(nodes)]
    heapq.heapify(loads)
    shares = [0.0] * nodes
    for size in sizes:
        load, node = heapq.heappop(loads)
        shares[node] = load + start + size * per_byte
        heapq.heappush(loads, (shares[node], node))
    ideal = sum(shares) / nodes / 3600
    print(f"{files} files, {sum(sizes) / 1e12:.0f} TB, on {nodes} nodes: {ideal:.1f} h a node if shared out evenly; the heaviest part {max(shares) / 3600:.2f} h")
    speed = [chance.lognormvariate(0, 0.15) for _ in range(nodes)]
    slow = max((share + read_list) / v for share, v in zip(shares, speed)) / 3600
    print(f"nodes that differ in speed by 15 %: the last ends after {slow:.1f} h; with ten parts a node, taken as they come, {simulate_queue(sizes, speed, nodes * 10, start, per_byte, read_list):.1f} h")
    failures = sum(chance.random() < ideal / (24 * 365 / 4) for _ in range(nodes))
    print(f"nodes that fail four times a year: {failures} of {nodes} in this run; each costs what its input under way had taken, since finished ones are kept")
    print(f"reading: {sum(sizes) / disk / 3600:.1f} h at {disk / 1e9:.0f} GB/s in all, so the disk {'is what breaks first' if sum(sizes) / disk / 3600 > ideal else 'keeps up'}; reading the list {read_list:.0f} s a task")
    entries = files * 6
    print(f"the output folder gets {files} folders with {entries} files: at 2,000 creations a second of one metadata server {entries / 2000 / 3600:.1f} h")


def simulate_queue(sizes, speed, parts, start, per_byte, read_list):
    loads = [(0.0, part) for part in range(parts)]
    heapq.heapify(loads)
    for size in sizes:
        load, part = heapq.heappop(loads)
        heapq.heappush(loads, (load + start + size * per_byte, part))
    free = [(0.0, node) for node in range(len(speed))]
    heapq.heapify(free)
    end = 0.0
    for load, _ in sorted(loads, reverse=True):
        at, node = heapq.heappop(free)
        at += (load + read_list) / speed[node]
        end = max(end, at)
        heapq.heappush(free, (at, node))
    return end / 3600


try:
    globals()[args.what]()
finally:
    if not args.folder:
        shutil.rmtree(work, ignore_errors=True)
