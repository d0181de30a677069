"""The verdicts on the paper's claims, from synthetic ensembles for which each claim holds, and for which it does not."""

import dataclasses
import io
import os
import sys
import unittest
import unittest.mock
from pathlib import Path

import numpy as np

SOURCE = Path(os.environ.get("GREENHALO_SOURCE", Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / "tools"))

from greenhalo_paper import cases, claims, claims_data, claims_model, ensembles, report  # noqa: E402
from greenhalo_paper.verdict import Verdict, points  # noqa: E402

ENERGY = np.geomspace(1e3, 1e8, 51)
COUNT = 300
TOWARDS_CENTRE = 0.8751  # cos(dec) of the Galactic centre


class Synthetic(ensembles.Ensemble):
    """Its density has a width of its own, because there is no file to read it from."""

    def density_width(self, group, energy):
        return ensembles.Estimate(0.07)


def ensemble(median=1e-2, slope=1 / 3, spread=0.2, wiggle=0.0, slope_spread=0.0, count=COUNT, energy=ENERGY):
    """Amplitudes median (E/TeV)^slope towards the Galactic centre, spread log-normally (dex) between the realizations,
    wiggling from energy to energy, with slopes that scatter about 2e5 GeV; the same random numbers every time."""
    rng = np.random.default_rng(7)
    logs = np.log10(median) + slope * np.log10(energy / 1e3) + spread * rng.normal(size=(count, 1))
    logs = logs + slope_spread * rng.normal(size=(count, 1)) * np.log10(energy / 2e5)
    logs = logs + wiggle * rng.normal(size=(count, energy.size))
    return of(10.0**logs, energy)


def of(amplitude, energy=ENERGY):
    vector = np.zeros((*amplitude.shape, 3))
    vector[..., 0] = -amplitude
    made = Synthetic(energy, vector, {"diffusion.slope": "0.3333333", "injection.max-energy": "6e6"})
    made.dominant_age = np.ones(amplitude.shape)
    return made


