#include "ensemble/height_nodes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/base/units.h"
#include "greenhalo/physics/green_function.h"

namespace greenhalo {
namespace {

double sum(const std::vector<HeightNode>& nodes, double (*f)(double, double, double), double height,
           double q) {
    double total = 0.0;
    for (const HeightNode& node : nodes) total += node.weight * f(node.z, height, q);
    return total;
}

/// exp(x^2 - away^2) erfc(x), by a continued fraction where erfc would underflow
double scaled_erfc(double x, double away) {
    if (x < 5.0) return std::exp((x - away) * (x + away)) * std::erfc(x);
    double fraction = x;
    for (int i = 60; i > 0; --i) fraction = x + 0.5 * i / fraction;
    return std::exp(-away * away) / (fraction * std::sqrt(units::pi));
}

TEST(HeightNodes, HoldTheWholeLaw) {
    for (const double zg : {0.02, 0.1, 1.0}) {
        for (const double height : {0.0, 0.3, -1.5}) {
            const auto one = [](double, double, double) { return 1.0; };
            EXPECT_NEAR(sum(height_nodes(zg, 2.0, height, 1e-3, 1e3), one, height, 0.0),
                        -std::expm1(-2.0 / zg), 1e-13);
        }
    }
    const auto thin = height_nodes(0.0, 2.0, 0.3, 1e-3, 1e3);
    ASSERT_EQ(thin.size(), 1U);
    EXPECT_EQ(thin[0].z, 0.0);
    EXPECT_EQ(thin[0].weight, 1.0);
}

TEST(HeightNodes, IntegrateBellsOfAllWidths) {
    // exponential times Gaussian in closed form, the halo too high to matter
    const auto bell = [](double z, double height, double q) {
        return std::exp(-(z - height) * (z - height) / q);
    };
    for (const double zg : {0.02, 0.1, 1.0}) {
        for (const double height : {0.0, 0.05, -0.7, 2.0}) {
            for (const double q : {1e-4, 1e-2, 1.0, 30.0}) {
                const double s = std::sqrt(q), away = std::abs(height) / s, x = s / (2.0 * zg);
                const double exact = s * std::sqrt(units::pi) / (4.0 * zg) *
                                     (scaled_erfc(x - away, away) + scaled_erfc(x + away, away));
                if (exact < 1e-15) continue;  // nothing that could matter beside other ages
                // a rule made for a range of widths must hold at both ends
                for (const double ratio : {1.0, 100.0}) {
                    const auto nodes = height_nodes(zg, 60.0, height, q / ratio, q);
                    EXPECT_NEAR(sum(nodes, bell, height, q) / exact, 1.0, 1e-9)
                        << zg << " " << height << " " << q;
                    const auto wide = height_nodes(zg, 60.0, height, q, q * ratio);
                    EXPECT_NEAR(sum(wide, bell, height, q) / exact, 1.0, 1e-9)
                        << zg << " " << height << " " << q;
                }
            }
        }
    }
}

TEST(HeightNodes, IntegrateGreenFunctionsNearTheBoundary) {
    // against the mean over the law mode by mode
    const double h = 1.0, zg = 0.2;
    for (const double height : {0.0, 0.5, 0.98}) {
        for (const double diffused : {0.003, 0.05, 1.0}) {
            double modes = 0.0, numbers = 0.0;
            for (int j = 0; j < 60; ++j) {
                const double k = (2.0 * j + 1.0) * units::pi / (2.0 * h);
                const double edge = (j % 2 == 0 ? 1.0 : -1.0) * k * zg * std::exp(-h / zg);
                modes += (1.0 + edge) / (1.0 + k * k * zg * zg) / h * std::cos(k * height) *
                         std::exp(-k * k * diffused);
            }
            const double q = 4.0 * diffused;
            for (const HeightNode& node : height_nodes(zg, h, height, q, q)) {
                numbers += node.weight * units::pi * q *
                           green_function<double>({0.0, 0.0, height, node.z, diffused, h, 1.0, 0.0}).value;
            }
            EXPECT_NEAR(numbers / modes, 1.0, 1e-9) << height << " " << diffused;
        }
    }
}

}  // namespace
}  // namespace greenhalo
