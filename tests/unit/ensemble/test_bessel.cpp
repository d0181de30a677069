#include "greenhalo/ensemble/bessel.h"

#include <gtest/gtest.h>

#include <cmath>

namespace greenhalo {
namespace {

struct Reference {
    double x, i0, i1, k0, k1;
};

// computed with 40 digits
constexpr Reference references[] = {
    {1e-8, 0.99999999000000007, 4.9999999500000003e-9, 18.536612444976902, 100000000.99999991},
    {0.1, 0.9071009257823011, 0.045298446808809325, 2.6823261022628944, 10.890182683049697},
    {1, 0.46575960759364044, 0.20791041534970845, 1.144463079806895, 1.6361534862632582},
    {7.5, 0.1483158300773955, 0.1380412115485542, 0.45052369910491569, 0.47966893379102062},
    {39.999, 0.063279075941059376, 0.062482995093446237, 0.19755803938533854, 0.2000125131699029},
    {40.001, 0.063277483839457159, 0.062481463083593526, 0.19755313062074238, 0.20000742143613239},
    {100, 0.039944379299096683, 0.039744153025130253, 0.12517562165912658, 0.12579995047957853},
    {1000, 0.012617240455891257, 0.012610930256928629, 0.039628321600754217, 0.03964813081296021},
    {1e6, 0.00039894233026924578, 0.00039894213079803078, 0.0012533139806513212, 0.0012533146073081549},
};

TEST(Bessel, reference_values) {
    for (const Reference& r : references) {
        EXPECT_NEAR(scaled_i0(r.x) / r.i0, 1.0, 1e-13) << r.x;
        EXPECT_NEAR(scaled_i1(r.x) / r.i1, 1.0, 1e-13) << r.x;
        EXPECT_NEAR(scaled_k0(r.x) / r.k0, 1.0, 1e-13) << r.x;
        EXPECT_NEAR(scaled_k1(r.x) / r.k1, 1.0, 1e-13) << r.x;
    }
}

TEST(Bessel, wronskian_everywhere) {
    for (double x = 1e-6; x < 1e9; x *= 1.37) {
        EXPECT_NEAR(x * (scaled_i0(x) * scaled_k1(x) + scaled_i1(x) * scaled_k0(x)), 1.0, 2e-13) << x;
    }
}

TEST(Bessel, difference_without_cancellation) {
    EXPECT_EQ(scaled_i0_minus_i1(0.0), 1.0);
    for (double x = 1e-3; x < 39.0; x *= 1.5) {
        EXPECT_NEAR(scaled_i0_minus_i1(x), scaled_i0(x) - scaled_i1(x), 1e-15) << x;
    }
    // the change from subtraction to the series
    EXPECT_NEAR(scaled_i0_minus_i1(40.001) / scaled_i0_minus_i1(39.999), std::pow(40.001 / 39.999, -1.5),
                1e-6);
    // leading terms 1/(2x) + 3/(16x^2) + 45/(256x^3) of the asymptotic series
    for (const double x : {1e4, 1e6, 1e9}) {
        const double leading = 1.0 / (2.0 * x) + 3.0 / (16.0 * x * x) + 45.0 / (256.0 * x * x * x);
        EXPECT_NEAR(scaled_i0_minus_i1(x) * std::sqrt(2.0 * std::acos(-1.0) * x) / leading, 1.0, 1e-11) << x;
    }
}

TEST(Bessel, at_zero) {
    EXPECT_EQ(scaled_i0(0.0), 1.0);
    EXPECT_EQ(scaled_i1(0.0), 0.0);
}

}  // namespace
}  // namespace greenhalo