class Claims(unittest.TestCase):
    def setUp(self):
        base = ensemble()
        self.e = {name: base for name in cases.ENSEMBLES}

    def verdict(self, claim, found=None, **changed):
        """The verdict when ensembles are replaced; their names are written with underscores for what is no letter."""
        e = dict(self.e)
        for name, made in changed.items():
            known = [n for n in e if "".join(c if c.isalnum() else "_" for c in n) == name]
            self.assertEqual(len(known), 1, name)
            e[known[0]] = made
        row = claim(e, found)
        self.assertTrue(row.numbers)
        for cell in (row.claim, row.brief, row.verdict, row.depends, *(str(word) for pair in row.numbers for word in pair)):
            self.assertTrue(cell)
            self.assertNotRegex(cell, r"\bnan\b")
        self.assertLess(len(row.brief), 65)
        # the few words are of the verdict: whether it holds is not told in two ways
        for word in ("confirmed", "refuted", "not resolved", "not seen"):
            if word in row.brief:
                self.assertIn(word, row.verdict)
        self.assertRegex(row.depends, r"\d")
        return row.verdict

    def test_order(self):
        self.assertEqual(len(claims.CLAIMS), 15)
        self.assertEqual(len(set(claims.CLAIMS)), 15)

    def test_1_rate_and_spread(self):
        claim = claims_model.rate_and_spread
        self.assertTrue(self.verdict(claim).startswith("confirmed: the width changes by at most 0 %"))
        self.assertTrue(self.verdict(claim, rate_1_100=ensemble(spread=0.3)).startswith("refuted: the width changes by at most 50"))
        self.assertTrue(self.verdict(claim, rate_1_100=ensemble(spread=0.1)).startswith("refuted: the width changes by at most 100"))
        many = {"base": ensemble(count=20000), "rate_1_100": ensemble(count=20000, spread=0.212)}
        self.assertTrue(self.verdict(claim, **many).startswith("confirmed: the width changes by at most 6 %"))
        # that few realizations show no difference confirms nothing
        apart = ensemble(count=30, wiggle=0.1)
        self.assertTrue(self.verdict(claim, rate_1_100=apart, base=ensemble(count=30)).startswith("not resolved"))

    def test_2_rare_sources(self):
        claim = claims_model.rare_sources
        rare = "rate_1_1000"
        self.assertTrue(self.verdict(claim).startswith("not resolved"))
        self.assertTrue(self.verdict(claim, **{rare: ensemble(1.2e-2)}).startswith(
            "confirmed in median and 84 % quantile: +20 % and +20 %"))
        self.assertTrue(self.verdict(claim, **{rare: ensemble(0.8e-2)}).startswith("refuted"))
        self.assertTrue(self.verdict(claim, **{rare: ensemble(0.98e-2, spread=0.4)}).startswith(
            "confirmed in the 84 % quantile alone"))

    def test_3_eas_top(self):
        claim = claims_data.eas_top
        self.assertTrue(self.verdict(claim).startswith("confirmed: none of 300"))
        self.assertTrue(self.verdict(claim, base=ensemble(1e-6)).startswith("refuted"))
        amplitude = np.tile(self.e["base"].amplitude, (10, 1))
        amplitude[7] = 1e-6
        self.assertTrue(self.verdict(claim, base=of(amplitude)).startswith("confirmed in substance"))

    def test_4_above_the_data(self):
        claim = claims_data.above_the_data
        holds = self.verdict(claim, slope_0_6=ensemble(0.05), slope_0_7=ensemble(0.2))
        self.assertIn("above every point of IceCube and its error: confirmed", holds)
        self.assertIn("worse at every point: confirmed", holds)
        self.assertIn("delta = 1/3 lies above them too: confirmed", holds)
        # IceCube's point is 1.1e-4 +- 0.5e-4
        factor = np.median(ensemble(0.05).projected[:, 24]) / 1.1e-4
        self.assertIn(f"up to {np.log10(factor):.1f} orders at 240 TeV", holds)
        self.assertIn(f"{np.log10(factor * 1.1 / 1.6):.1f} to {np.log10(factor * 1.1 / 0.6):.1f}", holds)
        fails = self.verdict(claim, slope_0_6=ensemble(1e-5), slope_0_7=ensemble(1e-5), base=ensemble(1e-6))
        self.assertIn("above every point of IceCube and its error: refuted", fails)
        self.assertIn("worse at every point: not resolved", fails)
        self.assertIn("delta = 1/3 lies above them too: refuted", fails)

    def test_5_above_one(self):
        claim = claims_data.above_one
        large = ensemble(0.1)
        self.assertTrue(self.verdict(claim, slope_0_6=ensemble(1e-4)).startswith("not seen: none of 300"))
        self.e["slope 0.6 causal"] = ensemble(1e-4)
        causal = self.verdict(claim, slope_0_6=large)
        self.assertIn("in none of 300 causal realizations (below 1.3 %)", causal)
        self.assertIn("can reach 1.5", causal)
        both = self.verdict(claim, slope_0_6=large, slope_0_6_causal=large)
        self.assertRegex(both, "^confirmed, with causal sources too; without causality all 300; with causal sources only all 300")

    def test_6_escape(self):
        claim = claims_model.escape
        same = self.verdict(claim)
        self.assertTrue(same.startswith("3e4 yr: confirmed for the medians (they change by at most 0 %"))
        self.assertIn("not significantly rougher", same)
        rough = ensemble(wiggle=0.05)
        rougher = self.verdict(claim, escape_3e4=rough, escape_3e5=rough)
        self.assertIn("3e5 yr: confirmed for the medians", rougher)
        self.assertIn("curves are rougher", rougher)
        self.assertIn("3e5 yr: refuted for the medians (they change by at most 50.0 %",
                      self.verdict(claim, escape_3e5=ensemble(1.5e-2)))
        # a tenth within the interval is no confirmation
        near = ensemble(1.08e-2, wiggle=0.2)
        self.assertIn("3e5 yr: not resolved for the medians", self.verdict(claim, escape_3e5=near))

    def test_7_arms(self):
        claim = claims_model.arms
        regular, bumpy = ensemble(spread=0.05), ensemble(spread=0.3, wiggle=0.1)
        mixed = self.verdict(claim, spiral_2_8_one_sided=regular, spiral_5_one_sided=bumpy,
                             spiral_2_8_symmetric=bumpy, spiral_5_symmetric=regular)
        self.assertIn("one-sided blur: confirmed (w = 2.8 is regular, w = 5 wider and bumpier, not regular)", mixed)
        self.assertIn("symmetric blur: not confirmed (w = 2.8 is not regular, w = 5 not wider and not bumpier, regular too)", mixed)
        rough = ensemble(spread=0.3, wiggle=0.013)
        self.assertIn("symmetric blur: confirmed in part", self.verdict(claim, spiral_2_8_symmetric=regular, spiral_5_symmetric=rough))

    def test_8_arms_in_a_high_halo(self):
        claim = claims_model.arms_in_a_high_halo
        regular, bumpy = ensemble(spread=0.05), ensemble(spread=0.3, wiggle=0.1)
        same = self.verdict(claim)
        self.assertIn("one-sided blur: not confirmed: no narrower and no smoother", same)
        self.assertIn("symmetric blur: not confirmed", same)
        mixed = self.verdict(claim, spiral_5_one_sided=bumpy, spiral_5_H_10=self.e["base"], spiral_2_8_one_sided=regular,
                             spiral_5_symmetric=bumpy, spiral_5_symmetric_H_10=regular, spiral_2_8_symmetric=regular)
        self.assertIn("one-sided blur: confirmed: narrower and smoother than at H = 4, about as wide as the cylindrical model at "
                      "H = 4, 4 times as wide as w = 2.8", mixed)
        self.assertIn("symmetric blur: confirmed: narrower and smoother than at H = 4, 0.25 times as wide", mixed)
        bumpier = self.verdict(claim, spiral_5_one_sided=ensemble(spread=0.4, wiggle=0.2), spiral_5_H_10=bumpy)
        self.assertIn("one-sided blur: more regular, not regular", bumpier)
        smoother = self.verdict(claim, spiral_5_symmetric=ensemble(spread=0.3, wiggle=0.013), spiral_5_symmetric_H_10=regular)
        self.assertIn("symmetric blur: regular, as at H = 4 already", smoother)
        halfway = self.verdict(claim, spiral_5_one_sided=ensemble(spread=0.3))
        self.assertIn("not confirmed: narrower and no smoother", halfway)

    def test_9_mean_and_fluctuations(self):
        def found(a2, a2_fixed, a1=(0.5e-3, 1e-3, 5e-3)):
            made = {}
            for h, first, second, fixed in zip(cases.MOMENT_HEIGHTS, a1, a2, a2_fixed):
                rise = (ENERGY / 1e3) ** (1 / 3)
                made[h, None] = (ENERGY, first * rise, second * rise, {})
                for age in cases.MOMENT_AGES:
                    made[h, age] = (ENERGY, first * rise, fixed * rise, {})
            return made

        claim, level = claims_model.mean_and_fluctuations, (1e-3, 1e-3, 1e-3)
        self.assertEqual(self.verdict(claim, found(level, level)), "confirmed with every T_min")
        ruled = self.verdict(claim, found(level, (2e-2, 1e-2, 5e-3)))
        self.assertTrue(ruled.startswith("confirmed only with rule (3.12)"))
        self.assertIn("with T_min = 10 kyr it is not so that delta_A2 changes by less than a quarter of the factor of delta_A1, both are "
                      "within a factor of two at H = 2, delta_A1 is more than twice delta_A2 at 10", ruled)
        grows = self.verdict(claim, found((1e-3, 2e-3, 1e-2), level))
        self.assertTrue(grows.startswith("refuted with rule (3.12)"))
        self.assertIn("delta_A2 changes by less than a quarter", grows)
        falls = self.verdict(claim, found(level, level, (5e-3, 1e-3, 0.5e-3)))
        self.assertIn("delta_A1 grows", falls)

    def test_10_height(self):
        claim = claims_model.height
        widths = {"H_1": ensemble(spread=0.4), "H_2": ensemble(spread=0.39), "rate_1_100": ensemble(spread=0.3),
                  "H_10": ensemble(spread=0.2)}
        falls = self.verdict(claim, **widths)
        self.assertTrue(falls.startswith("confirmed ("))
        self.assertTrue(falls.endswith("; step 1 to 2 not resolved"))
        self.assertTrue(self.verdict(claim).startswith("not resolved"))
        rises = self.verdict(claim, H_1=ensemble(spread=0.1))
        self.assertTrue(rises.startswith("refuted ("))
        self.assertIn("step 1 to 2 goes the other way", rises)

    def test_11_like_the_data(self):
        claim = claims_data.like_the_data
        self.assertTrue(self.verdict(claim).startswith("not seen: none of 300"))
        measured = sorted((x, y) for name in ("IceCube", "EAS-TOP", "Tibet ASgamma", "ARGO-YBJ")
                          for x, y in zip(points(name).energy, points(name).amplitude))
        x, y = np.array(measured).T
        x, at = np.unique(x, return_index=True)
        near = np.exp(np.interp(np.log(ENERGY), np.log(x), np.log(y[at]))) / TOWARDS_CENTRE
        amplitude = np.array(self.e["base"].amplitude)
        amplitude[::2] = near
        half = self.verdict(claim, H_1=of(amplitude))
        self.assertTrue(half.startswith("confirmed: 50.0 %"))
        self.assertIn(", more often than at H = 2", half)
        amplitude = np.array(self.e["base"].amplitude)
        amplitude[3] = near
        few = self.verdict(claim, H_1=of(amplitude), H_2=of(amplitude))
        self.assertTrue(few.startswith("true of a few: 0.33 %"))
        self.assertIn("no more often than at H = 2", few)

    def test_12_phase(self):
        claim = claims_data.phase
        rng = np.random.default_rng(5)
        vector = self.e["base"].vector.copy()
        angle = rng.uniform(0.0, 2.0 * np.pi, COUNT)
        # realizations that point anywhere, and turn halfway where the dominant source changes
        wild = np.where(np.arange(51)[None, :] < 25, angle[:, None], angle[:, None] + 1.0)
        size = np.linalg.norm(vector, axis=-1)
        turned = Synthetic(ENERGY, np.stack([size * np.cos(wild), size * np.sin(wild), 0.0 * size], axis=-1))
        turned.dominant_age = np.where(np.arange(51)[None, :] < 25, 1.0, 2.0) * np.ones((COUNT, 1))
        holds = self.verdict(claim, H_1=turned)
        self.assertIn("less aligned at H = 1: confirmed with the rates of figure 9, confirmed at equal rate", holds)
        self.assertIn("H = 1, 1/100: confirmed", holds)
        self.assertIn("H = 4, 1/30: not resolved", holds)
        elsewhere = Synthetic(ENERGY, turned.vector)
        elsewhere.dominant_age = np.where(np.arange(51)[None, :] < 40, 1.0, 2.0) * np.ones((COUNT, 1))
        fails = self.verdict(claim, base=elsewhere)
        self.assertIn("refuted with the rates of figure 9, not resolved at equal rate", fails)
        self.assertIn("H = 4, 1/30: refuted", fails)

    def test_13_mean_slope(self):
        claim = claims_model.mean_slope
        holds = self.verdict(claim, base=ensemble(slope=0.31), protons=ensemble(slope=0.34))
        self.assertEqual(holds, "slower: mean confirmed, median confirmed; because of the nuclei: mean confirmed, median "
                                "confirmed")
        fails = self.verdict(claim, base=ensemble(slope=0.36), protons=ensemble(slope=0.34))
        self.assertEqual(fails, "slower: mean refuted, median refuted; because of the nuclei: mean refuted, median refuted")

    def test_14_local_slope(self):
        claim = claims_data.local_slope
        scattered = ensemble(slope_spread=0.2)
        nothing = self.verdict(claim, base=scattered, slope_0_6=ensemble(slope_spread=0.2))
        self.assertTrue(nothing.startswith("confirmed"))
        weak = self.verdict(claim, base=scattered, slope_0_6=ensemble(slope=0.5, slope_spread=0.2))
        self.assertTrue(weak.startswith("too strong"))
        clear = self.verdict(claim, base=scattered, slope_0_6=ensemble(slope=1.5, slope_spread=0.2))
        self.assertTrue(clear.startswith("refuted"))

    def test_15_spectra(self):
        claim = claims_model.spectra
        found = {("He/H", name, density): 0.04 for name in ("figure2-right", "figure3") for density in cases.GAS_DENSITIES}

        def spectra(spread, slope):
            rng = np.random.default_rng(11)
            made = ensemble()
            h = np.exp(spread * rng.normal(size=(COUNT, 1)) - 2.67 * np.log(ENERGY))
            tilt = (ENERGY / 1e3) ** (slope + 1e-4 * rng.normal(size=(COUNT, 1)))
            made.fluxes = {"H": h * np.exp(-ENERGY / 6e6), "He": h * tilt * np.exp(-ENERGY / 1.2e7)}
            return made

        holds = self.verdict(claim, found, base=spectra(0.05, 0.05), slope_0_6=spectra(0.2, 0.0))
        self.assertTrue(holds.startswith("fluctuations: confirmed (4 times"), holds)
        self.assertIn("He: confirmed", holds)
        fails = self.verdict(claim, found, base=spectra(0.2, 0.009), slope_0_6=spectra(0.05, 0.009))
        self.assertTrue(fails.startswith("fluctuations: not resolved"))
        self.assertIn("He: refuted: no contrast between the two; He/H rises by 4.2 % over two decades", fails)
        level = self.verdict(claim, found, base=spectra(0.2, 0.0), slope_0_6=spectra(0.2, 0.0))
        self.assertIn("He: refuted: He does not harden at 1/3", level)


    def test_few_words(self):
        """What the summary says where a verdict has several parts."""
        regular, bumpy = ensemble(spread=0.05), ensemble(spread=0.3, wiggle=0.1)
        one_of_two = {**self.e, "spiral 2.8 one-sided": regular, "spiral 5 one-sided": bumpy}
        self.assertEqual(claims_model.arms(one_of_two, None).brief, "one-sided confirmed, symmetric not confirmed")
        both = {**one_of_two, "spiral 2.8 symmetric": regular, "spiral 5 symmetric": bumpy}
        self.assertEqual(claims_model.arms(both, None).brief, "confirmed")
        above = {**self.e, "slope 0.6": ensemble(0.05), "slope 0.7": ensemble(0.2)}
        self.assertRegex(claims_data.above_the_data(above, None).brief, r"^confirmed, up to \d\.\d orders; 0.7 worse: confirmed$")
        self.assertEqual(claims_model.escape(self.e, None).brief, "confirmed for the medians")
        self.assertEqual(claims_data.phase(self.e, None).brief, "not resolved")


