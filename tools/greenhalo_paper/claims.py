"""The verdict: each claim of the paper as a row of numbers from larger ensembles."""

import h5py
import numpy as np
from greenhalo_plot import moments

from . import cases, claims_data, claims_model, report
from .ensembles import Ensemble, quantile_of, ratio
from .verdict import PEV, TEV

# In the order of the paper. Each takes the ensembles by name, and the integrals: (half height, T_min or None) ->
# energies, delta_A1, delta_A2; ("He/H", input, gas density) -> the rise of the mean ratio from 1 to 100 TeV.
CLAIMS = (
    claims_model.rate_and_spread, claims_model.rare_sources, claims_data.eas_top, claims_data.above_the_data,
    claims_data.above_one, claims_model.escape, claims_model.arms, claims_model.arms_in_a_high_halo,
    claims_model.mean_and_fluctuations, claims_model.height, claims_data.like_the_data, claims_data.phase,
    claims_model.mean_slope, claims_data.local_slope, claims_model.spectra)


def convergence(ensembles):
    """Rows (what, 1 TeV, 100 TeV, 1 PeV): median amplitudes over those of the base, and quantiles of parts of it."""
    base = ensembles["base"]
    rows = []
    for name, words in (("span 40", "span 40 instead of 80 Myr"), ("span 160", "span 160 Myr"),
                        ("thin disc", "z_g = 0 instead of 0.1 kpc"), ("scale height 0.2", "z_g = 0.2 kpc"),
                        ("causal", "causal sources only")):
        rows.append((words + ": ratio to the base",
                     *(ratio(ensembles[name], base, x, np.nanmedian) for x in (TEV, 1e5, PEV))))
    for count in sorted({min(count, base.count) for count in (10, 100, 1000, base.count)}):
        columns = [base.amplitude[:count, base.at(x)] for x in (TEV, 1e5, PEV)]
        for words, level in (("median", 0.5), ("84 % quantile", 0.84)):
            rows.append((f"first {count} realizations: {words}", *(quantile_of(column, level) for column in columns)))
    return rows


def file_of(name):
    """The name of the result file of an ensemble."""
    return f"claims-{name.replace(' ', '-').replace('/', '-')}.h5"


def room(path):
    """Number of realizations that a result was made for; 0 where none can be read."""
    try:
        with h5py.File(path, "r") as file:
            return len(file["realizations/complete"])
    except (OSError, KeyError):
        return 0


def ensemble(program, name, realizations, keep):
    """Runs an ensemble; with `keep` it goes on with what an earlier call has left, and where that was made for more
    realizations it has more."""
    if keep:
        realizations = max(realizations, room(program.folder / file_of(name)))
    input_name, words = cases.ENSEMBLES[name]
    if "--output.realizations" not in words:
        words = (*words, "--output.realizations", "anisotropy")
    words = ("--ensemble.realizations", realizations, "--superposition.tolerance", cases.TOLERANCE, *words)
    return Ensemble.read(program("run", input_name, file_of(name), words, resume=keep))


def integrals(program):
    """What the claims take from `greenhalo expect`."""
    found = {}
    for height in cases.MOMENT_HEIGHTS:
        for age in (None, *cases.MOMENT_AGES):
            words = ["--halo.half-height", height] + (["--expect.minimum-age", age] if age else [])
            result = f"claims-moments-H{height}{'-' + age.replace(' ', '') if age else ''}.h5"
            found[height, age] = moments.read(program("expect", "figure7", result, words))
    for name in ("figure2-right", "figure3"):
        for density in cases.GAS_DENSITIES:
            path = program("expect", name, f"claims-gas-{name}-{density}.h5",
                           ["--gas.disc-density", density, "--energy.max", "1e5 GeV", "--energy.points-per-decade", 1,
                            "--expect.minimum-age", "10 kyr"])
            found["He/H", name, density] = moments.rise_of_ratio(path, "He", "H", TEV, 1e5)
    return found


def counts(ensembles, realizations):
    """How many realizations there are, in words."""
    larger = {}
    for name, found in ensembles.items():
        if found.count != realizations:
            larger.setdefault(found.count, []).append(name)
    return f"{realizations} of each case" + "".join(
        f", but {count} of {', '.join(names)}" for count, names in sorted(larger.items()))


def report_of(ensembles, found, realizations):
    """The report as Markdown, line by line; tells the verdicts on the way."""
    rows = []
    for number, claim in enumerate(CLAIMS, 1):
        rows.append(claim(ensembles, found))
        print(f"  claim {number}: {rows[-1].verdict}", flush=True)
    lines = ["# The paper's claims against many realizations", ""]
    for words in (
            f"Written by `tools/reproduce-paper --claims --realizations {realizations}`. Where Blasi & Amato (2012) drew ten "
            f"realizations, here are {counts(ensembles, realizations)}.",
            "Numbers in parentheses are 95 % intervals: bootstrap over whole realizations, for shares Wilson's. Two numbers "
            "differ, and a verdict is given, where these intervals do not overlap; otherwise it says \"not resolved\". Hardly "
            "and little mean less than a tenth with the interval; regular means that fewer than one step in twenty falls.",
            "The width is log10(q84/q16) of the amplitude |delta|; falling steps are the share of steps between neighbouring "
            "energies in which the amplitude falls.",
            "The base case is figure 2, right: cylindrical, burst, delta = 1/3, H = 4 kpc, one supernova in 30 yr, 80 Myr, "
            f"z_g = 0.1 kpc, no causality; sums are exact to {cases.TOLERANCE} of the absolute contributions. Other ensembles "
            "are named by what they change. \"Depends on\" has a number, without its interval, for the base "
            "case whatever the claim is about, for other heights z_g of the sources, and for causal sources."):
        lines += [*report.wrap(words), ""]
    lines += report.table(("number", "claim", "verdict"), ((number, row.claim, row.brief) for number, row in enumerate(rows, 1)))
    for number, row in enumerate(rows, 1):
        lines += report.section(number, row)
    return [*lines, "", "## Convergence", "", "Median amplitudes against those of the base case.", "",
            *report.table(("change", "1 TeV", "100 TeV", "1 PeV"), convergence(ensembles))]


def write(program, realizations, path, keep=False):
    """Runs the ensembles (with `keep` what is not there yet), judges every claim and writes the report (Markdown)."""
    found = integrals(program)
    ensembles = {}
    for name in cases.ENSEMBLES:
        ensembles[name] = ensemble(program, name, realizations, keep)
        print(f"  {name}: {ensembles[name].count} realizations", flush=True)
    lines = report_of(ensembles, found, realizations)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
