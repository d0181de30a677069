#include "superposition/far_sources.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "greenhalo/physics/green_function.h"

namespace greenhalo {
namespace {

SourceBuffer some_sources(std::size_t count) {
    SourceBuffer sources(count + 16);
    std::mt19937_64 generator(5);
    std::uniform_real_distribution<double> position(-15.0, 15.0), age(0.001, 0.2);
    for (std::size_t i = 0; i < count; ++i) {
        sources.x[i] = position(generator);
        sources.y[i] = position(generator);
        sources.z[i] = 0.01 * position(generator);
        sources.age[i] = age(generator);
    }
    sources.size = count;
    return sources;
}

double s_of(const SourceBuffer& sources, std::size_t i, double x, double y) {
    return (std::pow(sources.x[i] - x, 2) + std::pow(sources.y[i] - y, 2)) / sources.age[i];
}

TEST(Shells, SortWithoutLosingAny) {
    SourceBuffer sources = some_sources(500), scratch(516);
    const SourceBuffer before = sources;
    Shells shells;
    shells.sort(sources, scratch, 8.5, 0.0);
    ASSERT_EQ(sources.size, before.size);
    const auto order_of = [](const SourceBuffer& b) {
        std::vector<std::array<double, 4>> list;
        for (std::size_t i = 0; i < b.size; ++i) list.push_back({b.x[i], b.y[i], b.z[i], b.age[i]});
        std::sort(list.begin(), list.end());
        return list;
    };
    EXPECT_EQ(order_of(sources), order_of(before));
}

TEST(Shells, CountAllSourcesBelowALimitAndFewOthers) {
    SourceBuffer sources = some_sources(500), scratch(516);
    Shells shells;
    shells.sort(sources, scratch, 8.5, 0.0);
    for (const double limit :
         {0.0, 0.1, 1.0, 30.0, 500.0, 512.0, 1e4, 1e9, std::numeric_limits<double>::infinity()}) {
        const std::size_t count = shells.count_below(limit);
        for (std::size_t i = count; i < sources.size; ++i) EXPECT_GE(s_of(sources, i, 8.5, 0.0), limit);
        // a quarter of an octave is 25 % at most
        for (std::size_t i = 0; i < count && limit >= 1.0 && limit < 8192.0; ++i) {
            EXPECT_LE(s_of(sources, i, 8.5, 0.0), 1.25 * limit);
        }
    }
    EXPECT_EQ(shells.count_below(std::numeric_limits<double>::infinity()), sources.size);
}

/// Where one of n, the smaller of J_x and J_y, and J_z asks for more than the others.
const LeastSums demanding[] = {{{1.0}, {1e6}, {1e6}, 1e-10, 25.0},
                               {{1e6}, {1.0}, {1e6}, 1e-10, 25.0},
                               {{1e6}, {1e6}, {1.0}, 1e-10, 25.0}};

TEST(FarLimit, SourcesBeyondItGiveLessThanTheirPart) {
    const double half_height = 2.0;
    for (const LeastSums& least : demanding) {
        for (const double diffusion : {0.1, 3.0, 40.0}) {
            const FarLimit limit(least, 0, diffusion, half_height);
            for (const double age : {1e-4, 1e-2, 0.15}) {
                const double s = limit(std::log(age));
                ASSERT_TRUE(std::isfinite(s));
                for (const double beyond : {1.0, 1.3, 3.0}) {
                    const double part = (1.0 + 1e-9) * least.part;  // rounding
                    for (const double z : {0.0, 0.5}) {
                        for (const double zs : {0.0, 0.1, -1.0, 1.9}) {
                            const auto g = green_function(Propagation<double>{
                                std::sqrt(s * age * beyond), 0.0, z, zs, age, half_height, diffusion, 0.0});
                            EXPECT_LE(g.value, part * least.density[0]);
                            EXPECT_LE(std::abs(diffusion * g.gradient[0]), part * least.flow[0]);
                            EXPECT_LE(std::abs(diffusion * g.gradient[2]), part * least.vertical[0]);
                        }
                    }
                }
            }
        }
    }
}

TEST(FarLimit, LeavesOutWhatIsNotMuchFartherThanItMust) {
    // in the plane, far from the boundaries: the density at the limit is its part, but for what the other two
    // ask for
    const FarLimit limit(demanding[0], 0, 1.0, 4.0);
    const double age = 0.01, s = limit(std::log(age));
    const auto g = green_function(Propagation<double>{std::sqrt(s * age), 0.0, 0.0, 0.0, age, 4.0, 1.0, 0.0});
    EXPECT_NEAR(g.value, demanding[0].part * demanding[0].density[0], 1e-9 * g.value);
}

TEST(FarLimit, LeavesNothingOutWhereNothingIsKnown) {
    const LeastSums least{{0.0}, {1.0}, {1.0}, 1e-10, 25.0};
    EXPECT_TRUE(std::isinf(FarLimit(least, 0, 1.0, 4.0)(std::log(0.1))));
    EXPECT_TRUE(std::isinf(FarLimit()(std::log(0.1))));
}

}  // namespace
}  // namespace greenhalo
