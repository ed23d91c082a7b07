"""What cameras do every day and no case tells of: clocks in the picture, exposure and white balance that hunt, fog, frozen
pictures, shaking, focus, drops on the lens, clouds, patrols. Each with three walks that must be found."""
import cv2
import numpy as np

from expectation import Expectation
from variants import Variant, load, still

WALKS = [(5, 8), (18, 21), (30, 33)]
BRIGHT = {"color": (40, 60, 250), "least_light": 0.4}


def variant(name, paint, free=(), **settings):
    settings.setdefault("walker", BRIGHT)
    overlap = settings.pop("overlap", 0.6)
    longest = settings.pop("longest", None)
    return Variant(name, Expectation(WALKS, overlap=overlap, free=list(free), longest=longest), paint, settings.pop("seconds", 40), **settings)


def all_of(folder):
    """Every variant, in order."""
    scene = load(folder)
    for group in (overlays, exposure, colours, air, stream, camera, lens, light, things):
        yield from group(scene)


def overlays(scene):
    for i, (fps, size, scale) in enumerate([(25, (640, 480), 0.8), (10, (320, 240), 0.5), (15, (640, 480), 0.6)]):
        def paint(frame, time, number, random, scale=scale, hundredths=i == 2):
            def clock(pixels, time, number, random):
                second = int(time) + 3600 * 12 + 57
                text = f"2026-11-30 {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}" + (f".{int(time * 100) % 100:02}" if hundredths else "")
                pixels = np.ascontiguousarray(pixels)
                cv2.putText(pixels, text, (10, int(40 * scale)), cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 2 if scale > 0.5 else 1)
                return pixels
            frame.afterwards(clock)
        yield variant(f"clock_{fps}", paint, fps=fps, size=size, seed=201 + i)


def exposure(scene):
    for i, (swing, period, fps) in enumerate([(0.08, 4, 25), (0.15, 8, 10), (0.05, 1, 25), (0.25, 12, 15)]):
        def paint(frame, time, number, random, swing=swing, period=period):
            frame.expose(1 + swing * np.sin(2 * np.pi * time / period))
        yield variant(f"pumping_{swing:g}_{period}s", paint, fps=fps, seed=211 + i)
    # Somebody bright comes and the camera turns its exposure down while he is there.
    for i, (light, takes, fps) in enumerate([(0.75, 0.5, 25), (0.6, 1, 10)]):
        def paint_reacts(frame, time, number, random, light=light, takes=takes):
            inside = max(np.clip((time - a - 0.7) / takes, 0, 1) * (1 - np.clip((time - b) / takes, 0, 1)) for a, b in WALKS)
            frame.expose(1 + (light - 1) * inside)
        yield variant(f"reacts_{light:g}", paint_reacts, fps=fps, seed=216 + i)

    for i, (strength, bands, fps) in enumerate([(0.05, 2.5, 25), (0.12, 1.5, 15)]):
        def paint_bands(frame, time, number, random, strength=strength, bands=bands):
            y = np.arange(frame.height)[:, None, None] / frame.height
            frame.pixels *= 1 + strength * np.sin(2 * np.pi * (bands * y + 0.37 * number))
        yield variant(f"mains_bands_{strength:g}", paint_bands, fps=fps, seed=218 + i)


def colours(scene):
    for i, (gains, takes, fps) in enumerate([((0.8, 1, 1.25), 0, 25), ((1.2, 1, 0.85), 3, 10), ((1.3, 1.05, 0.75), 10, 15)]):
        def paint(frame, time, number, random, gains=np.array(gains, np.float32), takes=takes):
            part = float(time >= 12) if takes == 0 else float(np.clip((time - 12) / takes, 0, 1))
            frame.pixels *= 1 + (gains - 1) * part
        yield variant(f"white_balance_{i}", paint, [(12, 12 + takes + 3)], fps=fps, seed=221 + i)


