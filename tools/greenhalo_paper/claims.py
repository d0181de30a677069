"""The verdict: each claim of the paper as a row of numbers from larger ensembles."""

import numpy as np
from greenhalo_plot import measurements, moments, spectrum
from greenhalo_plot.errors import InputError

from . import cases
from .ensembles import Ensemble, Number, probability_larger, ratio, share

TEV, PEV = 1e3, 1e6


def median_ratio(first, second, energy):
    """Ratio of median amplitudes at an energy in GeV."""
    index = first.at(energy)
    return ratio(first, second, lambda a: np.nanmedian(a[:, index]))


def points(name):
    """The points of one experiment."""
    return next(e for e in measurements.experiments() if e.name == name)


def claim_1(e, _):
    a, b = e["base"], e["rate 1/100"]
    widths = [(x, a.width(x), b.width(x)) for x in (TEV, 1e5, PEV)]
    alike = all(one.low < other.high and other.low < one.high for _, one, other in widths)
    growth = max(other.value / one.value for _, one, other in widths)
    return ("the spread hardly depends on the rate at H = 4 kpc",
            "; ".join(f"log10(q84/q16) at {x:.0e} GeV: {one} for 1/30, {other} for 1/100" for x, one, other in widths),
            "confirmed: equal within their errors" if alike else
            f"nearly: a rate 3.3 times lower widens the 68 % band by up to {100 * (growth - 1):.0f} % of its logarithm",
            "the quantile: the extremes that ten curves show depend on it more")


def claim_2(e, _):
    words, median, upper = [], [], []
    for name in ("rate 1/100", "rate 1/300", "rate 1/1000"):
        low, high = median_ratio(e[name], e["base"], TEV), median_ratio(e[name], e["base"], PEV)
        index = e["base"].at(TEV)
        q84 = ratio(e[name], e["base"], lambda a, i=index: np.nanquantile(a[:, i], 0.84))
        mean = ratio(e[name], e["base"], lambda a, i=index: np.nanmean(a[:, i]))
        median.append(low)
        upper.append(q84)
        words.append(f"{name}: median over that of 1/30 {low} at 1 TeV, {high} at 1 PeV; 84 % quantile {q84} and mean {mean} "
                     "at 1 TeV")
    holds = median[-1].low > 1.0 and upper[-1].low > 1.0
    return ("rarer sources raise the amplitude at low energies", "; ".join(words),
            f"confirmed in median and 84 % quantile, but weakly: {100 * (median[-1].value - 1):.0f} and "
            f"{100 * (upper[-1].value - 1):.0f} % for 1/1000" if holds else "not established: no significant rise of median "
            "and 84 % quantile together", "the statistic")


def claim_3(e, _):
    base, data = e["base"], points("EAS-TOP")
    below = np.ones(base.count, dtype=bool)
    words = []
    for energy, amplitude, error in zip(data.energy, data.amplitude, data.err_high):
        under = base.projected[:, base.at(energy)] < amplitude + error
        below &= under
        words.append(f"P(projected amplitude below {amplitude:.2e} + {error:.0e} at {energy:.2g} GeV) = "
                     f"{share(under.sum(), base.count)}")
    p = share(below.sum(), base.count)
    return ("no realization is as low as EAS-TOP between 1e5 and 1e6 GeV",
            "; ".join(words) + f"; at all three energies at once {p}",
            "confirmed: rarer than one in a hundred" if p.high < 0.01 else "refuted as a statement about many histories",
            "the projection |delta| cos(dec) is compared; H")


def claim_4(e, _):
    data = points("IceCube")
    inside = [(x, y) for x, y, limit in zip(data.energy, data.amplitude, data.upper_limit) if 1e4 < x < 2e6 and not limit]
    words, factors = [], {}
    for name in ("base", "slope 0.6", "slope 0.7"):
        ensemble = e[name]
        factors[name] = [ensemble.number(lambda rows, c=ensemble.at(x), v=y: np.nanmedian(ensemble.projected[rows, c]) / v)
                         for x, y in inside]
        least, most = min(factors[name], key=lambda f: f.value), max(factors[name], key=lambda f: f.value)
        words.append(f"{name}: projected median over IceCube's points from {least} to {most}")
    above = all(f.low > 1.0 for f in factors["slope 0.6"])
    worse = all(b.low > a.high for a, b in zip(factors["slope 0.6"], factors["slope 0.7"]))
    most = max(f.value for f in factors["slope 0.6"])
    return ("delta = 0.6 lies above the data, up to two orders; a larger delta is worse", "; ".join(words),
            f"above at every point: {'confirmed' if above else 'refuted'}; up to {np.log10(most):.1f} orders; 0.7 is worse at "
            f"every point: {'confirmed' if worse else 'not significant everywhere'}; delta = 1/3 lies above them too",
            f"D at 3 GV: for 0.7 the trend of the two published values is continued (D28/H = {cases.NORMALIZATION_07})")


