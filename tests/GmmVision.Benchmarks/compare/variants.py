"""Variants of the cases: the same kinds of disturbance with other seeds, sizes, frame rates and strengths, and their truth.

Scenes come from scene.py of the folder of cases. A variant is rendered once and kept; change VERSION with the rendering.
"""
import hashlib
import importlib.util
import os

import cv2
import numpy as np

from expectation import Expectation

VERSION = 2
PAD = 16                     # pixels around the view, for cameras that are pushed


class Variant:
    """A video to be rendered. paint(frame, time, number, random) draws into a float frame before the noise."""

    def __init__(self, name, expectation, paint, seconds=40, fps=25, size=(320, 240), seed=1, noise=2, walks=None, walker=None, options=()):
        self.name, self.expectation, self.paint, self.seconds, self.fps = name, expectation, paint, seconds, fps
        self.size, self.seed, self.noise, self.options = size, seed, noise, list(options)
        self.walks = expectation.walks if walks is None else walks
        self.walker = walker or {}

    def render(self, folder):
        key = hashlib.sha1(repr((VERSION, self.name, self.seconds, self.fps, self.size, self.seed, self.noise, self.walks, sorted(self.walker.items()))).encode()).hexdigest()[:8]
        path = os.path.join(folder, f"{self.name}_{key}.mp4")
        if not os.path.exists(path):
            os.makedirs(folder, exist_ok=True)
            self._write(path + ".tmp.mp4")
            os.rename(path + ".tmp.mp4", path)
        return path

    def _write(self, path):
        width, height = self.size
        random = np.random.RandomState(self.seed + 7)
        # Noise is drawn once and shifted by a random way in every frame: as good to a detector, and much faster.
        grain = random.randn(height + 64, width + 64, 3).astype(np.float32) * self.noise
        background = scene.background(width + 2 * PAD, height + 2 * PAD, self.seed)
        out = scene.Out(path, width, height, self.fps, scene.X264)
        for number in range(int(self.seconds * self.fps)):
            time = number / self.fps
            frame = Frame(background, width, height)
            self.paint(frame, time, number, random)
            if frame.walkers:
                self._walk(frame.pixels, time, frame.light)
            frame.finish(time, number, random)
            x, y = random.randint(0, 64, 2)
            out.write(self.stream(np.clip(frame.pixels + grain[y:y + height, x:x + width], 0, 255).astype(np.uint8), number))
        out.close()

    def stream(self, picture, number):
        """What the camera sends instead of a picture."""
        return picture

    def _walk(self, pixels, time, light):
        height, width = pixels.shape[:2]
        w, h = self.walker.get("size", (max(4, width // 13), max(4, height // 4)))
        color = np.array(self.walker.get("color", (30, 30, 200))) * max(light, self.walker.get("least_light", 0))
        for start, end in self.walks:
            if start <= time < end:
                part = (time - start) / (end - start)
                if self.walker.get("way") == "down":
                    scene.walker(pixels, width * 0.4, -h + (height + h) * part, w, h, color)
                elif self.walker.get("way") == "left":
                    scene.walker(pixels, width - (width + w) * part, height * 0.4, w, h, color)
                else:
                    scene.walker(pixels, -w + (width + w) * part, height * 0.5, w, h, color)


class Frame:
    """A frame in the making: the view at rest, until a variant changes it."""

    def __init__(self, background, width, height):
        self.background, self.width, self.height = background, width, height
        self.light, self.walkers, self.last = 1, True, []
        self.look(0, 0)

    def look(self, dx, dy):
        self.pixels = self.background[PAD + dy:PAD + dy + self.height, PAD + dx:PAD + dx + self.width].copy()

    def expose(self, light):
        """The whole picture brighter or darker; walkers too."""
        self.light = light
        self.pixels *= light

    def afterwards(self, change):
        """change(pixels, time, number, random) returns what is seen once walkers are there."""
        self.last.append(change)

    def finish(self, time, number, random):
        for change in self.last:
            self.pixels = change(self.pixels, time, number, random)


def load(folder):
    """The folder's scene.py, which all variants are rendered with."""
    global scene
    spec = importlib.util.spec_from_file_location("scene", os.path.join(folder, "scene.py"))
    scene = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scene)
    return scene


def all_of(folder):
    """Every variant, in order."""
    load(folder)
    for group in (darkness, views, lights, infrared, bumps, trucks, flashes, weather, small, faint, ghosts, beginnings):
        yield from group()


def still(frame, time, number, random):
    pass


def darkness():
    for seconds, level, fps, size in [(0.5, 0, 25, (320, 240)), (2, 6, 15, (480, 360)), (6, 0, 10, (320, 240)), (10, 10, 25, (320, 240))]:
        def paint(frame, time, number, random, seconds=seconds, level=level):
            if time < seconds:
                frame.pixels[:] = level
                frame.walkers = False
        walks = [(seconds + 5, seconds + 8), (seconds + 15, seconds + 18), (seconds + 25, seconds + 28)]
        yield Variant(f"dark_start_{seconds:g}s", Expectation(walks, free=[(0, seconds + 2)]), paint, seconds + 32, fps, size, seed=int(seconds * 10))
    for seconds, level in [(1, 4), (8, 12), (20, 2)]:
        def paint(frame, time, number, random, seconds=seconds, level=level):
            if 12 <= time < 12 + seconds:
                frame.pixels[:] = level
                frame.walkers = False
        end = 12 + seconds
        yield Variant(f"covered_{seconds}s", Expectation([(5, 8), (end + 5, end + 8), (end + 15, end + 18)], free=[(11.5, 15), (end, end + 3)]), paint, end + 22, 15, seed=40 + seconds)


def views():
    for seed, fps, size, turns in [(11, 25, (320, 240), [10]), (12, 5, (320, 240), [10]), (13, 10, (640, 480), [10]), (14, 15, (320, 240), [10, 30])]:
        def paint(frame, time, number, random, seed=seed, turns=tuple(turns)):
            turn = sum(time >= at for at in turns)
            if turn:
                if (seed, turn, frame.width) not in VIEWS:
                    VIEWS[seed, turn, frame.width] = scene.background(frame.width, frame.height, seed * 10 + turn)
                frame.pixels = VIEWS[seed, turn, frame.width].copy()
        yield Variant(f"view_change_{seed}", Expectation([(4, 7), (18, 21), (40, 43), (52, 55)], overlap=0.5, longest=5, free=[(at, at + 5) for at in turns]),
                      paint, 60, fps, size, seed)


VIEWS = {}


def lights():
    walks = [(5, 8), (18, 21), (30, 33), (42, 45)]
    for name, steps, fps in [("on_1.4", [(0, 0.7), (12, 1)], 25), ("on_3", [(0, 0.33), (12, 1)], 10), ("on_12.5", [(0, 0.08), (12, 1)], 25),
                             ("off_0.6", [(0, 1), (12, 0.6)], 15), ("off_0.25", [(0, 1), (12, 0.25)], 25), ("on_off", [(0, 0.4), (12, 1), (26, 0.4)], 10)]:
        def paint(frame, time, number, random, steps=tuple(steps)):
            frame.expose([light for at, light in steps if at <= time][-1])
        free = [(at, at + 4) for at, _ in steps[1:]]
        # By next to no light nobody can be seen.
        expected = walks[1:] if steps[0][1] < 0.2 else walks
        yield Variant(f"light_{name}", Expectation(expected, overlap=0.6, free=free + ([walks[0]] if expected is not walks else [])), paint, 50, fps, seed=len(name) + 20,
                      walks=walks, walker={"color": (40, 60, 250), "least_light": 0.4})

    def dawn(frame, time, number, random):
        frame.expose(6 ** (np.clip((time - 5) / 40, 0, 1) - 1))
    yield Variant("light_dawn", Expectation([(10, 13), (22, 25), (36, 39), (52, 55)], overlap=0.6), dawn, 60, 10, seed=29, walker={"color": (40, 60, 250), "least_light": 0.4})


def infrared():
    for seed, to_grey in [(31, True), (32, False), (33, True)]:
        def paint(frame, time, number, random, to_grey=to_grey, seed=seed):
            def grey(pixels, time, number, random):
                mix = np.random.RandomState(seed).dirichlet([1, 1, 1]).astype(np.float32)
                return np.repeat(np.clip((pixels @ mix) * 0.7 + 30, 0, 255)[:, :, None], 3, 2)
            if (time >= 12) == to_grey:
                frame.afterwards(grey)
        yield Variant(f"infrared_{seed}", Expectation([(5, 8), (18, 21), (30, 33), (42, 45)], overlap=0.6, free=[(12, 16)]), paint, 50, [10, 25, 15][seed - 31], seed=seed,
                      walker={"color": (20, 20, 250) if seed != 32 else (230, 230, 255)})


def bumps():
    for i, (dx, dy) in enumerate([(-3, 2), (11, -9), (1, 1), (-12, 5), (0, 8)]):
        def paint(frame, time, number, random, dx=dx, dy=dy):
            if time >= 10:
                frame.look(dx, dy)
        yield Variant(f"bump_{dx}_{dy}", Expectation([(4, 7), (20, 23), (32, 35)], free=[(10, 15)]), paint, 40, [25, 10, 25, 15, 5][i], [(320, 240), (640, 480)][i == 3], seed=41 + i)
    # What comes into the picture at its border has nothing to do with what was there.
    for i, (dx, dy) in enumerate([(9, -6), (-5, -11), (12, 12)]):
        def paint_other(frame, time, number, random, dx=dx, dy=dy):
            if time >= 10:
                frame.pixels = np.roll(frame.pixels, (dy, dx), (0, 1))
        yield Variant(f"bump_other_border_{dx}_{dy}", Expectation([(4, 7), (20, 23), (32, 35)], free=[(10, 15)]), paint_other, 40, [25, 10, 15][i], seed=46 + i)


def trucks():
    for seed, coverage, takes, stands, fps in [(51, 0.6, 1.5, 0, 25), (52, 0.8, 3, 0, 10), (53, 0.95, 5, 0, 25), (54, 0.9, 3, 3, 15), (55, 0.7, 2.5, 6, 25),
                                                (56, 0.95, 2.5, 0, 25), (57, 0.9, 1.5, 0, 10)]:
        def paint(frame, time, number, random, seed=seed, coverage=coverage, takes=takes, stands=stands):
            if not 8 <= time < 8 + takes + stands:
                return
            width, height = (int(1.4 * frame.width), int(coverage * frame.height))
            if (seed, width) not in VIEWS:
                VIEWS[seed, width] = scene.background(width, height, seed + 100)
            moving = time - 8 - np.clip(time - 8 - takes / 2, 0, stands)
            left = int(round(-width + (frame.width + width) * moving / takes))
            a, b = max(0, left), min(frame.width, left + width)
            if b > a:
                frame.pixels[frame.height - height:, a:b] = VIEWS[seed, width][:, a - left:b - left]
        yield Variant(f"truck_{seed}", Expectation([(8, 8 + takes + stands), (24, 27), (36, 39)], overlap=0.5, ends_before={0: 8 + takes + stands + 3}, free=[(8, 8 + takes + stands)]), paint, 42, fps, seed=seed,
                      walks=[(24, 27), (36, 39)])


def flashes():
    for seed, light, strength, area, times in [(61, 1, 70, 1, [(3, 1), (7.5, 2), (12.2, 3), (15, 1), (28, 3)]), (62, 0.5, 125, 0.5, [(4, 3), (9, 3), (16, 2), (30, 3)]),
                                               (63, 0.3, 160, 0.7, [(5, 2), (5.2, 3), (14, 3), (14.3, 1), (26, 2), (26.16, 2)]), (64, 0.5, 125, 1, [(6, 3), (6.2, 3), (12, 1), (12.08, 1), (28, 3)])]:
        def paint(frame, time, number, random, light=light, strength=strength, area=area, times=times):
            def flash(pixels, time, number, random):
                pixels[:int(area * pixels.shape[0])] += strength
                return pixels
            frame.expose(light)
            if any(round(at * 25) <= number < round(at * 25) + frames for at, frames in times):
                frame.afterwards(flash)
        yield Variant(f"lightning_{seed}", Expectation([(20, 23)]), paint, 34, 25, seed=seed, walker={"color": (40, 60, 250), "least_light": 0.5})


def weather():
    for name, drops, length, size in [("rain_light", 20, 12, 1), ("rain", 60, 12, 1), ("rain_heavy", 150, 16, 1), ("snow", 60, 0, 2), ("snow_heavy", 150, 0, 2)]:
        def paint(frame, time, number, random, drops=drops, length=length, size=size):
            def fall(pixels, time, number, random):
                for x, y in random.randint(0, [pixels.shape[1], pixels.shape[0]], (drops, 2)):
                    if length:
                        cv2.line(pixels, (int(x), int(y)), (int(x) + 2, int(y) + length), (200, 200, 200), size)
                    else:
                        cv2.circle(pixels, (int(x), int(y)), size, (240, 240, 240), -1)
                return pixels
            frame.afterwards(fall)
        for options, suffix in [([], ""), (["--min-area", "0.002"], "_min_area")]:
            # One event all the time is right with a note; the walk alone is better. Asked for regions of that size, only the walk is right.
            expectation = Weather([(20, 23)]) if not options else Expectation([(20, 23)])
            yield Variant(name + suffix, expectation, paint, 30, 25, seed=71, options=options)


class Weather(Expectation):
    def problems(self, events, report):
        wrong = super().problems(events, report)
        return [] if wrong and report.get("notes") and any(start <= 20.5 and end >= 22.5 for start, end in events) else wrong


def small():
    for i, (w, h, color, way, size, fps) in enumerate([
            (6, 12, (40, 40, 200), "right", (640, 480), 25), (6, 12, (170, 170, 170), "left", (640, 480), 10), (8, 6, (30, 30, 30), "down", (640, 480), 25),
            (4, 8, (240, 240, 240), "right", (320, 240), 15), (10, 20, (20, 60, 200), "left", (640, 480), 5)]):
        yield Variant(f"small_{w}x{h}_{way}", Expectation([(8, 15), (25, 32)], overlap=0.5), still, 36, fps, size, seed=81 + i, walker={"size": (w, h), "color": color, "way": way})


def faint():
    for i, (level, fps) in enumerate([(11, 25), (-11, 10), (11, 5)]):
        def paint(frame, time, number, random, level=level):
            frame.pixels[:] = 110
            for start in (10, 25):
                if start <= time < start + 5:
                    x = int(-40 + (frame.width + 40) * (time - start) / 5)
                    frame.pixels[80:170, max(0, x):max(0, x + 40)] += level
        yield Variant(f"faint_{level}_{fps}", Expectation([(10, 15), (25, 30)], overlap=0.5), paint, 34, fps, seed=91 + i, walks=[])

    # Under 3 % of the picture, where the neighbour vote is asked; slow, and one that stands.
    for i, (stands, fps) in enumerate([(False, 25), (True, 25), (True, 5)]):
        def paint(frame, time, number, random, stands=stands):
            frame.pixels[:] = 120
            x = -40 + 80 * (time - 8) if not stands or time < 12 else 280 if time < 24 else 280 + 80 * (time - 24)
            if time >= 8 and -40 < x < frame.width:
                frame.pixels[200:290, max(0, int(x)):max(0, int(x) + 40)] += 11
        yield Variant(f"faint_far_{'stands' if stands else 'walks'}_{fps}", Expectation([(8, 28.5 if stands else 16.5)], overlap=0.8), paint, 34, fps, size=(640, 480), seed=95 + i, walks=[])


def ghosts():
    for i, (leaves, fps) in enumerate([(6, 25), (30, 10), (12, 5)]):
        def paint(frame, time, number, random, leaves=leaves):
            x = 140 + max(0, time - leaves) / 2 * (frame.width - 140)
            if x < frame.width:
                scene.walker(frame.pixels, x, 110, 30, 80, (30, 160, 220))
        yield Variant(f"there_from_start_{leaves}s", Expectation([(leaves, leaves + 2), (leaves + 14, leaves + 17)], overlap=0.5, ends_before={0: leaves + 4}), paint, leaves + 22, fps,
                      seed=101 + i, walks=[(leaves + 14, leaves + 17)])

    def stands(frame, time, number, random):
        if 10 <= time < 134:
            walked = min(time, 12) - 10 + max(0, time - 132)
            scene.walker(frame.pixels, -30 + (frame.width + 30) * walked / 4, 110, 30, 80, (30, 160, 220))
    yield Variant("stands_2_minutes", Standing([(10, 134), (150, 153)]), stands, 160, 10, seed=105, walks=[(150, 153)])


class Standing(Expectation):
    """One event from coming to going, or one for each of both."""

    def problems(self, events, report):
        rest = [event for event in events if event[0] > 140]
        about = [event for event in events if event[0] <= 140]
        wrong = Expectation(self.walks[1:]).problems(rest, report)
        for what, at in (("comes", 11), ("goes", 133)):
            if not any(start <= at <= end for start, end in about):
                wrong.append(f"no event at {at} s, when somebody {what}")
        wrong += [f"the event {start:g}-{end:g} goes on after everybody has gone" for start, end in about if end > 137]
        return wrong + [f"nothing moves in the event {start:g}-{end:g}" for start, end in about if end < 9.5 or start > 135]


def beginnings():
    def crowd(frame, time, number, random):
        for i in range(8):
            x = 20 + 40 * i + (1 if i % 2 else -1) * time * (40 + 5 * i)
            scene.walker(frame.pixels, x, 70 + 12 * (i % 4), 22, 64, (30 * i, 200 - 20 * i, 90 + 20 * i))
    yield Variant("crowd_first", Expectation([(20, 23), (30, 33)], free=[(0, 12)]), crowd, 38, 25, seed=111)

    def grey(frame, time, number, random):
        if time < 1:
            frame.pixels[:] = 128
    yield Variant("decoder_grey", Expectation([(6, 9), (18, 21)], free=[(0.9, 3)]), grey, 26, 25, seed=112)

    def exposure(frame, time, number, random):
        frame.expose(min(1, 0.02 + time / 3))
    yield Variant("slow_exposure", Expectation([(8, 11), (18, 21)], free=[(0, 5)]), exposure, 26, 15, seed=113)

    def person(frame, time, number, random):
        x = 150 if time < 20 else 150 + (time - 20) * 90
        scene.walker(frame.pixels, x, 100, 26, 70, (60, 200, 220))
    yield Variant("person_first", Expectation([(8, 11), (20, 22), (32, 35)], overlap=0.4, ends_before={1: 25}), person, 40, 10, seed=114, walks=[(8, 11), (32, 35)])
