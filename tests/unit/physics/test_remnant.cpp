#include "greenhalo/physics/remnant.h"

#include <gtest/gtest.h>

#include <cmath>

namespace greenhalo {
namespace {

TEST(RemnantRadius, is_the_sedov_radius) {
    // Sedov-Taylor in the usual form: 0.314 pc (E51/(mu n))^(1/5) (t/yr)^(2/5) with mu = 1.4
    for (const double years : {200.0, 1e4, 9e4}) {
        const double pc = 0.3145 * std::pow(1.0 / 1.4, 0.2) * std::pow(years, 0.4) * 1.0;
        EXPECT_NEAR(1e3 * remnant_radius(1e-6 * years) / pc, 1.0, 0.08) << years;
    }
    EXPECT_NEAR(remnant_radius(0.032) / remnant_radius(0.001), 4.0, 1e-12);  // 32^(2/5)
}

TEST(RemnantRadius, ends_where_the_remnant_merges) {
    EXPECT_NEAR(1e3 * remnant_radius(0.1), 31.4, 0.1);
    EXPECT_EQ(remnant_radius(5.0), remnant_radius(0.1));
    EXPECT_EQ(remnant_radius(0.0), 0.0);
}

}  // namespace
}  // namespace greenhalo
