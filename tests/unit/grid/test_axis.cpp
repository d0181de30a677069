#include "greenhalo/grid/axis.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace greenhalo {
namespace {

/// Sums a polynomial over the weights of a point.
struct Sums {
    double value = 0.0, slope = 0.0;
};
Sums apply(const Axis& axis, double x, double (*f)(double)) {
    const PointWeights w = axis.weights(x);
    Sums sums;
    for (std::size_t k = 0; k < static_cast<std::size_t>(w.count); ++k) {
        sums.value += w.value[k] * f(axis.node(w.node[k]));
        sums.slope += w.slope[k] * f(axis.node(w.node[k]));
    }
    return sums;
}

double quintic(double x) { return 1.0 + x * (2.0 + x * (-1.0 + x * (0.5 + x * (0.25 - 0.125 * x)))); }
double quintic_slope(double x) { return 2.0 + x * (-2.0 + x * (1.5 + x * (1.0 - 0.625 * x))); }

TEST(Axis, UniformNodesAndCells) {
    const Axis axis = Axis::uniform(-1.0, 3.0, 8, End::absorbing, End::reflecting);
    EXPECT_EQ(axis.nodes(), 9);
    EXPECT_EQ(axis.node(0), -1.0);
    EXPECT_EQ(axis.node(8), 3.0);
    EXPECT_DOUBLE_EQ(axis.width(3), 0.5);
    EXPECT_DOUBLE_EQ(axis.width(0), 0.25);  // half a cell at the end
    EXPECT_DOUBLE_EQ(axis.finest(), 0.5);
    EXPECT_TRUE(axis.is_absorbing(0));
    EXPECT_FALSE(axis.is_absorbing(8));
    double whole = 0.0;
    for (int i = 0; i < axis.nodes(); ++i) whole += axis.width(i);
    EXPECT_DOUBLE_EQ(whole, 4.0);
}

TEST(Axis, StretchedIsFinestAtItsCentreAndGrowsInProportion) {
    const Axis axis = Axis::stretched(-28.0, 28.0, 96, 8.5, 0.15, End::absorbing, End::absorbing);
    EXPECT_EQ(axis.nodes(), 97);
    EXPECT_EQ(axis.low(), -28.0);
    EXPECT_EQ(axis.high(), 28.0);
    EXPECT_NEAR(axis.spacing(8.5), 0.15, 0.001);
    EXPECT_GE(axis.finest(), 0.1499);
    // far away h is proportional to the distance
    EXPECT_NEAR(axis.spacing(-21.5) / axis.spacing(-1.5), 3.0, 0.35);
    for (int i = 1; i < axis.cells(); ++i) {
        const double ratio = (axis.node(i + 1) - axis.node(i)) / (axis.node(i) - axis.node(i - 1));
        EXPECT_GT(ratio, 0.9);
        EXPECT_LT(ratio, 1.11);
    }
}

TEST(Axis, IsUniformWhereThatIsFineEnough) {
    const Axis axis = Axis::stretched(0.0, 4.0, 40, 0.0, 0.2, End::reflecting, End::absorbing);
    for (int i = 0; i < axis.cells(); ++i) EXPECT_NEAR(axis.node(i + 1) - axis.node(i), 0.1, 1e-14);
}

TEST(Axis, WeightsAreExactForPolynomialsOfFifthDegree) {
    for (const Axis& axis : {Axis::uniform(-2.0, 2.0, 16, End::absorbing, End::absorbing),
                             Axis::stretched(-2.0, 2.0, 20, 0.4, 0.1, End::absorbing, End::absorbing)}) {
        for (const double x : {-0.2, 0.123, 0.77}) {  // whose six nodes end within the axis
            const Sums sums = apply(axis, x, quintic);
            EXPECT_NEAR(sums.value, quintic(x), 1e-12);
            EXPECT_NEAR(sums.slope, quintic_slope(x), 1e-11);
        }
    }
}

TEST(Axis, APointOnANodeIsThatNode) {
    const Axis axis = Axis::uniform(-1.0, 1.0, 16, End::absorbing, End::absorbing);
    for (const int node : {1, 8, 15}) {
        const PointWeights w = axis.weights(axis.node(node));
        std::array<double, 17> total{};  // near an end mirror images fall on the same nodes
        for (std::size_t k = 0; k < 6; ++k) total[static_cast<std::size_t>(w.node[k])] += w.value[k];
        for (int i = 0; i <= 16; ++i) EXPECT_NEAR(total[static_cast<std::size_t>(i)], i == node ? 1.0 : 0.0, 1e-14);
    }
}

TEST(Axis, TheDensityIsContinuedBeyondTheEnds) {
    // odd about an absorbing end, even about a reflecting one: sin(x) on (0, pi/2)
    const Axis axis = Axis::uniform(0.0, std::acos(0.0), 24, End::absorbing, End::reflecting);
    const auto sine = [](double x) { return std::sin(x); };
    for (const double x : {0.01, 0.05, 0.8, 1.5, 1.56}) {
        const Sums sums = apply(axis, x, sine);
        EXPECT_NEAR(sums.value, std::sin(x), 1e-8) << x;
        EXPECT_NEAR(sums.slope, std::cos(x), 1e-6) << x;
    }
}

TEST(Axis, ReachesAcrossAPlaceWithNodesOnBothSides) {
    const Axis axis = Axis::uniform(0.0, 8.0, 8, End::reflecting, End::absorbing);
    // 3.5 is seen by the nodes 1 to 6
    EXPECT_TRUE(axis.reaches_across(3.5, 1.5));
    EXPECT_TRUE(axis.reaches_across(3.5, 5.9));
    EXPECT_FALSE(axis.reaches_across(3.5, 1.0));
    EXPECT_FALSE(axis.reaches_across(3.5, 6.0));
    // and 1.5 by mirror images of the first ones as well
    EXPECT_TRUE(axis.reaches_across(1.5, 0.0));
    EXPECT_TRUE(axis.reaches_across(0.5, -1.5));
    EXPECT_FALSE(axis.reaches_across(2.5, 0.0));
    EXPECT_TRUE(axis.reaches_across(6.5, 8.0));
}

}  // namespace
}  // namespace greenhalo
