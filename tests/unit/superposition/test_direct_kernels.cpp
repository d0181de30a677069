#include "superposition/direct_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "base/isa_dispatch.h"
#include "greenhalo/base/aligned.h"
#include "support/instruction_sets.h"

namespace greenhalo {

GREENHALO_DECLARE_KERNELS(DirectKernels, direct_kernels)

namespace test {

namespace {

double kernel_exp(double x) {
    AlignedVector in(8, x), out(8);
    active_direct_kernels().exponential(8, in.data(), out.data());
    for (const double y : out) EXPECT_TRUE(y == out[0]) << "lanes differ at " << x;
    return out[0];
}

TEST(VectorExponential, IsGoodToThreeUnitsInTheLastPlace) {
    on_every_isa([&](Isa isa) {
        // without fused operations the reduction loses another bit or so
        const double allowed = isa == Isa::x86_64_v3 || isa == Isa::x86_64_v4 ? 3.0 : 4.0;
        std::mt19937_64 engine(20120917);
        double worst = 0.0;
        for (const double range : {1e-10, 0.1, 1.0, 10.0, 100.0, 700.0}) {
            std::uniform_real_distribution<double> u(-range, range > 1.0 ? range : 0.5 * range);
            constexpr std::int64_t count = 200000;
            AlignedVector x(count), y(count);
            for (double& value : x) value = u(engine);
            active_direct_kernels().exponential(count, x.data(), y.data());
            for (std::size_t i = 0; i < x.size(); ++i) {
                const long double exact = std::exp(static_cast<long double>(x[i]));
                const double unit = std::ldexp(1.0, std::ilogb(static_cast<double>(exact)) - 52);
                worst = std::max(worst, static_cast<double>(std::abs(y[i] - exact) / unit));
            }
        }
        RecordProperty("ulp_" + isa_name(isa), std::to_string(worst));
        EXPECT_LE(worst, allowed);
    });
}

TEST(VectorExponential, IsOneAtZero) {
    on_every_isa([](Isa) { EXPECT_EQ(kernel_exp(0.0), 1.0); });
}

TEST(VectorExponential, IsExactlyZeroWhereResultsWouldNotBeNormal) {
    on_every_isa([](Isa) {
        for (const double x : {-708.0, std::nextafter(-708.0, -1e9), -709.0, -745.0, -1e4, -1e10, -1e300,
                               -std::numeric_limits<double>::infinity()}) {
            EXPECT_EQ(kernel_exp(x), 0.0) << x;
        }
        EXPECT_GE(kernel_exp(-707.999), std::numeric_limits<double>::min());
    });
}

TEST(VectorExponential, FusedInstructionSetsAgreeToTheBit) {
    if (!isa_is_available(Isa::x86_64_v3) || !isa_is_available(Isa::x86_64_v4))
        GTEST_SKIP() << "needs AVX2 and AVX-512";
    std::mt19937_64 engine(1);
    std::uniform_real_distribution<double> u(-720.0, 10.0);
    constexpr std::int64_t count = 80000;
    AlignedVector x(count), y3(count), y4(count);
    for (double& value : x) value = u(engine);
    on_every_isa([&](Isa isa) {
        if (isa == Isa::x86_64_v3) active_direct_kernels().exponential(count, x.data(), y3.data());
        if (isa == Isa::x86_64_v4) active_direct_kernels().exponential(count, x.data(), y4.data());
    });
    EXPECT_EQ(y3, y4);
}

}  // namespace

}  // namespace test

}  // namespace greenhalo
