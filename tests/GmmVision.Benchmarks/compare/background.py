#!/usr/bin/env python3
"""Background models side by side: OpenCV's and this project's on the same frames, pinned to the same cores, in turn.

usage: background.py VIDEO [--size 1920x1080] [--frames 150] [--gray] [--threads 1] [--rounds 5] [--cores 0]
       background.py VIDEO --presets       also the whole way to a clean mask

Needs Debian's python3-opencv (with its bgsegm module for CNT) and taskset. Frames are decoded and scaled first; only the
model is timed; the first third of the frames is not counted. A round runs every contestant once; shown is the median of
the rounds, and the median of the ratios within the rounds, which a machine that slows down for a while does not bend.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))


def opencv(video, size, frames, threads, gray, method):
    """Times one of OpenCV's models in this process; what a child of this script does."""
    import cv2
    cv2.setNumThreads(threads)
    models = {
        "MOG2": lambda: cv2.createBackgroundSubtractorMOG2(500, 16, True),
        "KNN": lambda: cv2.createBackgroundSubtractorKNN(500, 400, True),
        "CNT": lambda: cv2.bgsegm.createBackgroundSubtractorCNT(),
    }
    model = models[method]()
    capture, pictures = cv2.VideoCapture(video), []
    while len(pictures) < frames:
        there, picture = capture.read()
        if not there:
            break
        if size:
            picture = cv2.resize(picture, tuple(map(int, size.split("x"))), interpolation=cv2.INTER_AREA)
        pictures.append(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if gray else picture)
    if len(pictures) < 3:
        sys.exit(f"{video}: only {len(pictures)} frames")
    times, mask = [], None
    for picture in pictures:
        start = time.perf_counter()
        mask = model.apply(picture, mask)
        times.append(time.perf_counter() - start)
    height, width = pictures[0].shape[:2]
    milliseconds = statistics.median(times[len(times) // 3:]) * 1e3
    print(json.dumps({"method": method, "channels": 1 if gray else 3, "width": width, "height": height,
                      "frames": len(pictures), "threads": threads, "median_ms": round(milliseconds, 3),
                      "mpx_per_s": round(width * height / milliseconds / 1e3, 1),
                      "foreground": round(float((mask > 200).mean()), 5)}))


def methods(python):
    """What the OpenCV of an interpreter has."""
    question = "import cv2; print('MOG2', 'CNT' if hasattr(cv2, 'bgsegm') else '')"
    return subprocess.run([python, "-c", question], capture_output=True, text=True).stdout.split()


def measure(command, cores):
    run = subprocess.run(["taskset", "-c", cores, *command], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)}: {run.stderr.strip()}")
    return json.loads(run.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video")
    parser.add_argument("--size", default="")
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--gray", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cores", default="", help="for taskset; the first ones, as many as threads, unless given")
    parser.add_argument("--presets", action="store_true", help="also the whole way to a clean mask")
    parser.add_argument("--opencv", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.opencv:
        return opencv(options.video, options.size, options.frames, options.threads, options.gray, options.opencv)
    cores = options.cores or f"0-{options.threads - 1}"

    same = [options.video, "--frames", str(options.frames), "--threads", str(options.threads)] + (["--size", options.size] if options.size else [])
    # Debian's OpenCV belongs to Debian's Python, which need not be the first one on the PATH.
    python = next((path for path in (sys.executable, "/usr/bin/python3") if methods(path)), None)
    if python is None:
        sys.exit("python3-opencv is missing: apt-get install python3-opencv")
    theirs = [python, os.path.abspath(__file__), *same] + (["--gray"] if options.gray else [])
    ours = [os.path.join(ROOT, "run.sh"), "bench", "background", *same, "--json", "--channels", "1" if options.gray else "3"]
    contestants = {f"OpenCV {method}": [*theirs, "--opencv", method] for method in methods(python)}
    contestants["ours, live"] = ours
    contestants["ours, batches of 16"] = [*ours, "--batch", "16"]
    if options.presets:
        contestants["ours, fast, batches of 16"] = [*ours, "--batch", "16", "--preset", "fast"]
        # These work frame by frame; so their median is that of frames, as OpenCV's is.
        for preset in ("balanced", "accurate"):
            contestants[f"ours, {preset}"] = [*ours, "--preset", preset]
    subprocess.run([os.path.join(ROOT, "run.sh"), "--version"], check=True, stdout=subprocess.DEVNULL)      # builds, if it must

    results = {name: [] for name in contestants}
    for number in range(options.rounds):
        for name, command in contestants.items():
            results[name].append(measure(command, cores))
            print(f"round {number + 1} of {options.rounds}: {name}", file=sys.stderr)

    first = results["ours, live"][0]
    print(f"{first['width']}x{first['height']}, {first['channels']} channels, {first['frames']} frames, {options.threads} threads on cores {cores}, "
          f"{first['lane_width']} lanes, {first['bytes_per_pixel']} bytes of state a pixel, median of {options.rounds} rounds")
    baselines = [name for name in contestants if name.startswith("OpenCV")]
    print(f"{'':28} {'ms/frame':>9} {'Mpx/s':>8} {'foreground':>11}" + "".join(f" {'x ' + name.removeprefix('OpenCV '):>8}" for name in baselines))
    for name, runs in results.items():
        ratios = [statistics.median(theirs["median_ms"] / mine["median_ms"] for theirs, mine in zip(results[baseline], runs)) for baseline in baselines]
        print(f"{name:28} {statistics.median(run['median_ms'] for run in runs):9.3f} {statistics.median(run['mpx_per_s'] for run in runs):8.1f} "
              f"{runs[-1]['foreground']:11.5f}" + "".join(f" {ratio:8.2f}" for ratio in ratios))
    hashes = {run["mask_hash"] for name in ("ours, live", "ours, batches of 16") for run in results[name]}
    if len(hashes) != 1:
        sys.exit(f"the masks differ between live and batches: {hashes}")


if __name__ == "__main__":
    main()
