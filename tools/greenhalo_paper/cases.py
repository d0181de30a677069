"""What is run: the inputs behind each figure, and the ensembles behind the claims."""

# Figure number -> (kind of plot, inputs of its panels from left to right, options of the plot).
FIGURES = {
    1: ("sources", ("figure1-left", "figure1-right"), ()),
    2: ("amplitude", ("figure2-left", "figure2-right"), ()),
    3: ("amplitude", ("figure3",), ()),
    4: ("amplitude", ("figure4-left", "figure4-right"), ()),
    5: ("amplitude", ("figure5-left", "figure5-right"), ()),
    6: ("phase", ("figure6-left", "figure6-right"), ()),
    7: ("moments", ("figure7",), ()),
    8: ("amplitude", ("figure8-left", "figure8-right"), ()),
    9: ("phase", ("figure9-left", "figure9-right"), ()),
}

# Figure 7: half heights in kpc, and the groups.
MOMENT_HEIGHTS = (1, 2, 10)
MOMENT_GROUPS = (None, "H")
# Beside the rule (3.12): T_min that claim 9 is tried with.
MOMENT_AGES = ("10 kyr", "100 kyr")
# cm^-3, for claim 15; 3 is the default.
GAS_DENSITIES = (1, 3)

# D28/H at 3 GV for delta = 0.7, continuing the trend from 1.33 (1/3) to 0.55 (0.6) in its logarithm.
NORMALIZATION_07 = 0.39

# superposition.tolerance of the ensembles: statistics of ten thousand realizations are good to 1e-2.
TOLERANCE = "1e-5"

_SPECTRA = ("--output.realizations", "all")

# Name -> (input, parameters on the command line).
ENSEMBLES = {
    "base": ("figure2-right", _SPECTRA),
    "rate 1/100": ("figure2-left", ()),
    "rate 1/300": ("figure2-left", ("--sources.rate", "1/300")),
    "rate 1/1000": ("figure2-left", ("--sources.rate", "1/1000")),
    "slope 0.6": ("figure3", _SPECTRA),
    "slope 0.7": ("figure3", ("--diffusion.slope", "0.7", "--diffusion.normalization", str(NORMALIZATION_07))),
    "slope 0.6 causal": ("figure3", ("--sources.causal", "yes")),
    "escape 3e4": ("figure4-left", ()),
    "escape 3e5": ("figure4-right", ()),
    "spiral 5 one-sided": ("figure5-left", ()),
    "spiral 2.8 one-sided": ("figure5-right", ()),
    "spiral 5 symmetric": ("figure5-left", ("--sources.arm-blur", "symmetric")),
    "spiral 2.8 symmetric": ("figure5-right", ("--sources.arm-blur", "symmetric")),
    "spiral 5 H 10": ("figure5-left", ("--halo.half-height", "10")),
    "spiral 5 symmetric H 10": ("figure5-left", ("--sources.arm-blur", "symmetric", "--halo.half-height", "10")),
    "H 1": ("figure8-left", ()),
    "H 2": ("figure8-right", ()),
    "H 10": ("figure8-right", ("--halo.half-height", "10")),
    "thin disc": ("figure2-right", ("--sources.scale-height", "0")),
    "scale height 0.2": ("figure2-right", ("--sources.scale-height", "0.2")),
    "causal": ("figure2-right", ("--sources.causal", "yes")),
    "protons": ("figure2-right", ("--species.names", "H")),
    "span 40": ("figure2-right", ("--sources.time-span", "40")),
    "span 160": ("figure2-right", ("--sources.time-span", "160")),
}