def claim_5(e, _):
    words = []
    for name in ("slope 0.6", "slope 0.6 causal"):
        ensemble = e[name]
        over = ensemble.amplitude > 1.0
        words.append(f"{name}: P(|delta| > 1 anywhere) = {share(over.any(axis=1).sum(), ensemble.count)}, "
                     f"at 1e8 GeV {share(over[:, -1].sum(), ensemble.count)}")
    found = (e["slope 0.6"].amplitude > 1.0).any()
    with_light = (e["slope 0.6 causal"].amplitude > 1.0).any()
    return ("the amplitude can exceed 1 at delta = 0.6", "; ".join(words),
            ("confirmed, " if found else "not seen, ") + ("with causal sources too" if with_light else
                                                          "but never by sources that light can reach us from"),
            "causality: 3 d/(2 c tau) > 1 needs a source farther than 2 c tau/3")


def claim_6(e, _):
    base, words, worst, bumps = e["base"], [], 0.0, []
    for name in ("escape 3e4", "escape 3e5"):
        ensemble = e[name]
        medians = [median_ratio(ensemble, base, x) for x in (TEV, 1e5, PEV)]
        upper = ratio(ensemble, base, lambda a: np.nanquantile(a[:, base.at(TEV)], 0.975))
        worst = max(worst, *(abs(np.log(m.value)) for m in medians))
        bumps.append(ensemble.bumpiness())
        words.append(f"{name} yr: median over burst {medians[0]} at 1 TeV, {medians[1]} at 1e5 GeV, {medians[2]} at 1 PeV; 97.5 % "
                     f"quantile at 1 TeV {upper}; falling steps {bumps[-1]}")
    words.append(f"burst: falling steps {base.bumpiness()}")
    rougher = all(b.low > base.bumpiness().high for b in bumps)
    return ("the duration of escape matters little", "; ".join(words),
            f"confirmed for the medians (at most {100 * (np.exp(worst) - 1):.0f} %); single curves change: "
            + ("they are rougher, with spikes where a group begins to leave a near remnant" if rougher else "not significantly"),
            "the energy grid: the onset of each group is sharper than ten points per decade; spectra end at E_M")


def claim_7(e, _):
    names = ("spiral 2.8 one-sided", "spiral 5 one-sided", "spiral 2.8 symmetric", "spiral 5 symmetric")
    words = [f"{name[7:]}: falling steps {e[name].bumpiness()}, width at 1e5 GeV {e[name].width(1e5)}" for name in names]
    verdicts = []
    for blur in ("one-sided", "symmetric"):
        narrow, wide = e[f"spiral 2.8 {blur}"], e[f"spiral 5 {blur}"]
        wider = wide.width(1e5).low > narrow.width(1e5).high
        rougher = wide.bumpiness().low > narrow.bumpiness().high
        verdicts.append(f"{blur} blur: w = 5 is {'wider' if wider else 'not wider'} and "
                        f"{'bumpier' if rougher else 'not bumpier'} than 2.8")
    return ("w = 2.8 kpc is regular and rising, w = 5 bumpy and wide", "; ".join(words), "; ".join(verdicts),
            "the blur: one-sided, w = 5 puts Perseus over the Sun and the mean gradient nearly cancels")


def claim_8(e, _):
    small, large = e["spiral 5 one-sided"], e["spiral 5 H 10"]
    return ("with large H the spiral too becomes regular",
            f"width at 1e5 GeV {small.width(1e5)} at H = 4, {large.width(1e5)} at 10; "
            f"falling steps {small.bumpiness()} and {large.bumpiness()}",
            "confirmed" if large.width(1e5).high < small.width(1e5).low else "not significant", "the blur")


