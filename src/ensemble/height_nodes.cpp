#include "ensemble/height_nodes.h"

#include <algorithm>
#include <cmath>

#include "ensemble/gauss_rule.h"

namespace greenhalo {

namespace {

/// Halves an interval until it is short against the scales on which the integrand can vary there: that of the
/// height law near the disc and that of the narrowest Gaussian near the observer, and the distances from them
/// elsewhere.
class Division {
  public:
    Division(double scale_height, double height, double narrowest)
        : scale_height_(scale_height), height_(height), width_(1.2 * std::sqrt(narrowest)) {}

    void divide(double from, double to, std::vector<HeightNode>& nodes) const {
        const auto distance = [&](double centre) { return std::max({from - centre, centre - to, 0.0}); };
        const double longest =
            std::min(std::max(2.0 * scale_height_, distance(0.0)), std::max(width_, distance(height_)));
        if (to - from > longest) {
            const double middle = 0.5 * (from + to);
            divide(from, middle, nodes);
            divide(middle, to, nodes);
            return;
        }
        for_each_node(gauss_rule(12), from, to, [&](double z, double w) {
            nodes.push_back({z, w * std::exp(-std::abs(z) / scale_height_) / (2.0 * scale_height_)});
        });
    }

  private:
    double scale_height_, height_, width_;
};

}  // namespace

std::vector<HeightNode> height_nodes(double scale_height, double half_height, double height, double narrowest,
                                     double widest) {
    if (scale_height == 0.0) return {{0.0, 1.0}};
    const double law_reach = 45.0 * scale_height, reach = 7.0 * std::sqrt(widest);
    const double from = std::max({-half_height, -law_reach, height - reach});
    const double to = std::min({half_height, law_reach, height + reach});
    std::vector<double> edges = {from};
    for (const double edge : {std::min(height, 0.0), std::max(height, 0.0)}) {
        if (edge > edges.back() && edge < to) edges.push_back(edge);
    }
    edges.push_back(to);
    std::vector<HeightNode> nodes;
    const Division division(scale_height, height, narrowest);
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        if (edges[i + 1] > edges[i] && (height != 0.0 || edges[i] >= 0.0)) {
            division.divide(edges[i], edges[i + 1], nodes);
        }
    }
    if (height == 0.0) {
        for (HeightNode& node : nodes) node.weight *= 2.0;
    }
    return nodes;
}

}  // namespace greenhalo