def air(scene):
    for i, (left, takes, fps) in enumerate([(0.4, 15, 25), (0.5, 6, 10), (0.3, 1, 15)]):
        def paint(frame, time, number, random, left=left, takes=takes):
            def fog(pixels, time, number, random):
                share = 1 - (1 - left) * np.clip((time - 10) / takes, 0, 1)
                return pixels * share + 190 * (1 - share)
            frame.afterwards(fog)
        yield variant(f"fog_{left:g}_{takes}s", paint, [(10, 10 + takes + 3)], fps=fps, seed=231 + i)

    for i, (last, fps) in enumerate([(10, 25), (8, 10)]):
        def paint_noise(frame, time, number, random, last=last):
            sigma = 2 + (last - 2) * np.clip((time - 5) / 20, 0, 1)

            def grain(pixels, time, number, random):
                return pixels + random.randn(*pixels.shape).astype(np.float32) * sigma
            frame.expose(1 - 0.5 * np.clip((time - 5) / 20, 0, 1))
            frame.afterwards(grain)
        yield variant(f"dusk_noise_{last}", paint_noise, fps=fps, seed=235 + i)


def stream(scene):
    for i, holds in enumerate([2, 5]):
        yield Held(f"repeated_{holds}", holds, None, fps=25, seed=241 + i)
    yield Held("frozen_3s", 1, (12, 15), fps=15, seed=243)

    for i, (blur, every) in enumerate([(3, 2), (5, 1)]):
        def paint_pop(frame, time, number, random, blur=blur, every=every):
            def soften(pixels, time, number, random):
                age = time % every / every
                return cv2.GaussianBlur(pixels, (0, 0), 0.3 + blur * age * 0.3)
            frame.afterwards(soften)
        yield variant(f"keyframe_pop_{every}s", paint_pop, fps=25, seed=244 + i)

    def paint_mosaic(frame, time, number, random):
        def blocks(pixels, time, number, random):
            if 12 <= time < 12.4:
                for _ in range(30):
                    x, y = random.randint(0, pixels.shape[1] // 16) * 16, random.randint(0, pixels.shape[0] // 16) * 16
                    pixels[y:y + 16, x:x + 16] = random.randint(0, 255, 3)
            return pixels
        frame.afterwards(blocks)
    yield variant("broken_blocks", paint_mosaic, [(12, 13.5)], fps=25, seed=246)

    def paint_grey(frame, time, number, random):
        def lost(pixels, time, number, random):
            if 12 <= time < 12.6:
                pixels[pixels.shape[0] // 2:] = 128
            return pixels
        frame.afterwards(lost)
    yield variant("half_grey", paint_grey, [(12, 15)], fps=10, seed=247)


class Held(Variant):
    """Each frame sent several times, or one for a while."""

    def __init__(self, name, times, frozen, **settings):
        self.times, self.frozen, self.sent = times, frozen, None
        super().__init__(name, Expectation(WALKS, overlap=0.6), still, 40, walker=BRIGHT, **settings)

    def stream(self, picture, number):
        is_frozen = self.frozen and self.frozen[0] <= number / self.fps < self.frozen[1]
        if number % self.times == 0 and not is_frozen:
            self.sent = picture
        return self.sent


def camera(scene):
    for i, (strength, fps) in enumerate([(1, 25), (3, 25), (6, 10)]):
        def paint(frame, time, number, random, strength=strength):
            frame.look(*random.randint(-strength, strength + 1, 2))
        yield variant(f"shakes_{strength}", paint, fps=fps, seed=251 + i)

    for i, (at, fps, strength) in enumerate([(12, 25, 5), (12, 10, 8)]):
        def paint_gust(frame, time, number, random, at=at, strength=strength):
            if at <= time < at + 3:
                frame.look(int(strength * np.sin(9 * time)), int(strength / 2 * np.cos(7 * time)))
        yield variant(f"gust_{strength}", paint_gust, [(at, at + 5)], fps=fps, seed=254 + i)

    for i, (distance, takes, fps) in enumerate([(200, 2, 25), (100, 2.8, 10), (400, 1, 15)]):
        def paint_pan(frame, time, number, random, distance=distance, takes=takes, seed=256 + i):
            wide = WIDE.setdefault((seed, distance), scene.background(frame.width + distance, frame.height, seed))
            x = int(round(distance * np.clip((time - 10.1) / takes, 0, 1)))
            frame.pixels = wide[:, x:x + frame.width].copy()
        yield variant(f"pan_{distance}_{takes}s", paint_pan, [(10, 10.1 + takes + 3)], fps=fps, seed=256 + i)

    def paint_zoom(frame, time, number, random):
        factor = 1 + 0.6 * float(np.clip((time - 11) / 2, 0, 1))
        w, h = int(frame.width / factor), int(frame.height / factor)
        x, y = (frame.width - w) // 2, (frame.height - h) // 2
        frame.pixels = cv2.resize(frame.pixels[y:y + h, x:x + w], (frame.width, frame.height), interpolation=cv2.INTER_LINEAR)
    yield variant("zoom", paint_zoom, [(11, 16)], fps=15, seed=260)

    def paint_turn(frame, time, number, random):
        degrees = 2.5 if time >= 12 else 0
        m = cv2.getRotationMatrix2D((frame.width / 2, frame.height / 2), degrees, 1)
        frame.pixels = cv2.warpAffine(frame.pixels, m, (frame.width, frame.height), borderMode=cv2.BORDER_REFLECT)
    yield variant("turned_2.5_degrees", paint_turn, [(12, 15)], fps=25, seed=261)

    def paint_patrol(frame, time, number, random):
        if (time // 10) % 2:
            frame.pixels = WIDE.setdefault("patrol", scene.background(frame.width, frame.height, 999)).copy()
    yield Variant("patrol", Expectation([(4, 7), (14, 17), (24, 27), (34, 37)], overlap=0.5, free=[(10, 13), (20, 23), (30, 33)]), paint_patrol, 40, 10, seed=262, walker=BRIGHT)


WIDE = {}


def lens(scene):
    for i, (blur, seconds, fps) in enumerate([(3, 4, 25), (6, 2, 10), (2, 30, 15)]):
        def paint(frame, time, number, random, blur=blur, seconds=seconds):
            def soften(pixels, time, number, random):
                share = np.clip((time - 12) / 0.5, 0, 1) * (1 - np.clip((time - 12 - seconds) / 0.5, 0, 1))
                return cv2.GaussianBlur(pixels, (0, 0), blur * share) if share > 0.05 else pixels
            frame.afterwards(soften)
        yield variant(f"out_of_focus_{blur}_{seconds}s", paint, [(12, 15)] + ([(12 + seconds, 15.5 + seconds)] if seconds < 20 else []), fps=fps, seed=271 + i)

    for i, fps in enumerate([25, 10]):
        def paint_drop(frame, time, number, random):
            def drop(pixels, time, number, random):
                for at, x, y, r in [(12, 100, 80, 30), (13.5, 220, 150, 22), (24, 60, 190, 26)]:
                    if time >= at:
                        soft = cv2.GaussianBlur(pixels, (0, 0), 9)[:, ::-1]
                        mask = np.zeros(pixels.shape[:2], np.float32)
                        cv2.circle(mask, (x, y), r, 1, -1)
                        mask = cv2.GaussianBlur(mask, (0, 0), 3)[:, :, None]
                        pixels = pixels * (1 - mask) + soft * mask
                return pixels
            frame.afterwards(drop)
        yield variant(f"lens_drops_{fps}", paint_drop, [(12, 16.5), (24, 27)], fps=fps, seed=275 + i)

    def paint_half(frame, time, number, random):
        def cover(pixels, time, number, random):
            if 12 <= time < 15:
                pixels[:, :int(0.6 * pixels.shape[1])] = 15
            return pixels
        frame.afterwards(cover)
    yield variant("half_covered", paint_half, [(12, 18)], fps=15, seed=277)

    def paint_spider(frame, time, number, random):
        def spider(pixels, time, number, random):
            if 12 <= time < 16:
                mask = np.zeros(pixels.shape[:2], np.float32)
                x = int(160 + 60 * np.sin(1.3 * time))
                y = int(100 + 50 * np.sin(0.9 * time + 1))
                cv2.circle(mask, (x, y), 40, 1, -1)
                for k in range(8):
                    a = k * np.pi / 4 + 0.3 * np.sin(5 * time + k)
                    cv2.line(mask, (x, y), (int(x + 110 * np.cos(a)), int(y + 110 * np.sin(a))), 1, 9)
                mask = cv2.GaussianBlur(mask, (0, 0), 5)[:, :, None]
                pixels = pixels * (1 - 0.85 * mask) + 215 * 0.85 * mask
            return pixels
        frame.afterwards(spider)
    yield variant("spider", paint_spider, [(12, 16.5)], fps=25, seed=278)


def light(scene):
    for i, (takes, edge, level, fps) in enumerate([(4, 60, 0.6, 25), (2, 20, 0.7, 10), (8, 120, 0.5, 15)]):
        def paint(frame, time, number, random, takes=takes, edge=edge, level=level):
            x = np.arange(frame.width)[None, :, None].astype(np.float32)
            front = -edge + (frame.width + 2 * edge) * np.clip((time - 11) / takes, 0, 1)
            back = -edge + (frame.width + 2 * edge) * np.clip((time - 23) / takes, 0, 1)
            shade = 1 / (1 + np.exp(np.clip((x - front) / edge * 6, -40, 40))) * (1 - 1 / (1 + np.exp(np.clip((x - back) / edge * 6, -40, 40))))
            frame.pixels *= 1 + (level - 1) * shade
        yield variant(f"cloud_{takes}s", paint, [(11, 11 + takes + 2), (23, 23 + takes + 2)], fps=fps, seed=281 + i, longest=takes + 2.5)

    for i, (strength, radius, fps) in enumerate([(2.0, 90, 25), (1.5, 140, 10), (3.0, 60, 15)]):
        def paint_lamp(frame, time, number, random, strength=strength, radius=radius):
            if 12 <= time < 25:
                y, x = np.mgrid[:frame.height, :frame.width].astype(np.float32)
                glow = np.exp(-((x - 240) ** 2 + (y - 80) ** 2) / (2 * radius ** 2))[:, :, None]
                frame.pixels *= 1 + (strength - 1) * glow
        yield variant(f"lamp_{strength:g}_{radius}", paint_lamp, [(12, 15), (25, 28)], fps=fps, seed=285 + i, overlap=0.5)

    def paint_headlights(frame, time, number, random):
        frame.expose(0.25)
        if 12 <= time < 15:
            y, x = np.mgrid[:frame.height, :frame.width].astype(np.float32)
            at = -60 + (frame.width + 120) * (time - 12) / 3
            glow = np.exp(-(((x - at) / 60) ** 2 + ((y - 170) / 30) ** 2))[:, :, None]
            frame.pixels *= 1 + 2.5 * glow
    yield variant("headlights", paint_headlights, [(11.5, 16)], fps=25, seed=288)

    def paint_tv(frame, time, number, random):
        def screen(pixels, time, number, random):
            random = np.random.RandomState(int(time / 1.7))
            pixels[60:110, 200:280] = random.randint(20, 235, 3)
            pixels[110:150, 190:290] *= 1 + 0.1 * np.sin(3 * time)
            return pixels
        frame.afterwards(screen)
    yield variant("television_cuts", paint_tv, [(0, 4)], fps=25, seed=289)


def things(scene):
    def box(frame, x, y, w, h, colour):
        x, y = int(round(x)), int(round(y))
        frame.pixels[max(0, y):max(0, y + h), max(0, x):max(0, min(frame.width, x + w))] = colour

    def paint_parks(frame, time, number, random):
        if time >= 11:
            box(frame, min(-80 + 60 * (time - 11), 120), 60, 80, 40, (150, 40, 30))
    yield Variant("parks", Expectation([(5, 8), (11, 39.5), (50, 53), (60, 63)], overlap=0.6), paint_parks, 70, 15, seed=291, walks=[(5, 8), (50, 53), (60, 63)], walker=BRIGHT)

    def paint_leaves(frame, time, number, random):
        if time < 20:
            box(frame, 120, 60, 80, 40, (150, 40, 30))
        elif time < 24:
            box(frame, 120 + 60 * (time - 20), 60, 80, 40, (150, 40, 30))
    yield Variant("parked_leaves", Expectation([(5, 8), (20, 24), (32, 35)], overlap=0.4, longest=8), paint_leaves, 40, 15, seed=292, walks=[(5, 8), (32, 35)], walker=BRIGHT)

    def paint_doorbell(frame, time, number, random):
        if 11 <= time < 19:
            near = np.clip((time - 11) / 2, 0, 1) * (1 - np.clip((time - 17) / 2, 0, 1))
            h, w = int(60 + 180 * near), int(24 + 180 * near)
            x = 160 - w // 2 + 4 * np.sin(2 * time)
            scene.walker(frame.pixels, x, frame.height - h, w, h, (40, 90, 180))
            cv2.circle(frame.pixels, (int(160 + 4 * np.sin(2 * time)), frame.height - h + int(0.25 * h)), max(3, w // 6), (160, 190, 230), -1)
    yield Variant("doorbell", Expectation([(4, 7), (11, 19), (26, 29)], overlap=0.6, ends_before={1: 22}), paint_doorbell, 34, 15, seed=293, walks=[(4, 7), (26, 29)], walker=BRIGHT)

    def paint_wind(frame, time, number, random):
        x0, y0, w, h = 190, 10, 110, 80
        patch = WIDE.setdefault("tree", np.clip(100 + 60 * np.random.RandomState(5).randn(h + 40, w + 40, 1), 20, 235).astype(np.float32) * np.array([0.6, 1.1, 0.7], np.float32))
        patch = cv2.GaussianBlur(patch, (0, 0), 2)
        sway = 5 * np.sin(2 * np.pi * 0.9 * time) if time >= 12 else 0
        frame.pixels[y0:y0 + h, x0:x0 + w] = cv2.warpAffine(patch, np.float32([[1, 0, sway], [0, 1, sway / 2]]), (w + 40, h + 40))[20:20 + h, 20:20 + w]
    yield variant("wind_rises", paint_wind, [(12, 17)], fps=25, seed=294)
    yield variant("wind_rises_10", paint_wind, [(12, 17)], fps=10, seed=295)

    def paint_flag(frame, time, number, random):
        x, y = np.meshgrid(np.arange(60), np.arange(40))
        frame.pixels[20:60, 230:290] = np.where(np.sin(x * 0.25 - 6 * time + 0.1 * y) > 0, 200, 60)[:, :, None] * np.array([0.4, 0.5, 1], np.float32)
    yield variant("flag", paint_flag, [(0, 5)], fps=25, seed=296)

    def paint_fan(frame, time, number, random):
        for k in range(3):
            a = 2 * np.pi * (2.3 * time + k / 3)
            cv2.line(frame.pixels, (250, 70), (int(250 + 35 * np.cos(a)), int(70 + 35 * np.sin(a))), (230, 230, 230), 8)
    yield variant("fan", paint_fan, [(0, 5)], fps=15, seed=297)

    def paint_water(frame, time, number, random):
        y, x = np.mgrid[150:240, 0:frame.width].astype(np.float32)
        wave = 18 * np.sin(0.35 * x + 5 * time) * np.sin(0.5 * y - 4 * time) + 12 * np.sin(0.15 * x - 3 * time + 0.3 * y)
        frame.pixels[150:240] = np.array([130, 110, 90], np.float32) + wave[:, :, None]
    yield variant("water", paint_water, [(0, 4)], fps=25, seed=298)

    def paint_shadow(frame, time, number, random):
        for a, b in WALKS:
            if a <= time < b:
                part = (time - a) / (b - a)
                x = -24 + (frame.width + 24) * part
                mask = np.zeros(frame.pixels.shape[:2], np.float32)
                cv2.ellipse(mask, (int(x + 40), int(185)), (45, 10), -15, 0, 360, 1, -1)
                frame.pixels *= 1 - 0.4 * cv2.GaussianBlur(mask, (0, 0), 3)[:, :, None]
    yield variant("walks_with_shadow", paint_shadow, fps=25, seed=299)
