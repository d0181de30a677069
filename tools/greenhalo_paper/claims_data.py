"""The claims against measurements, about the sizes that are possible, and about the phase."""

import numpy as np
from greenhalo_plot import caption

from . import cases
from .ensembles import percent, probability_larger
from .verdict import Verdict, across, points, short


def _as_low(ensemble, data):
    """[energies, M]: whether the projected amplitude lies below a point and its error."""
    return np.array([ensemble.projected[:, ensemble.at(energy)] < amplitude + error
                     for energy, amplitude, error in zip(data.energy, data.amplitude, data.err_high)])


def eas_top(e, _):
    """Claim 3."""
    base, data = e["base"], points("EAS-TOP")
    under = _as_low(base, data)
    words = [(f"P(projected amplitude below {amplitude:.2e} + {error:.0e} at {caption.energy(energy)})", base.share(one))
             for energy, amplitude, error, one in zip(data.energy, data.amplitude, data.err_high, under)]
    together, anywhere = base.share(under.all(axis=0)), base.share(under.any(axis=0))
    if together.hits == 0:
        verdict = f"confirmed: {together} at all three energies"
    elif together.high < 0.01:
        verdict = f"confirmed in substance: all three at once {short(together)}, any of them {short(anywhere)}"
    elif together.low > 0.01:
        verdict = f"refuted as a statement about many histories: {together}"
    else:
        verdict = f"not resolved: {together}"

    def at_all(ensemble):
        return short(ensemble.share(_as_low(ensemble, data).all(axis=0)))

    return Verdict("no realization is as low as EAS-TOP between 100 TeV and 1 PeV", verdict.split(":")[0], verdict,
                   (*words, ("P(at all three energies at once)", together), ("P(at any of the three)", anywhere)),
                   f"H: {at_all(e['H 1'])} at H = 1, {at_all(e['H 2'])} at 2, {at_all(e['H 10'])} at 10 (rate 1/100). At "
                   f"H = 4: {across(e, at_all)}. The projection |delta| cos(dec) is compared.")


def _against_icecube(ensemble):
    """[(energy, factor of the projected median over the point, error of the point over the point)]."""
    data = points("IceCube")
    return [(x, ensemble.number(lambda rows, c=ensemble.projected[:, ensemble.at(x)], v=y: np.nanmedian(c[rows]) / v),
             float(np.nan_to_num(error)) / y)
            for x, y, error, limit in zip(data.energy, data.amplitude, data.err_high, data.upper_limit)
            if 1e4 < x < 2e6 and not limit]


def above_the_data(e, _):
    """Claim 4."""
    words, factors = [], {}
    for name in ("base", "slope 0.6", "slope 0.7"):
        factors[name] = _against_icecube(e[name])
        least, most = (choose(factors[name], key=lambda f: f[1].value) for choose in (min, max))
        words += [(f"{name}, projected median over IceCube's points, {which} at {caption.energy(energy)}", factor)
                  for which, (energy, factor, _) in (("least", least), ("most", most))]

    def above(name):
        return all(f.low > 1.0 + error for _, f, error in factors[name])

    def short_of(name):
        return any(f.high < 1.0 - error for _, f, error in factors[name])

    def judged(name):
        return "confirmed" if above(name) else "refuted" if short_of(name) else "not resolved"

    six = factors["slope 0.6"]
    worst = max(six, key=lambda f: f[1].value)
    others = [f[1].value for f in six if f[0] != worst[0]]
    most = f"up to {np.log10(worst[1].value):.1f} orders"
    orders = f"{most} at {caption.energy(worst[0])}"
    if worst[2] > 0.0:
        upper = f"{np.log10(worst[1].value / (1.0 - worst[2])):.1f}" if worst[2] < 1.0 else "any number"
        orders += (f", where the point's own error of {percent(worst[2])} makes it "
                   f"{np.log10(worst[1].value / (1.0 + worst[2])):.1f} to {upper}")
    if others:
        orders += f" (elsewhere at most {np.log10(max(others)):.1f})"
    worse = [a[1].below(b[1]) for a, b in zip(six, factors["slope 0.7"])]
    at = [f[0] for f in six].index(worst[0])
    larger = "confirmed" if all(worse) else "not resolved"
    return Verdict("delta = 0.6 lies above the data, up to two orders; a larger delta is worse",
                   f"{judged('slope 0.6')}, {most}; 0.7 worse: {larger}",
                   f"above every point of IceCube and its error: {judged('slope 0.6')}; {orders}; "
                   f"0.7 is worse at every point: {larger}; "
                   f"delta = 1/3 lies above them too: {judged('base')}", tuple(words),
                   f"D at 3 GV: for 0.7 the trend of the two published values is continued (D28/H = "
                   f"{cases.NORMALIZATION_07}). At 1/3 the factor at {caption.energy(worst[0])} is "
                   f"{across(e, lambda s: _against_icecube(s)[at][1])}.")


