#include "validation/amounts_at_nodes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace greenhalo {
namespace {

Axis uniform(double low = 0.0) { return Axis::uniform(low, 8.0, static_cast<int>(4.0 * (8.0 - low)), End::reflecting, End::absorbing); }

TEST(AmountsAtNodes, OfASmoothDensityAreThoseOfTheCells) {
    const Axis axis = uniform();
    const std::vector<double> amounts = amounts_at_nodes(axis, {}, [](double x) { return std::exp(-x); });
    for (int i = 0; i < axis.nodes(); ++i) {
        EXPECT_NEAR(amounts[static_cast<std::size_t>(i)], std::exp(-axis.face(i)) - std::exp(-axis.face(i + 1)), 1e-12) << i;
    }
}

TEST(AmountsAtNodes, WhereInACellADensityEndsDoesNotMatter) {
    // the integral of a function over the sources: second order in the spacing, and smoothly so
    const Axis axis = uniform();
    const double h = 0.25;
    const auto error = [&](double edge, bool is_known) {
        const std::vector<double> amounts = amounts_at_nodes(axis, is_known ? std::vector<double>{-edge, edge} : std::vector<double>{},
                                                             [&](double x) { return x < edge ? 1.0 : 0.0; });
        EXPECT_NEAR(std::accumulate(amounts.begin(), amounts.end(), 0.0), edge, is_known ? 1e-12 : 0.5 * h);
        double sum = 0.0;
        for (int i = 0; i < axis.nodes(); ++i) sum += amounts[static_cast<std::size_t>(i)] * std::cos(0.2 * axis.node(i));
        const double exact = std::sin(0.2 * edge) / 0.2;
        // of cells: h^2/24 times the second derivative, integrated
        return (sum - exact) / (h * h / 24.0 * 0.04 * exact);
    };
    double rough = 0.0;
    for (const double edge : {5.01, 5.05, 5.1, 5.124, 5.126, 5.15, 5.2, 5.24}) {
        EXPECT_NEAR(error(edge, true), 1.0, 0.05) << edge;
        rough = std::max(rough, std::abs(error(edge, false) - 1.0));
    }
    EXPECT_GT(rough, 1.0);
}

TEST(AmountsAtNodes, PointsInAPlaneKeepTheirMoments) {
    const Axis x = uniform(-8.0), y = uniform(-4.0);
    std::vector<double> amounts(static_cast<std::size_t>(x.nodes() * y.nodes()), 0.0);
    add_point(x, 1.03, y, -0.61, 2.0, amounts);
    double sum = 0.0, moment = 0.0;
    for (int j = 0; j < y.nodes(); ++j) {
        for (int i = 0; i < x.nodes(); ++i) {
            const double amount = amounts[static_cast<std::size_t>(i + x.nodes() * j)];
            sum += amount;
            moment += amount * std::pow(x.node(i), 2) * y.node(j);
        }
    }
    EXPECT_NEAR(sum, 2.0, 1e-12);
    EXPECT_NEAR(moment, 2.0 * 1.03 * 1.03 * -0.61, 1e-11);
}

}  // namespace
}  // namespace greenhalo
