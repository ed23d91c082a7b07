#!/usr/bin/env python3
"""Runs scikit-learn's GaussianMixture and `gmmvision bench mixture` on the same pixels and prints the ratios.

usage: mixture.py IMAGE... [-k 5] [--covariance full] [--what iteration,fit,likelihood,parameters,restarts] [--program COMMAND]

  iteration   seconds per EM iteration, one thread each, every pixel (nothing merged): the difference between 20 and 60 iterations
  fit         a whole fit with its k-means++ start and default tolerance, two threads each; equal colours merged on our side
  likelihood  log-likelihood per pixel after 50 iterations from the same start, all covariance types, k 3, 5, 8
  parameters  weights, means and covariances after 200 iterations from the same start, tolerance 0, all covariance types, k 3, 5, 8
  restarts    the best of five starts, tolerance 1e-6 on both sides (slow: minutes a photo for scikit-learn)

Needs python3 with scikit-learn and OpenCV, and a Release build. Photos are read as they are: use PNG, since decoders of JPEG differ.
Times are minima of a few runs that take turns, so that a busy machine is unfair to neither."""
import argparse, json, os, pathlib, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
SHAPES = ["full", "tied", "diag", "spherical"]


def ours(program, image, threads, *options):
    cpus = ",".join(str(c) for c in sorted(os.sched_getaffinity(0))[:threads])
    command = ["taskset", "-c", cpus, *program, "bench", "mixture", image, "--threads", str(threads), "--json", *map(str, options)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def theirs(image, threads, **options):
    """scikit-learn in a process of its own, so that its thread count is set before numpy is loaded."""
    cpus = ",".join(str(c) for c in sorted(os.sched_getaffinity(0))[:threads])
    env = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))
    command = ["taskset", "-c", cpus, sys.executable, __file__, "--child", json.dumps(dict(options, image=image))]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout)


def child(o):
    import time, warnings
    import cv2, numpy as np
    from sklearn.mixture import GaussianMixture
    warnings.filterwarnings("ignore")
    x = cv2.cvtColor(cv2.imread(o["image"]), cv2.COLOR_BGR2RGB).reshape(-1, 3).astype(np.float64) / 255
    start = {}
    if "start" in o:
        j = json.load(open(o["start"]))
        start = dict(weights_init=np.array(j["weights"]), means_init=np.array(j["means"]), precisions_init=np.array(j["precisions"]))
    g = GaussianMixture(o["k"], covariance_type=o["covariance"], max_iter=o.get("iterations", 100), tol=o.get("tolerance", 1e-3),
                        n_init=o.get("restarts", 1), random_state=o.get("seed", 0), **start)
    begin = time.perf_counter(); g.fit(x); seconds = time.perf_counter() - begin
    order = np.argsort(-g.weights_, kind="stable")
    covariances = g.covariances_ if o["covariance"] == "tied" else g.covariances_[order]
    if "save" in o:
        json.dump(dict(weights=g.weights_.tolist(), means=g.means_.tolist(), precisions=g.precisions_.tolist()), open(o["save"], "w"))
    print(json.dumps(dict(fit_seconds=seconds, iterations=g.n_iter_, converged=bool(g.converged_), log_likelihood_per_pixel=float(g.score(x)),
                          weights=g.weights_[order].tolist(), means=g.means_[order].tolist(), covariances=covariances.ravel().tolist())))


def flat(values):
    return [v for row in values for v in (row if isinstance(row, list) else [row])]


def apart(left, right):
    return max(abs(a - b) for a, b in zip(flat(left), flat(right)))


def iteration(a, image):
    best = {}
    for _ in range(a.repeat):
        for n in (20, 60):
            start = dict(k=a.k, covariance=a.covariance, tolerance=0, iterations=n)
            s = theirs(image, 1, **start)["fit_seconds"]
            o = ours(a.program, image, 1, "-k", a.k, "--covariance", a.covariance, "--merge", "off", "--tolerance", 0, "--iterations", n, "--repeat", 5)["fit_seconds"]
            best["s", n] = min(best.get(("s", n), s), s)
            best["o", n] = min(best.get(("o", n), o), o)
    s, o = (best["s", 60] - best["s", 20]) / 40, (best["o", 60] - best["o", 20]) / 40
    print(f"iteration  {pathlib.Path(image).name} k={a.k} {a.covariance}: scikit-learn {s * 1e3:.2f} ms, gmmvision {o * 1e3:.3f} ms, {s / o:.0f} x", flush=True)


