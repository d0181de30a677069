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

TEST(Extrapolation, FindsTheOrder) {
    EXPECT_NEAR(observed_order(0.5, -0.25, 0.25, 0.0625), 2.0, 1e-14);
    EXPECT_NEAR(observed_order(0.5, 0.3, 0.25, 0.15), 1.0, 1e-14);
}

}  // namespace
}  // namespace greenhalo