class Report(unittest.TestCase):
    """The report as a person reads it in an editor."""

    ROW = Verdict("the claim holds |everywhere|", "confirmed", "confirmed at 1; refuted at 2",
                  (("width at 1 TeV", ensembles.Number(0.5, 0.4, 0.6)), ("P(|delta| > 1)", "none")),
                  "H: " + "a number = 4 kpc at H = 1 " * 20)

    def test_lines_are_short_and_nothing_is_lost(self):
        rng = np.random.default_rng(1)
        marks = ["word", "+", "-", "*", ">", "1.", "12)", "=", "#", "0.74)", "5 %", "3 kpc,", "a_b"]
        for _ in range(50):
            text = " ".join(["start"] + list(rng.choice(marks, 200)))
            lines = report.wrap(text, "**Verdict:** ", "  ")
            self.assertEqual(" ".join(" ".join(lines).split()), "**Verdict:** " + text)
            for line in lines[1:]:
                self.assertTrue(line.startswith("  "))
                self.assertNotRegex(line, r"^\s*([-+*>#=]|\d+[.)])(\s|$)")
                self.assertNotRegex(line, r"^\s*(%|kpc)")
        self.assertLessEqual(max(map(len, report.wrap("word " * 300))), 120)

    def test_a_section(self):
        lines = report.section(3, self.ROW)
        text = "\n".join(lines)
        self.assertLessEqual(max(map(len, lines)), 120)
        for part in ("## Claim 3: the claim holds |everywhere|\n", "\n- confirmed at 1\n- refuted at 2\n",
                     "\n- width at 1 TeV: 0.50 (0.40 to 0.60)\n- P(|delta| > 1): none\n", "**Depends on:** H: a number = 4 kpc"):
            self.assertIn(part, text)
        alone = report.section(1, dataclasses.replace(self.ROW, verdict="refuted: by far"))
        self.assertIn("**Verdict:** refuted: by far", alone)

    def test_the_whole(self):
        def made(*_):
            return self.ROW

        base = {name: ensemble(count=20) for name in cases.ENSEMBLES}
        with unittest.mock.patch.object(claims, "CLAIMS", (made,) * 15), \
                unittest.mock.patch("sys.stdout", new_callable=io.StringIO) as told:
            lines = claims.report_of(base, None, 20)
        self.assertEqual(len(told.getvalue().splitlines()), 15)
        self.assertLessEqual(max(len(line) for line in lines if not line.startswith("|")), 120)
        for number in range(1, 16):
            self.assertIn(f"| {number} | the claim holds \\|everywhere\\| | confirmed |", lines)
            self.assertIn(f"## Claim {number}: the claim holds |everywhere|", lines)
        at = lines.index("## Convergence")
        self.assertIn("| change | 1 TeV | 100 TeV | 1 PeV |", lines[at:])
        self.assertTrue(any(line.startswith("| first 20 realizations: median | ") for line in lines[at:]))
        self.assertNotIn("", [a + b for a, b in zip(lines, lines[1:])])  # no two empty lines


if __name__ == "__main__":
    unittest.main()