def claim_9(_, m):
    words, holds, comparable, rules = [], True, True, True
    for energy_wanted in (TEV, 1e5, PEV):
        a1, a2 = [], []
        for height in cases.MOMENT_HEIGHTS:
            energy, large, small, _config = m[height]
            at = int(np.argmin(np.abs(np.log(energy / energy_wanted))))
            a1.append(large[at])
            a2.append(small[at])
        words.append(f"at {energy_wanted:.0e} GeV delta_A1 / delta_A2: " + ", ".join(
            f"{x:.2e} / {y:.2e} (H = {h})" for x, y, h in zip(a1, a2, cases.MOMENT_HEIGHTS)))
        holds &= a1[0] < a1[1] < a1[2] and max(a2) / min(a2) < 0.25 * a1[2] / a1[0]
        comparable &= 0.5 < a1[1] / a2[1] < 2.0
        rules &= a1[2] > 2.0 * a2[2]
    return ("delta_A1 grows with H, delta_A2 does not; comparable at H = 2; delta_A1 rules at 10", "; ".join(words),
            f"growth: {'confirmed' if holds else 'refuted'}; comparable (within a factor 2) at 2: "
            f"{'confirmed' if comparable else 'refuted'}; rules at 10: {'confirmed' if rules else 'refuted'}",
            "delta_A2 rests on T_min (3.12); without it the variance does not exist")


def claim_10(e, _):
    names = (("H 1", 1), ("H 2", 2), ("rate 1/100", 4), ("H 10", 10))
    widths = [e[name].width(1e5) for name, _ in names]
    steps = [a.low > b.high for a, b in zip(widths, widths[1:])]
    rising = [f"{a} to {b}" for (_, a), (_, b), falls in zip(names, names[1:], steps) if not falls]
    return ("larger H, smaller fluctuations",
            "; ".join(f"H = {h}: width at 1e5 GeV {w}" for (_, h), w in zip(names, widths)),
            "confirmed, every step significant" if all(steps) else "no significant fall from H = " + ", ".join(rising),
            "rate 1/100 in all")


def claim_11(e, _):
    data = [(x, y) for name in ("IceCube", "EAS-TOP", "Tibet ASgamma", "ARGO-YBJ")
            for x, y, limit in zip(points(name).energy, points(name).amplitude, points(name).upper_limit)
            if 3e3 < x < 2e6 and not limit]
    words = []
    shares = {}
    for name in ("H 1", "H 2", "rate 1/100"):
        ensemble = e[name]
        columns = [ensemble.at(x) for x, _ in data]
        deviation = np.log10(ensemble.projected[:, columns] / np.array([y for _, y in data]))
        close = np.sqrt(np.nanmean(deviation**2, axis=1)) < 0.3
        shares[name] = share(close.sum(), ensemble.count)
        words.append(f"{name if name != 'rate 1/100' else 'H 4'}: {shares[name]}")
    return ("some H = 1 kpc realizations resemble the data",
            "share with an rms deviation below 0.3 dex from the projected points between 3 TeV and 2 PeV: "
            + "; ".join(words),
            "confirmed" if shares["H 1"].value > 0 else "none in this ensemble", "the measure of likeness")


def claim_12(e, _):
    one, four = e["H 1"], e["base"]
    resultants = one.resultant(1e5), four.resultant(1e5)
    words, verdicts = [], []
    for name, ensemble in (("H = 1", one), ("H = 4", four)):
        change, stay = ensemble.turns()
        words.append(f"{name}: share of steps that turn by more than 10 degrees {change} where the dominant source changes, "
                     f"{stay} where it stays")
        verdicts.append(f"{name}: {change.value / max(stay.value, 1e-9):.1f} times as often")
    calm = resultants[0].high < resultants[1].low
    return ("the phase is wild at H = 1, regular at 4, and jumps where the dominant source changes",
            f"resultant length of the longitude at 1e5 GeV {resultants[0]} at H = 1, {resultants[1]} at 4; " + "; ".join(words),
            f"{'confirmed' if calm else 'not significant'}: less aligned at H = 1; turns at a change of the dominant source: "
            + ", ".join(verdicts), "rates 1/100 and 1/30 as assumed for figure 9")


