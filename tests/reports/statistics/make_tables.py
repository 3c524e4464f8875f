#!/usr/bin/env python3
"""Writes tables.json, the figures that statistics_test.cc demands of reports/statistics.

    python3 -m venv /tmp/tables && /tmp/tables/bin/pip install scipy==1.17.1 statsmodels==0.15.0
    /tmp/tables/bin/python tests/reports/statistics/make_tables.py > tests/reports/statistics/tables.json
"""
import itertools
import json
import platform

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint


def wilson():
    rows = []
    for correct, processed in [(0, 1), (1, 1), (0, 8), (8, 8), (3, 8), (53, 256), (162, 500), (783, 1130),
                               (863, 1130), (1319, 1319), (1, 100000)]:
        for confidence in [0.9, 0.95, 0.99]:
            low, high = proportion_confint(correct, processed, alpha=1 - confidence, method="wilson")
            rows.append([correct, processed, confidence, float(low), float(high)])
    return rows


def normal():
    return [[p, float(stats.norm.ppf(p))] for p in [1e-300, 1e-12, 0.001, 0.025, 0.3, 0.5, 0.8, 0.95, 0.975, 0.9995]]


def mcnemar_rows():
    rows = []
    for b, c in [(0, 0), (0, 1), (1, 0), (1, 1), (0, 5), (2, 9), (9, 2), (7, 7), (10, 25), (60, 95), (500, 560), (659, 660)]:
        exact = mcnemar([[0, b], [c, 0]], exact=True).pvalue if b + c else 1.0
        at_b = stats.binom.pmf(b, b + c, 0.5)
        mid = 1 - at_b / 2 if b == c else 2 * stats.binom.cdf(min(b, c), b + c, 0.5) - at_b
        rows.append([b, c, float(min(1, exact)), 1.0 if b + c == 0 else float(mid)])
    return rows


def bootstrap():
    """[lost, gained, unchanged, low, high, width of the Monte Carlo error]: SciPy's paired percentile interval."""
    rows = []
    for lost, gained, same in [(5, 9, 86), (30, 12, 458), (60, 95, 1164), (0, 0, 50)]:
        baseline = np.array([1] * lost + [0] * gained + [1] * same)
        candidate = np.array([0] * lost + [1] * gained + [1] * same)
        if lost + gained == 0:
            rows.append([lost, gained, same, 0.0, 0.0])
            continue
        result = stats.bootstrap((candidate, baseline), lambda x, y, axis: np.mean(x - y, axis=axis), paired=True,
                                 vectorized=True, n_resamples=100_000, batch=1000, method="percentile",
                                 rng=np.random.default_rng(1))
        low, high = result.confidence_interval
        rows.append([lost, gained, same, float(low), float(high)])
    return rows


def holm():
    rows = []
    for p in [[0.01], [0.01, 0.04, 0.03, 0.005], [0.2, 0.2, 0.2], [0.6, 0.001, 0.001, 1.0, 0.0], [0.04, 0.06]]:
        rows.append([p, multipletests(p, method="holm")[1].tolist()])
    return rows


def summary():
    rows = []
    for values in [[71.2], [69.1, 70.4, 70.0], [1e9 + 1, 1e9 + 2, 1e9 + 4], list(range(1, 101)),
                   np.random.default_rng(3).lognormal(0, 1, 57).round(6).tolist()]:
        deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
        rows.append({"values": values, "mean": float(np.mean(values)), "deviation": deviation,
                     "percentiles": np.percentile(values, [50, 95, 99]).tolist()})
    return rows


def selection():
    """All splits into halves by enumeration, each used both ways round."""
    rng = np.random.default_rng(5)
    rows = []
    for settings, items in [(1, 8), (3, 10), (5, 12)]:
        table = (rng.random((settings, items)) < 0.5).astype(int)
        held_out, chosen = [], []
        for half in itertools.combinations(range(items), items // 2):
            first = table[:, list(half)]
            second = np.delete(table, list(half), axis=1)
            for chooses, reports in [(first, second), (second, first)]:
                best = int(np.argmax(chooses.sum(axis=1)))
                chosen.append(chooses[best].mean())
                held_out.append(reports[best].mean())
        rows.append({"verdicts": table.tolist(), "published": float(table.mean(axis=1).max()),
                     "held_out": float(np.mean(held_out)), "chosen_half": float(np.mean(chosen))})
    return rows


print(json.dumps({
    "made_by": "tests/reports/statistics/make_tables.py",
    "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
                 "statsmodels": statsmodels.__version__},
    "wilson": wilson(), "normal_quantile": normal(), "mcnemar": mcnemar_rows(), "bootstrap": bootstrap(),
    "holm": holm(), "summary": summary(), "selection": selection()}, indent=1))
