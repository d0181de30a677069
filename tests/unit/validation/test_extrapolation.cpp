#include "validation/extrapolation.h"

#include <gtest/gtest.h>

namespace greenhalo {
namespace {

TEST(Extrapolation, FindsTheConstant) {
    const std::array<double, 3> h{1.0, 2.0 / 3.0, 0.5};
    std::array<double, 3> value{};
    for (std::size_t i = 0; i < 3; ++i) value[i] = 3.25 - 0.7 * std::pow(h[i], 2) + 0.4 * std::pow(h[i], 4);
    EXPECT_NEAR(extrapolate(h, value, 2, 4), 3.25, 1e-14);
    EXPECT_GT(std::abs(extrapolate(h, value, 1, 2) - 3.25), 1e-3);  // with the wrong powers it does not
}

TEST(Extrapolation, KnowsWhatAFurtherTermAdds) {
    const std::array<double, 3> h{1.0, 2.0 / 3.0, 0.5};
    std::array<double, 3> value{};
    const double a = -0.7, b = 0.03, c = b * b / a;  // the series goes on as it began
    for (std::size_t i = 0; i < 3; ++i) value[i] = 3.25 + a * std::pow(h[i], 2) + b * std::pow(h[i], 4) + c * std::pow(h[i], 6);
    const Expansion e = expand(h, value, 2, 4);
    EXPECT_GT(std::abs(e.limit - 3.25), 1e-6);
    EXPECT_NEAR(e.missed * e.next * e.next / std::abs(e.leading) / std::abs(e.limit - 3.25), 1.0, 0.2);
}

TEST(Extrapolation, FindsTheOrder) {
    EXPECT_NEAR(observed_order(0.5, -0.25, 0.25, 0.0625), 2.0, 1e-14);
    EXPECT_NEAR(observed_order(0.5, 0.3, 0.25, 0.15), 1.0, 1e-14);
}

}  // namespace
}  // namespace greenhalo