def above_one(e, _):
    """Claim 5."""
    words, anywhere = [], {}
    for name in ("slope 0.6", "slope 0.6 causal"):
        over = e[name].amplitude > 1.0
        anywhere[name] = e[name].share(over.any(axis=1))
        words += [(f"{name}, P(|delta| > 1 anywhere)", anywhere[name]),
                  (f"{name}, P(|delta| > 1 at 100 PeV)", e[name].share(over[:, -1]))]
    free, causal = anywhere["slope 0.6"], anywhere["slope 0.6 causal"]
    largest = np.nanmax(e["slope 0.6 causal"].amplitude)
    if free.hits == 0:
        brief, verdict = "not seen", f"not seen: {free}"
    elif causal.hits == 0:
        brief = "confirmed without causality"
        verdict = (f"{brief} ({short(free)}); in none of {causal.count} causal realizations (below "
                   f"{percent(causal.high)}), though one source between 2/3 c tau and c tau can reach 1.5")
    else:
        brief = "confirmed, with causal sources too"
        verdict = f"{brief}; without causality {short(free)}; with causal sources only {causal}"
    return Verdict("the amplitude can exceed 1 at delta = 0.6", brief, verdict, tuple(words),
                   "causality: a source alone gives 3 d/(2 c tau), above 1 when it is farther than 2/3 c tau; light "
                   f"travels c tau. The largest causal value here is {largest:.2f}. At delta = 1/3 |delta| > 1: "
                   f"{across(e, lambda s: short(s.share((s.amplitude > 1.0).any(axis=1))))}.")


def _near_the_data(ensemble, data):
    """[M] rms deviation in dex of the projected amplitude from points [(energy, amplitude)]."""
    columns = [ensemble.at(x) for x, _ in data]
    deviation = np.log10(ensemble.projected[:, columns] / np.array([y for _, y in data]))
    return np.sqrt(np.nanmean(deviation**2, axis=1))


def like_the_data(e, _):
    """Claim 11."""
    data = [(x, y) for name in ("IceCube", "EAS-TOP", "Tibet ASgamma", "ARGO-YBJ")
            for x, y, limit in zip(points(name).energy, points(name).amplitude, points(name).upper_limit)
            if 3e3 < x < 2e6 and not limit]
    shares = {h: e[name].share(_near_the_data(e[name], data) < 0.3)
              for name, h in (("H 1", 1), ("H 2", 2), ("rate 1/100", 4))}
    one, two = shares[1], shares[2]
    if one.hits == 0:
        verdict = f"not seen: {one}"
    else:
        compared = ("more often than at H = 2" if two.below(one) else "less often than at H = 2" if one.below(two) else
                    "no more often than at H = 2, within the intervals")
        rarity = "true of a few" if one.high < 0.05 else "confirmed"
        verdict = f"{rarity}: {one}, {compared} ({short(two)})"
    other = ", ".join(f"{short(e['H 1'].share(_near_the_data(e['H 1'], data) < limit))} below {limit} dex"
                      for limit in (0.2, 0.4))
    return Verdict("some H = 1 kpc realizations resemble the data", verdict.split(":")[0], verdict,
                   tuple((f"P(rms deviation from the projected points, 3 TeV to 2 PeV, below 0.3 dex), H = {h}", s)
                         for h, s in shares.items()),
                   f"the measure of likeness: at H = 1 {other}. At H = 4 and 1/30 below 0.3 dex: "
                   f"{across(e, lambda s: short(s.share(_near_the_data(s, data) < 0.3)))}.")