def claim_13(e, _):
    base, protons = e["base"], e["protons"]

    def slope(ensemble, kind):
        a, b = ensemble.at(TEV), ensemble.at(PEV)
        return ensemble.number(
            lambda rows: np.log(kind(ensemble.amplitude[rows][:, b]) / kind(ensemble.amplitude[rows][:, a]))
            / np.log(ensemble.energy[b] / ensemble.energy[a]))

    mean, median = slope(base, np.nanmean), slope(base, np.nanmedian)
    mean_h, median_h = slope(protons, np.nanmean), slope(protons, np.nanmedian)
    slower = median.high < 1.0 / 3.0 or mean.high < 1.0 / 3.0
    nuclei = median.high < median_h.low
    return ("the ensemble mean rises a little slower than D(E) because of the nuclei",
            f"slope between 1 TeV and 1 PeV: of the mean {mean}, of the median {median}; protons alone {mean_h} and {median_h}; "
            "delta = 0.333",
            f"slower: {'confirmed' if slower else 'not significant'}; because of the nuclei: "
            f"{'confirmed' if nuclei else 'not shown by the difference to protons alone'}",
            "the mean of a heavy tail scatters more than the median")


def claim_14(e, _):
    words, slopes = [], {}
    for name in ("base", "slope 0.6"):
        ensemble = e[name]
        slopes[name] = ensemble.slopes(1.1e5, 3.7e5)
        quantiles = [ensemble.number(lambda rows, s=slopes[name], q=q: np.nanquantile(s[rows], q)) for q in (0.16, 0.5, 0.84)]
        words.append(f"{name}: slope of the projected amplitude, 16 % {quantiles[0]}, median {quantiles[1]}, 84 % {quantiles[2]}, "
                     f"P(> 0.74) = {share((slopes[name] > 0.74).sum(), ensemble.count)}")
    chance = probability_larger(slopes["slope 0.6"], slopes["base"])
    return ("the local slope between 1.1e5 and 3.7e5 GeV says nothing about delta",
            "; ".join(words) + f"; P(a slope at delta = 0.6 exceeds one at 1/3) = {chance}",
            "confirmed" if chance.low < 0.55 else f"too strong: one slope is a weak witness (right in {100 * chance.value:.0f} % of "
            "pairs, 50 % would be nothing)", "H: a thinner halo spreads more")


def claim_15(e, _):
    words, width, hardening = [], {}, {}
    for name in ("base", "slope 0.6"):
        ensemble = e[name]
        names, flux = spectrum.fluxes(ensemble.path)
        # without the exponential cuts at 6e6 and 1.2e7 GeV, which bend both groups
        cut = float(ensemble.config["injection.max-energy"])
        h = flux[:, names.index("H")] * np.exp(ensemble.energy / cut)
        he = flux[:, names.index("He")] * np.exp(ensemble.energy / (2.0 * cut))
        a, b = ensemble.at(TEV), ensemble.at(1e5)
        fluctuation = np.log(h[:, b])
        width[name] = ensemble.number(lambda rows, f=fluctuation: np.subtract(*np.quantile(f[rows], (0.84, 0.16))) / 2)
        relative = np.log(he[:, b] / h[:, b] * h[:, a] / he[:, a]) / np.log(ensemble.energy[b] / ensemble.energy[a])
        hardening[name] = ensemble.number(lambda rows, r=relative: np.median(r[rows]))
        words.append(f"{name}: half width of ln n_H at 1e5 GeV {width[name]}, slope of He/H between 1 and 100 TeV "
                     f"{hardening[name]}")
    fluctuates = width["slope 0.6"].low > width["base"].high
    parallel = hardening["slope 0.6"].low <= 0.0 <= hardening["slope 0.6"].high
    less = hardening["slope 0.6"].high < 0.5 * hardening["base"].low
    return ("delta = 0.6 makes spectra fluctuate, and He runs parallel to H there while delta = 1/3 hardens He",
            "; ".join(words),
            f"fluctuations: {'confirmed' if fluctuates else 'not significant'}; He parallel at 0.6: "
            f"{'confirmed' if parallel else 'hardening much weaker' if less else 'refuted: it hardens about as much as at 1/3'}",
            "spallation of He at the gas density assumed")


