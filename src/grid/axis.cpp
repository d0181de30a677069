#include "greenhalo/grid/axis.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace greenhalo {

namespace {

constexpr int points = 6;

std::vector<double> spread(double low, double high, int cells) {
    std::vector<double> node(static_cast<std::size_t>(cells) + 1);
    for (int i = 0; i <= cells; ++i) node[static_cast<std::size_t>(i)] = low + (high - low) * i / cells;
    return node;
}

}  // namespace

Axis::Axis(std::vector<double> node, End low_end, End high_end)
    : node_(std::move(node)), low_end_(low_end), high_end_(high_end) {
    for (int c = 0; c < cells(); ++c) {
        Stencil s;
        for (int k = 0; k < points; ++k) s.node[static_cast<std::size_t>(k)] = this->node(c - points / 2 + 1 + k);
        for (std::size_t k = 0; k < points; ++k) {
            double product = 1.0;
            for (std::size_t m = 0; m < points; ++m) {
                if (m != k) product *= s.node[k] - s.node[m];
            }
            s.leading[k] = 1.0 / product;
        }
        stencil_.push_back(s);
    }
}

Axis Axis::uniform(double low, double high, int cells, End low_end, End high_end) {
    return {spread(low, high, cells), low_end, high_end};
}

Axis Axis::stretched(double low, double high, int cells, double centre, double finest, End low_end, End high_end) {
    // x = centre + finest/s sinh(s u): the spacing of nodes at equal distances of u
    const auto parameter = [&](double x, double s) { return std::asinh(s * (x - centre) / finest) / s; };
    const auto count = [&](double s) { return parameter(high, s) - parameter(low, s); };
    double small = 1e-8, large = 1e3;
    if (count(small) <= cells) return uniform(low, high, cells, low_end, high_end);
    for (int step = 0; step < 200; ++step) {
        const double s = std::sqrt(small * large);
        (count(s) > cells ? small : large) = s;
    }
    const double s = std::sqrt(small * large), first = parameter(low, s), last = parameter(high, s);
    std::vector<double> node = spread(first, last, cells);
    for (double& u : node) u = centre + finest / s * std::sinh(s * u);
    node.front() = low;
    node.back() = high;
    return {std::move(node), low_end, high_end};
}

double Axis::node(int i) const {
    if (i < 0) return 2.0 * low() - node(-i);
    if (i > cells()) return 2.0 * high() - node(2 * cells() - i);
    return node_[static_cast<std::size_t>(i)];
}

double Axis::face(int i) const {
    if (i == 0) return low();
    if (i == nodes()) return high();
    return 0.5 * (node(i - 1) + node(i));
}

double Axis::finest() const {
    double least = node(1) - node(0);
    for (int i = 1; i < cells(); ++i) least = std::min(least, node(i + 1) - node(i));
    return least;
}

double Axis::spacing(double x) const {
    const auto above = std::upper_bound(node_.begin() + 1, node_.end() - 1, x);
    return *above - *(above - 1);
}

int Axis::cell(double x) const {
    return static_cast<int>(std::upper_bound(node_.begin() + 1, node_.end() - 1, x) - node_.begin()) - 1;
}

std::array<int, 2> Axis::reach(double x) const {
    // mirror images lie among the others
    const int first = cell(x) - points / 2 + 1;
    return {std::max(0, first), std::min(cells(), first + points - 1)};
}

bool Axis::reaches_across(double x, double place) const {
    const int first = cell(x) - points / 2 + 1;
    return node(first) < place && place < node(first + points - 1);
}

PointWeights Axis::weights(double x) const {
    const int at = cell(x), first = at - points / 2 + 1;
    const Stencil& stencil = stencil_[static_cast<std::size_t>(at)];
    PointWeights w;
    w.count = points;
    // products of the distances to the nodes before and after each, with their derivatives
    std::array<double, points + 1> before{}, after{}, before_slope{}, after_slope{};
    before[0] = after[points] = 1.0;
    for (std::size_t k = 0; k < points; ++k) {
        const double distance = x - stencil.node[k];
        before[k + 1] = before[k] * distance;
        before_slope[k + 1] = before_slope[k] * distance + before[k];
    }
    for (std::size_t k = points; k-- > 0;) {
        const double distance = x - stencil.node[k];
        after[k] = after[k + 1] * distance;
        after_slope[k] = after_slope[k + 1] * distance + after[k + 1];
    }
    for (std::size_t k = 0; k < points; ++k) {
        const double value = stencil.leading[k] * before[k] * after[k + 1];
        const double slope = stencil.leading[k] * (before_slope[k] * after[k + 1] + before[k] * after_slope[k + 1]);
        int i = first + static_cast<int>(k);
        double sign = 1.0;
        if (i < 0) {
            i = -i;
            if (low_end_ == End::absorbing) sign = -1.0;
        } else if (i > cells()) {
            i = 2 * cells() - i;
            if (high_end_ == End::absorbing) sign = -1.0;
        }
        w.node[k] = i;
        w.value[k] = is_absorbing(i) ? 0.0 : sign * value;
        w.slope[k] = is_absorbing(i) ? 0.0 : sign * slope;
    }
    return w;
}

}  // namespace greenhalo
