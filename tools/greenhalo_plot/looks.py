"""How lines and points are told apart: by colours that colour-blind readers can tell (Okabe and Ito; two of Tol), and
in grey by dashes and symbols. Every figure takes them from here."""

COLOURS = ("#000000", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#882255", "#999933")
DASHES = ("-", (0, (5, 1.6)), (0, (6, 1.5, 1.2, 1.5)), (0, (2.4, 1.1)), (0, (7, 1.3, 1.2, 1.3, 1.2, 1.3)))
# No model has it: for what a figure is compared with.
DOTTED = (0, (1.2, 1.2))
SYMBOLS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
# Of single realizations, which are all alike.
GREYS = ("0.35", "0.62", "0.48", "0.72")


def colour(number):
    """Colour of the line with a number; the first is black."""
    return COLOURS[number % len(COLOURS)]


def line(number, width=1.3):
    """The look of the line with a number."""
    return {"color": colour(number), "linestyle": DASHES[number % len(DASHES)], "linewidth": width}


def thinner(look, width):
    """A look with a thinner line whose dashes are as long as before: they would shrink with it to dots."""
    dashes = look["linestyle"]
    if not isinstance(dashes, str):
        dashes = (dashes[0], tuple(length * look["linewidth"] / width for length in dashes[1]))
    return {**look, "linestyle": dashes, "linewidth": width}


def points(number, size=4.2):
    """The look of points that belong to the line with the same number: open symbols without a line."""
    return {"color": colour(number), "linestyle": "none", **symbol(number, size)}


def symbol(number, size=4.2, fill="white"):
    """The symbol alone, for a line that has its colour and dashes already."""
    return {"marker": SYMBOLS[number % len(SYMBOLS)], "markersize": size, "markerfacecolor": fill, "markeredgewidth": 0.9}


def realization(number, width):
    """The look of one of many realizations, which stay in the background."""
    return {"color": GREYS[number % len(GREYS)], "linestyle": DASHES[number % len(DASHES)], "linewidth": width}


def sparse(number, count, of):
    """Indices of points, a few of `count`, at which line `number` of `of` bears its symbol: not where its neighbours do,
    and not at the right side of the frame."""
    step = max(1, count // 4)
    return list(range((2 * number + 1) * step // (2 * of), max(1, count - 1), step))
