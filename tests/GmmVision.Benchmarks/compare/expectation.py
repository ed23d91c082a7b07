"""Which events are right for a video."""
import copy


class Expectation:
    """Events that must be there, spans in which others may be, and what else is right.

    walks: (from, to) in seconds of what really moves. may_miss: how many of the first may be missing. overlap: least
    intersection over union of a walk and its event. free: spans in which one more event each may lie, for example after a
    light was switched. most_extra: how many of those there may be. longest: seconds that no event may exceed. ends_before:
    by number of the walk, when its event must have ended. note: the report must hold one. frame_rate: that it must state.
    """

    def __init__(self, walks, may_miss=0, overlap=0.7, free=(), most_extra=None, longest=None, ends_before=None, note=False, frame_rate=None):
        self.walks, self.may_miss, self.overlap, self.free = walks, may_miss, overlap, free
        self.most_extra, self.longest, self.ends_before = most_extra, longest, ends_before or {}
        self.note, self.frame_rate = note, frame_rate

    def at_rate(self):
        """The same for a video of another frame rate."""
        other = copy.copy(self)
        other.frame_rate = None
        return other

    def problems(self, events, report):
        """A line for each thing that is wrong."""
        wrong, used = [], set()
        for number, (start, end) in enumerate(self.walks):
            shares = [(intersection_over_union((start, end), event), i) for i, event in enumerate(events) if i not in used]
            share, best = max(shares, default=(0, None))
            if share >= self.overlap:
                used.add(best)
                if number in self.ends_before and events[best][1] >= self.ends_before[number]:
                    wrong.append(f"the event {events[best][0]:g}-{events[best][1]:g} must end before {self.ends_before[number]:g}")
            elif number >= self.may_miss:
                wrong.append(f"no event for {start:g}-{end:g}" + (f", the best overlaps by {share:.2f}" if share > 0 else ""))
        extra = [event for i, event in enumerate(events) if i not in used]
        for start, end in extra:
            if not any(start >= a - 0.3 and end <= b + 0.3 for a, b in self.free):
                wrong.append(f"nothing moves in the event {start:g}-{end:g}" if not any(end > a and start < b for a, b in self.walks)
                             else f"the event {start:g}-{end:g} is more than a walk")
        if self.most_extra is not None and len(extra) > self.most_extra:
            wrong.append(f"{len(extra)} events beside the walks, at most {self.most_extra} would be right")
        if self.longest:
            wrong += [f"the event {start:g}-{end:g} is longer than {self.longest:g} s" for start, end in events if end - start > self.longest]
        if self.note and not report.get("notes"):
            wrong.append("there is no note")
        if self.frame_rate and abs(report["input"]["frame_rate"] - self.frame_rate) > 0.1:
            wrong.append(f"the frame rate is {report['input']['frame_rate']:g}, not {self.frame_rate:g}")
        return wrong


def intersection_over_union(a, b):
    common = min(a[1], b[1]) - max(a[0], b[0])
    return max(0, common) / (max(a[1], b[1]) - min(a[0], b[0]))
