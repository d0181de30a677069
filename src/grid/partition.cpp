#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "greenhalo/base/error.h"
#include "greenhalo/grid/diffusion_grid.h"

namespace greenhalo {

namespace {

/// Nodes that a rank must have along an axis, and cells that the coarsest grid must have.
constexpr int least_nodes = 2, least_cells = 4;

/// A grid of so few nodes is solved directly at less cost than grids coarser still would have.
constexpr std::int64_t few_nodes = 100;

/// Every axis is halved as long as its cells are even, the coarser grid still has some, and every rank a node of it.
std::vector<std::array<int, 3>> coarsening(const Domain& domain, const std::array<int, 3>& ranks) {
    std::vector<std::array<int, 3>> factors;
    std::array<int, 3> cells{};
    for (std::size_t a = 0; a < domain.axes.size(); ++a) cells[a] = domain.axes[a].cells();
    for (;;) {
        std::int64_t nodes = 1;
        for (std::size_t a = 0; a < domain.axes.size(); ++a) nodes *= cells[a] + 1;
        if (nodes <= few_nodes) return factors;
        std::array<int, 3> factor{1, 1, 1};
        for (std::size_t a = 0; a < domain.axes.size(); ++a) {
            const bool fits = cells[a] % 2 == 0 && cells[a] / 2 >= std::max(least_cells, least_nodes * ranks[a] - 1);
            if (fits) factor[a] = 2;
            cells[a] /= factor[a];
        }
        if (factor == std::array<int, 3>{1, 1, 1}) return factors;
        factors.push_back(factor);
    }
}

}  // namespace

std::int64_t Domain::size() const {
    std::int64_t size = 1;
    for (const Axis& axis : axes) size *= axis.nodes();
    return size;
}

namespace {

constexpr std::array<int, 3> no_fit{0, 0, 0};

/// Ranks along each axis with the fewest nodes at the borders between ranks, which are what they exchange.
std::array<int, 3> dealt_out(const Domain& domain, int ranks) {
    std::array<int, 3> nodes{1, 1, 1};
    for (std::size_t a = 0; a < domain.axes.size(); ++a) nodes[a] = domain.axes[a].nodes();
    const std::size_t z = domain.axes.size() - 1;
    const auto fits = [&](int count, std::size_t a) { return count == 1 || (a < z && count * least_nodes <= nodes[a]); };
    std::array<int, 3> best = no_fit;
    double least = std::numeric_limits<double>::infinity();
    for (int i = 1; i <= ranks; ++i) {
        if (ranks % i != 0 || !fits(i, 0)) continue;
        for (int j = 1; j <= ranks / i; ++j) {
            const int k = ranks / i / j;
            if (i * j * k != ranks || !fits(j, 1) || !fits(k, 2)) continue;
            const double n0 = nodes[0], n1 = nodes[1], n2 = nodes[2];
            const double border = (i - 1) * n1 * n2 + (j - 1) * n0 * n2 + (k - 1) * n0 * n1;
            if (border < least) {
                least = border;
                best = {i, j, k};
            }
        }
    }
    return best;
}

}  // namespace

Partition partition(const Domain& domain, int ranks) {
    Partition best;
    best.ranks = dealt_out(domain, ranks);
    if (best.ranks == no_fit) {
        std::string size;
        for (const Axis& axis : domain.axes) size += fmt::format("{}{}", size.empty() ? "" : " x ", axis.nodes());
        int fewer = ranks - 1;
        while (dealt_out(domain, fewer) == no_fit) --fewer;
        throw InputError(fmt::format("a grid of {} nodes cannot be dealt out to {} ranks, each with {} nodes or more along {}: start "
                                     "{} rank{}, or make grid.cells larger",
                                     size, ranks, least_nodes, domain.axes.size() == 3 ? "x and y" : "r", fewer,
                                     fewer == 1 ? "" : "s"));
    }
    best.coarsening = coarsening(domain, best.ranks);
    return best;
}

}  // namespace greenhalo