def fit(a, image):
    s, o = [], []
    for _ in range(a.repeat):
        s.append(theirs(image, 2, k=a.k, covariance=a.covariance))
        o.append(ours(a.program, image, 2, "-k", a.k, "--covariance", a.covariance, "--merge", "on", "--repeat", 10))
    s, o = min(s, key=lambda r: r["fit_seconds"]), min(o, key=lambda r: r["fit_seconds"])
    print(f"fit        {pathlib.Path(image).name} k={a.k} {a.covariance}: scikit-learn {s['fit_seconds'] * 1e3:.0f} ms ({s['iterations']} iterations, {s['log_likelihood_per_pixel']:.6f}), "
          f"gmmvision {o['fit_seconds'] * 1e3:.2f} ms ({o['iterations']} iterations, {o['log_likelihood_per_pixel']:.6f}), {s['fit_seconds'] / o['fit_seconds']:.0f} x", flush=True)


def same_start(a, image, iterations, report):
    for shape in SHAPES:
        for k in (3, 5, 8):
            with tempfile.NamedTemporaryFile(suffix=".json") as start:
                theirs(image, 2, k=k, covariance=shape, iterations=1, tolerance=0, seed=1, save=start.name)
                s = theirs(image, 2, k=k, covariance=shape, iterations=iterations, tolerance=0, start=start.name)
                for merge in ("off", "on"):
                    o = ours(a.program, image, 2, "-k", k, "--covariance", shape, "--merge", merge, "--tolerance", 0, "--iterations", iterations, "--start", start.name)
                    report(f"{pathlib.Path(image).name} {shape} k={k} merge {merge}, {iterations} iterations", s, o)


def likelihood(a, image):
    same_start(a, image, 50, lambda what, s, o: print(
        f"likelihood {what}: {s['log_likelihood_per_pixel']:.9f} and {o['log_likelihood_per_pixel']:.9f}, apart {abs(s['log_likelihood_per_pixel'] - o['log_likelihood_per_pixel']):.1e}", flush=True))


def parameters(a, image):
    same_start(a, image, 200, lambda what, s, o: print(
        f"parameters {what}: weights apart {apart(s['weights'], o['weights']):.1e}, means {apart(s['means'], o['means']):.1e}, covariances {apart(s['covariances'], o['covariances']):.1e}", flush=True))


def restarts(a, image):
    o = ours(a.program, image, 2, "-k", a.k, "--covariance", a.covariance, "--restarts", 5, "--tolerance", 1e-6, "--iterations", 1000)
    s = theirs(image, 2, k=a.k, covariance=a.covariance, restarts=5, tolerance=1e-6, iterations=1000)
    print(f"restarts   {pathlib.Path(image).name} k={a.k} {a.covariance}: scikit-learn {s['log_likelihood_per_pixel']:.6f} in {s['fit_seconds']:.1f} s, "
          f"gmmvision {o['log_likelihood_per_pixel']:.6f} in {o['fit_seconds']:.2f} s, {o['log_likelihood_per_pixel'] - s['log_likelihood_per_pixel']:+.6f}", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("images", nargs="*")
    p.add_argument("-k", type=int, default=5)
    p.add_argument("--covariance", default="full", choices=SHAPES)
    p.add_argument("--what", default="iteration,fit,likelihood")
    p.add_argument("--repeat", type=int, default=3)
    p.add_argument("--program", default=f"dotnet {ROOT}/src/GmmVision.Cli/bin/Release/net10.0/GmmVision.Cli.dll")
    p.add_argument("--child", help=argparse.SUPPRESS)
    a = p.parse_args()
    if a.child:
        return child(json.loads(a.child))
    a.program = a.program.split()
    parts = dict(iteration=iteration, fit=fit, likelihood=likelihood, parameters=parameters, restarts=restarts)
    for what in a.what.split(","):
        for image in a.images:
            parts[what](a, image)


if __name__ == "__main__":
    main()