CLAIMS = (claim_1, claim_2, claim_3, claim_4, claim_5, claim_6, claim_7, claim_8, claim_9, claim_10, claim_11, claim_12,
          claim_13, claim_14, claim_15)


def convergence(ensembles):
    """Rows (what, 1 TeV, 100 TeV, 1 PeV): median amplitudes over those of the base, and medians of parts of it."""
    base = ensembles["base"]
    rows = []
    for name, words in (("span 40", "span 40 instead of 80 Myr"), ("span 160", "span 160 Myr"),
                        ("thin disc", "z_g = 0 instead of 0.1 kpc"), ("scale height 0.2", "z_g = 0.2 kpc"),
                        ("causal", "causal sources only")):
        rows.append((words + ": ratio to the base", *(median_ratio(ensembles[name], base, x) for x in (TEV, 1e5, PEV))))
    for count in (10, 100, 1000, base.count):
        if count > base.count or (count == base.count and base.count in (10, 100, 1000) and rows[-1][0].startswith(f"first {count} ")):
            continue
        columns = [base.amplitude[:count, base.at(x)] for x in (TEV, 1e5, PEV)]
        for words, level in (("median", 0.5), ("84 % quantile", 0.84)):
            rows.append((f"first {count} realizations: {words}", *(quantile_of(column, level) for column in columns)))
    return rows


def quantile_of(column, level):
    """A quantile of values with its bootstrap interval."""
    rng = np.random.default_rng(4)
    values = [np.nanquantile(rng.choice(column, len(column)), level) for _ in range(400)]
    return Number(float(np.nanquantile(column, level)), *map(float, np.quantile(values, (0.16, 0.84))))


def existing(path, realizations):
    """The ensemble in a file of an earlier call, if it is there and whole."""
    try:
        ensemble = Ensemble(path)
    except InputError:
        return None
    return ensemble if ensemble.count == realizations else None


def write(program, realizations, report, keep=False):
    """Runs the ensembles (with `keep` only those that are not there yet), judges every claim and writes the report
    (Markdown)."""
    ensembles = {}
    for name, (input_name, words) in cases.ENSEMBLES.items():
        stored = () if "--output.realizations" in words else ("--output.realizations", "anisotropy")
        result = f"claims-{name.replace(' ', '-').replace('/', '-')}.h5"
        ensembles[name] = existing(program.folder / result, realizations) if keep else None
        if ensembles[name] is None:
            ensembles[name] = Ensemble(program("run", input_name, result,
                                               ["--ensemble.realizations", realizations, *words, *stored]))
        print(f"  {name}: {ensembles[name].count} realizations", flush=True)
    expected = {height: moments.read(program("expect", "figure7", f"claims-moments-H{height}.h5",
                                             ["--halo.half-height", height]))
                for height in cases.MOMENT_HEIGHTS}
    lines = [
        "# The paper's claims against many realizations", "",
        f"Written by `tools/reproduce-paper --claims --realizations {realizations}`. Where Blasi & Amato (2012) drew ten "
        f"realizations, here are {realizations} of each case. Numbers in parentheses are 68 % intervals: bootstrap over "
        "realizations, for shares Wilson's. The width is log10(q84/q16) of the amplitude |delta|; falling steps are the share "
        "of steps between neighbouring energies in which the amplitude falls.", "",
        "| | claim | numbers | verdict | depends on |", "|---|---|---|---|---|"]
    for number, claim in enumerate(CLAIMS, 1):
        text, numbers, verdict, depends = claim(ensembles, expected)
        cells = (str(number), *(cell.replace("|", "\\|") for cell in (text, numbers, verdict, depends)))
        lines.append("| " + " | ".join(cells) + " |")
        print(f"  claim {number}: {verdict}", flush=True)
    lines += ["", "## Convergence", "",
              "Median amplitudes against those of the base case (figure 2, right: cylindrical, burst, delta = 1/3, H = 4 kpc, one "
              "supernova in 30 yr, 80 Myr, z_g = 0.1 kpc).", "", "| change | 1 TeV | 100 TeV | 1 PeV |", "|---|---|---|---|"]
    lines += [f"| {what} | {a} | {b} | {c} |" for what, a, b, c in convergence(ensembles)]
    report.write_text("\n".join(lines) + "\n", encoding="utf-8")