def phase(e, _):
    """Claim 12."""
    cases_ = (("H 1", "H = 1, 1/100"), ("rate 1/100", "H = 4, 1/100"), ("base", "H = 4, 1/30"))
    resultants = {name: e[name].resultant(1e5) for name, _ in cases_}
    turns = {name: e[name].turns() for name, _ in cases_}
    words = [(f"{w}, resultant length of the longitude at 100 TeV", resultants[n]) for n, w in cases_]
    words += [(f"{w}, share of steps turning over 10 degrees where the dominant source {does}", share)
              for n, w in cases_ for does, share in zip(("changes", "stays"), turns[n])]

    def judged(other):
        if resultants["H 1"].below(resultants[other]):
            return "confirmed"
        return "refuted" if resultants[other].below(resultants["H 1"]) else "not resolved"

    def jumps(name):
        times = turns[name][2]
        return "confirmed" if times.low > 1.0 else "refuted" if times.high < 1.0 else "not resolved"

    def agreed(verdicts):
        found = list(dict.fromkeys(verdicts))
        return found[0] if len(found) == 1 else "confirmed in part" if "confirmed" in found else "refuted in part"

    alignment, jumping = agreed(map(judged, ("base", "rate 1/100"))), agreed(jumps(n) for n, _ in cases_)
    few = max(turns[name][0].value for name, _ in cases_)
    return Verdict("the phase is wild at H = 1, regular at 4, and jumps where the dominant source changes",
                   alignment if alignment == jumping else f"alignment {alignment}, jumps {jumping}",
                   f"less aligned at H = 1: {judged('base')} with the rates of figure 9, {judged('rate 1/100')} at equal rate; " +
                   "; ".join(f"turns where the dominant source changes, {w}: {jumps(n)}, {turns[n][2]} times as often"
                             for n, w in cases_) + f"; of all such changes at most {percent(few)} turn it", tuple(words),
                   f"the rate (1/100 and 1/30 are assumed for figure 9) as the numbers show, and at H = 4 the resultant "
                   f"length is {across(e, lambda s: s.resultant(1e5))}. The steps of one realization hang together: "
                   "realizations are resampled.")


def local_slope(e, _):
    """Claim 14."""
    words, slopes = [], {}
    for name in ("base", "slope 0.6"):
        slopes[name] = s = e[name].slopes(1.1e5, 3.7e5)
        quantiles = [e[name].number(lambda rows, s=s, q=q: np.nanquantile(s[rows], q)) for q in (0.16, 0.5, 0.84)]
        words += [(f"{name}, {what} of the slope of the projected amplitude", value)
                  for what, value in zip(("16 % quantile", "median", "84 % quantile"), quantiles)]
        words.append((f"{name}, P(slope > 0.74)", e[name].share(s > 0.74)))
    chance = probability_larger(slopes["slope 0.6"], slopes["base"])
    if chance.low < 0.55:
        verdict = f"confirmed: a guess by the slope is right in {percent(chance.value)} of pairs, 50 % would be nothing"
    else:
        verdict = (f"too strong: one slope is a weak witness, right in {percent(chance.value)} of pairs (50 % would be "
                   "nothing)" if chance.high < 0.9 else
                   f"refuted: one slope is right in {percent(chance.value)} of pairs")

    def steep(ensemble):
        return short(ensemble.share(ensemble.slopes(1.1e5, 3.7e5) > 0.74))

    return Verdict("the local slope between 110 and 370 TeV says nothing about delta", verdict.split(":")[0], verdict,
                   (*words, ("P(a slope at delta = 0.6 exceeds one at 1/3)", chance)),
                   f"H, a thinner halo spreads more: at 1/3 P(> 0.74) is {steep(e['H 1'])} at H = 1 and {steep(e['H 10'])} "
                   f"at 10 (rate 1/100); at H = 4 {across(e, steep)}.")
