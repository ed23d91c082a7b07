#!/usr/bin/env python3
"""What each stage of the refinement is worth: every stage switched off, one at a time, on videos with ground truth.

usage: ablation.py FOLDER [--preset balanced] [--markdown]

FOLDER is laid out as changedetection.net lays out its videos (../shared/data/unpack.sh makes one). Shown is F for each
category, the mean over videos, its change against the whole preset, and the detector's speed on one core (processor
time; the videos run one after the other, so that they do not disturb each other).
"""
import argparse
import json
import os
import subprocess
import tempfile

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
STAGES = [
    ("all stages", []),
    ("no shift compensation", ["shiftCompensation=false"]),
    ("no illumination compensation", ["illuminationCompensation=false"]),
    ("no evidence smoothing", ["evidenceSmoothing=false"]),
    ("no shadow test", ["shadowTest=false"]),
    ("no median", ["medianSize=0"]),
    ("no hole filling", ["holeArea=0"]),
    ("no small-region filter", ["regionArea=0"]),
    ("no neighbor vote", ["neighborReach=0"]),
    ("no ghost test", ["ghostTest=false"]),
    ("no scene monitor", ["sceneMonitor=false"]),
    ("no small targets", ["smallTargets=false"]),
    ("no faint test", ["faintTest=false"]),
    ("no rain test", ["rainTest=false"]),
    ("no release of what is still", ["stillRelease=100000"]),
    ("no release of what appears whole", ["appearanceRelease=100000"]),
    ("no other deviations in the dark", ["background.darkDeviationFactor=1"]),
    ("no rim around held pixels", ["selectiveRim=0"]),
    ("no selective update", ["selectiveUpdate=false"]),
]


def score(folder, preset, settings):
    """F by category, the mean over videos and Mpx/s of one run."""
    with tempfile.TemporaryDirectory() as scratch:
        report = os.path.join(scratch, "report.json")
        command = [os.path.join(ROOT, "run.sh"), "eval", folder, "--preset", preset, "--threads", "1", "--json", report]
        for setting in settings:
            command += ["--set", setting]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(report) as file:
            videos = json.load(file)["videos"]
    categories, pixels, seconds = {}, 0, 0
    for video in videos:
        categories.setdefault(video["category"], []).append(video["f_measure"])
        pixels += video["width"] * video["height"] * video["frames"]
        seconds += video["frames"] / video["frames_per_second"]
    means = {name: sum(values) / len(values) for name, values in categories.items()}
    return means, sum(video["f_measure"] for video in videos) / len(videos), pixels / seconds / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--preset", default="balanced", choices=["fast", "balanced", "accurate"])
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    arguments = parser.parse_args()
    whole = None
    for name, settings in STAGES:
        means, mean, speed = score(arguments.folder, arguments.preset, settings)
        if whole is None:
            whole = mean
            row = [arguments.preset] + list(means) + ["mean", "change", "Mpx/s"]
            print("| " + " | ".join(row) + " |\n|" + "---|" * len(row) if arguments.markdown else f"{row[0]:27}" + "".join(f"{cell[:11]:>12}" for cell in row[1:]), flush=True)
        cells = [f"{value:.3f}" for value in means.values()] + [f"{mean:.4f}", f"{mean - whole:+.4f}", f"{speed:.0f}"]
        print("| " + " | ".join([name] + cells) + " |" if arguments.markdown else f"{name:27}" + "".join(f"{cell:>12}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
